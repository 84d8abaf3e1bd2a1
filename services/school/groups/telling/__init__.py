"""News of groups: told whole, whenever one changed."""
