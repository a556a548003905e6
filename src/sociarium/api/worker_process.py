"""A worker: one of the processes that play a sweep together.

python -m sociarium.api.worker_process DESCRIPTOR

It is begun by `play_sweep`, whose end of the socket says what is to be played; it is of no use by itself.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from sociarium.api.own_code import load_own_code
from sociarium.api.preparation import used_models
from sociarium.bootstrap import ServingOptions, open_models, open_store
from sociarium.config import load
from sociarium.errors import SociariumError
from sociarium.runner.coordination.link import Link, open_link
from sociarium.runner.coordination.messages import Finished, Logged, Play, Ready
from sociarium.runner.coordination.work import LinkObserver, work
from sociarium.runner.run.event_loop import run_coroutine
from sociarium.runner.run.garbage_collection import rare_garbage_collection
from sociarium.runner.sweep.save import reopen

if TYPE_CHECKING:
    import loguru


def main(arguments: list[str]) -> int:
    """Play what the other end of the socket says."""
    # Whoever coordinates hears Ctrl-C, and says what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with rare_garbage_collection():
        run_coroutine(_work(socket.socket(fileno=int(arguments[0]))))
    return 0


async def _work(end: socket.socket) -> None:
    link = await open_link(end)
    _log_to(link)
    try:
        link.send(Ready())
        play = await link.first()
        if isinstance(play, Play):
            await _play(play, link)
    except SociariumError as error:
        link.send(Finished(error=error))
    finally:
        logger.remove()
        await link.close()


async def _play(play: Play, link: Link) -> None:
    store = open_store(play.url, create=False, is_shared=True)
    try:
        begun = reopen(store, store.sweep(play.sweep))
        serving = ServingOptions(load(), play.options.pull, LinkObserver(link).notice, play.pace)
        routes = open_models(begun.definition, used_models(begun.definition, begun.sweep.name), serving)
        folders = [Path(folder) for folder in play.folders]
        allow = play.options.allow_code
        rankers = load_own_code(begun.definition, allow=allow, folders=folders, names=begun.rankers)
        await work(store, begun, routes, play, link, rankers=rankers)
    finally:
        store.close()


def _log_to(link: Link) -> None:
    """Hand every line to the log of whoever coordinates."""
    loop = asyncio.get_running_loop()

    def hand_on(message: loguru.Message) -> None:
        loop.call_soon_threadsafe(link.send, Logged(message.record["level"].name, str(message).rstrip("\n")))

    logger.remove()
    logger.enable("sociarium")
    # `diagnose` would print the values of variables, keys among them.
    logger.add(hand_on, format="{message}", level="INFO", diagnose=False, backtrace=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
