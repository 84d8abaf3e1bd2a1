"""The runs of a course."""
