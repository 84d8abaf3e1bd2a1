"""VK ID."""
