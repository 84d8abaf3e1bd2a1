"""What is asked with, so that an unchanged answer costs nothing."""
