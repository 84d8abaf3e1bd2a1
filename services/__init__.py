"""The services. None imports another: they share events."""
