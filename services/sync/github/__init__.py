"""GitHub: pull requests and reviews."""
