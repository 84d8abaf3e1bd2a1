"""The keys that sign identities."""
