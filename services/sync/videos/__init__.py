"""What learners see: their videos, the player, and their progress."""
