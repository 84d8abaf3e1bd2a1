"""VK ID: OAuth 2.1, where PKCE and a device id are never left out."""
