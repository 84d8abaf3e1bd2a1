"""Programs and their weeks."""
