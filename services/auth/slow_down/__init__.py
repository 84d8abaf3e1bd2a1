"""Who tries again and again waits longer and longer."""
