"""What learners have passed: compared with what is known, the differences kept and told."""
