"""Chats that the bot linked to courses, streams and teams."""
