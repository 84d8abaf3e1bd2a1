"""Videos and collections with their rules: a list, a form, and all of them as one file."""
