"""Boomstream: subscriptions, videos, and who has bought them."""
