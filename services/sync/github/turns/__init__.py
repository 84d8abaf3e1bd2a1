"""Turns: one request to GitHub after another, over all replicas."""
