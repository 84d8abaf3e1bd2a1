"""sync's part of a person's own page."""
