"""What school asks about a pull request while somebody waits."""
