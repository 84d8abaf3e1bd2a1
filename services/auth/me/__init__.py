"""The page of the one who is signed in."""
