"""Coming in by Telegram's signed word: the older login widget, and a Mini App."""
