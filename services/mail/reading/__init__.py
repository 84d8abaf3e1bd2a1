"""Reading a letter: pure functions from what was parsed to what is said of it."""
