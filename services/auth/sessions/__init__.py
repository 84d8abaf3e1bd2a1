"""Sessions: one browser, signed in."""
