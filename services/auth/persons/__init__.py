"""Persons, their roles, and the outside accounts that are theirs."""
