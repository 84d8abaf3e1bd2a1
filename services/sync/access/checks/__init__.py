"""Who is to be looked at, and the look that makes grants."""
