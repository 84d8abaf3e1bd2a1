"""People, as an administrator sees them: who has which role, and who gave it."""
