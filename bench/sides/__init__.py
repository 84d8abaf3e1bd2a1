"""The programs that are measured, each a process of its own: Parta, and what it is held against."""
