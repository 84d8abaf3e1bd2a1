"""Pull requests that school waits for, looked at without being told."""
