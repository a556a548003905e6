"""A stand-in as a process of its own: prints its port on a line, serves until it is ended.

`GET /stand-in/load` tells how busy its slots were, `POST /stand-in/reset` forgets it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from dataclasses import fields

from tests.servers.faults import Faults
from tests.servers.stand_in import Dialect, StandIn

_SHARES = ("error", "overloaded", "drop", "cut", "garbage", "shape", "hang")


def serve(dialect: Dialect) -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser(description="A stand-in for a model server, on this machine alone.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--slots", type=int, default=64, help="calls served at once")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that a call takes")
    parser.add_argument("--record", action="store_true", help="keep every request in memory")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--limited-every", type=int, default=0, help="every so-manieth call gets 429")
    parser.add_argument("--retry-after", default="0.05", help="what the 429 says")
    for share in _SHARES:
        parser.add_argument(f"--{share}", type=float, default=0.0, help="share of the calls with this fault")
    args = vars(parser.parse_args())
    faults = Faults(**{part.name: args.pop(part.name) for part in fields(Faults) if part.name in args})
    stand_in = StandIn(dialect, faults=faults, **args)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_forever(stand_in))


async def _forever(stand_in: StandIn) -> None:
    await stand_in.listen()
    print(stand_in.port, flush=True)
    await asyncio.Event().wait()
