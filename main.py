"""`python main.py` is the `sociarium` command."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from sociarium.cli.app import run_program  # the path above makes a checkout work without installing

if __name__ == "__main__":
    run_program()
