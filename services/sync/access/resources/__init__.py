"""Videos and collections with their rules, as administrators keep them."""
