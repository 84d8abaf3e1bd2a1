"""Who may watch what: people by resource, one person with their journal, decisions."""
