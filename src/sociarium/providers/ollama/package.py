"""The official package, imported without the address that it would read from the environment.

Importing it makes a client of that address at once, and fails where OLLAMA_HOST lists several.
"""

from __future__ import annotations

import os

_address = os.environ.pop("OLLAMA_HOST", None)
try:
    import ollama
finally:
    if _address is not None:
        os.environ["OLLAMA_HOST"] = _address

__all__ = ["ollama"]
