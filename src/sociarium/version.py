"""The version of the program, for whoever says which one made something."""

from __future__ import annotations

__version__ = "0.1.0"
