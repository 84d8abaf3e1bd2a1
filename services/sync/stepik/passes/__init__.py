"""Passes: a course read from its first learner to its last, again and again."""
