"""Telegram, which vouches for people in three ways."""
