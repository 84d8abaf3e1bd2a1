"""Becoming a person here by e-mail and password."""
