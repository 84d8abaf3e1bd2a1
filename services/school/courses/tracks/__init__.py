"""The directions within a course."""
