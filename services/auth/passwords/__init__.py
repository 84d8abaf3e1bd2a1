"""E-mail and password as a way in."""
