"""The official package, imported without what it would read from the environment.

Importing it makes a client at once, which nobody uses and which fails where OLLAMA_HOST lists several addresses, a
proxy speaks SOCKS or SSL_CERT_FILE names no file. What these say reaches every call by our own transport.
"""

from __future__ import annotations

import os

_NAMES = frozenset(
    {
        "ollama_host",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "ssl_cert_file",
        "ssl_cert_dir",
        "sslkeylogfile",
    }
)
_hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.casefold() in _NAMES}
try:
    import ollama
finally:
    os.environ.update(_hidden)

__all__ = ["ollama"]
