"""What a course is made of: modules, lessons, steps."""
