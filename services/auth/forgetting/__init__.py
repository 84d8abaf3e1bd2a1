"""What is over is forgotten."""
