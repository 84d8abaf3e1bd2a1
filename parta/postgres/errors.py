"""What an importer may have to catch."""


class PostgresUnavailable(Exception):
    """The embedded Postgres cannot run here; the text is one sentence for the person who starts."""
