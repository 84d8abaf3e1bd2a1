"""Stepik as the one who vouches."""
