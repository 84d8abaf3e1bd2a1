"""Bytes to a `Letter`: structure, texts, what is quoted, invitations. Bounded, and never raises."""
