"""What weeks hold: lessons and assignments."""
