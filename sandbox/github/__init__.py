"""GitHub: signing in, the REST API, and webhooks signed as GitHub signs them."""
