"""Videos and slides of lessons, shown by their own players."""
