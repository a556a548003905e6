"""The official package of Ollama makes a client while it is imported, of what the environment says."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

ODD = {
    "OLLAMA_HOST": "http://a:1,http://b:2",
    "HTTP_PROXY": "socks5://ana:word@127.0.0.1:9",
    "all_proxy": "socks4://127.0.0.1:9",
    "NO_PROXY": "[::1]/64",
    "SSL_CERT_FILE": "/nope.pem",
}
CODE = """
import json, os
from sociarium.providers.ollama.package import ollama
print(json.dumps(dict(os.environ)))
"""


@pytest.mark.slow
def test_nothing_in_the_environment_keeps_the_package_from_being_imported_and_all_of_it_stays() -> None:
    """In a process of its own: in this one it is imported already."""
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=os.environ | ODD, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert json.loads(done.stdout).items() >= ODD.items()
