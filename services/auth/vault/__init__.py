"""What outside systems let us do in a person's name."""
