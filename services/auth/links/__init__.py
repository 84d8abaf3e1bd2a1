"""Linking a Telegram account by a one-time code."""
