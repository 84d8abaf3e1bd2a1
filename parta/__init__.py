"""The command line, and the one-process way to run: Postgres, gateway, all services."""
