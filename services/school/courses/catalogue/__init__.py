"""Courses themselves: their names, texts and addresses."""
