"""`python -m sociarium` is the `sociarium` command."""

from sociarium.cli.app import run_program

run_program()
