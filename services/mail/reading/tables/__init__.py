"""The word classes that the rules ask for: data, to be read and added to by anyone."""
