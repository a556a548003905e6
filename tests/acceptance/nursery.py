"""A process that has everything imported and begins players as its children, so that many deaths cost little.

Each line of its input is a player's arguments as a JSON array; each line of its output is how that player ended.

    python -m tests.acceptance.nursery
"""

from __future__ import annotations

import json
import os
import sys

from tests.acceptance import player


def main() -> int:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.argv = ["player", *json.loads(line)]
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os._exit(player.main())
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
