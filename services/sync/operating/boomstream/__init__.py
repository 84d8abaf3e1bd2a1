"""Boomstream as administrators see it: what fails, and what comparing found."""
