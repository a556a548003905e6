"""Tests. What is compiled is kept, whatever this machine says: each of some hundred processes would do it again."""

from __future__ import annotations

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
