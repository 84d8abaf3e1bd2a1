"""The school's own records."""
