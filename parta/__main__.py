"""`python -m parta`."""

from parta.cli import main

main()
