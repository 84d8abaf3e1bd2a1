"""Works that students send and curators review."""
