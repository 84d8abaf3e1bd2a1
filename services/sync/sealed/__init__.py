"""Everything that sync keeps sealed, and under which key."""
