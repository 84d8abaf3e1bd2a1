"""GitHub as the one who vouches."""
