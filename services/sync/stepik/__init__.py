"""What Stepik knows of learners: courses, progress, and whose account is whose."""
