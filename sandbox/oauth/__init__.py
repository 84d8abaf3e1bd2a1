"""What vendors of identities have in common: codes, the page that asks, signed ID tokens."""
