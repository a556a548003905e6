"""`python -m sociarium` is the `sociarium` command."""

from sociarium.cli.app import main

main()
