"""A person's own pull requests, offered while they type."""
