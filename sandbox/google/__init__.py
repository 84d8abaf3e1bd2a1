"""Google: OpenID Connect, and rights that a person grants and takes back."""
