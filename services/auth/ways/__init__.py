"""Ways in: which a person has, linking one more, taking one away, and never the last."""
