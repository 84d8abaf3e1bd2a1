"""What outside systems know of a learner."""
