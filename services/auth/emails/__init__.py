"""Addresses of people, for the services that may know them."""
