"""Everything that auth keeps sealed, and under which key."""
