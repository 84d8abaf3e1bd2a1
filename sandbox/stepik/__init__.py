"""Stepik: courses, who learns in them, and how far each of them has come."""
