"""Telegram: the Bot API for the bot, doors for the people it talks to."""
