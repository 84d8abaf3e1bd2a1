"""One-time doors: a link that signs in once."""
