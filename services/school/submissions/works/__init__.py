"""Works as the bot shows them: one person's view, with what that person can do."""
