"""Whose account at Stepik is whose: by proof, or by an administrator's hand, never by guess."""
