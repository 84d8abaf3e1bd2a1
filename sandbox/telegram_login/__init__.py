"""Telegram's three ways of saying who somebody is: OpenID Connect, the older widget, Mini Apps."""
