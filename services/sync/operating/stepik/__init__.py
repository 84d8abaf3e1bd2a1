"""Stepik as administrators see it: courses, passes, and accounts that belong to nobody yet."""
