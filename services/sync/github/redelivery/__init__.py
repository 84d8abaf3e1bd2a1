"""Deliveries that did not reach us, asked for once more."""
