"""The outside world in miniature: the real clients speak to it, only the addresses differ.

It never imports what it stands in for: a fake that shares code with the real thing
shares its mistakes too.
"""
