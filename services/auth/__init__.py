"""auth: who people are."""
