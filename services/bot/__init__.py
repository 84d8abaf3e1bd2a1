"""bot: Telegram; dialogs in, notices out."""
