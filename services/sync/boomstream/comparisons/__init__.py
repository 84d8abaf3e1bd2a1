"""Subscriptions of Boomstream, and when their buyers were last compared with ours."""
