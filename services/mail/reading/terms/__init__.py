"""What the words around a moment make of it: the reader's duty, somebody else's, or neither."""
