"""Serves the web pages on this machine, at http://127.0.0.1:8042, until Ctrl-C. TARGET is the beginning of a run's or
sweep's id, which is opened at once; --export writes it as pages into a folder instead. With --host the pages can be
reached from other machines; a token is needed then, and printed. Who acts is SOCIARIUM_USER; rights are the
store's."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from loguru import logger

from sociarium.bootstrap import open_store
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import console, words
from sociarium.cli.logs import session_log
from sociarium.cli.options import ExportPagesOption, StoreOption
from sociarium.cli.viewer_modules import viewer_module
from sociarium.config import load
from sociarium.count_text import count_text
from sociarium.errors import BadInput, NotFound, SetupError
from sociarium.ports.store import Store
from sociarium.runner.library import lookup
from sociarium.runner.workers.process import this_worker

PORT = 8042
_TEXT_BROWSERS = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})
"""They would take the terminal in which the pages are served."""


def command(
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="opened at once: the beginning of a run's or sweep's id")
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0: any that is free")] = PORT,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="where to listen")] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="open no browser")] = False,
    allow_run: Annotated[
        bool, typer.Option("--allow-run", help="let pages play sweeps and ask models on this machine")
    ] = False,
    read_only: Annotated[bool, typer.Option("--read-only", help="change nothing: no notes, no stars")] = False,
    export: ExportPagesOption = None,
    store: StoreOption = None,
) -> None:
    server, settings_of = viewer_module("serve"), viewer_module("settings")
    config = load()
    opened = open_store(store or config.store_url, create=False)
    try:
        path = _path(opened, target) if target else ""
        if export is not None:
            _log()
            _export(opened, path, export, user=config.creator)
            return
        listener = server.listen(host, port)
        _log()
        token = None if settings_of.is_loopback(host) else secrets.token_urlsafe(24)
        settings = settings_of.ViewerSettings(
            opened,
            config.creator,
            host=host,
            port=listener.port,
            read_only=read_only,
            allow_run=allow_run and not read_only,
            token=token,
            patience=settings_of.PATIENCE,
        )
        address = f"http://{_reachable_name(host)}:{listener.port}/{path}" + (f"?token={token}" if token else "")

        def ready() -> None:
            _say(address, token, user=config.creator, store=opened.url, read_only=read_only)
            if not no_browser:
                _open_browser(address)

        server.serve(settings, listener, me=this_worker(config.creator), ready=ready)
    finally:
        opened.close()


def _path(store: Store, target: str) -> str:
    """Where a run or a sweep has its page. Raises `NotFound` as for a run."""
    try:
        return f"runs/{lookup.find_run_id(store, target)}"
    except NotFound:
        with suppress(NotFound):
            return f"sweeps/{lookup.find_sweep(store, target).id}"
        raise


def _export(store: Store, path: str, folder: Path, *, user: str) -> None:
    if not path:
        raise BadInput("--export needs the beginning of a sweep's or run's id: `sociarium view --export DIR TARGET`")
    with show_count("Writing pages", quiet=False) as progress:
        written = viewer_module("export").export_pages(
            store, f"/{path}", folder, user=user, me=this_worker(user), progress=progress
        )
    logger.info("{} exported {} as pages into {}: {}", user, path, folder, count_text(written.runs, "run"))
    line = f"{count_text(written.pages, 'page')} of {count_text(written.runs, 'run')} in {folder}"
    console().print(words(f"{line}; open {folder / 'index.html'} in a browser."))


def _log() -> None:
    """Log faults into a file; pages can be looked at from a folder where nobody may write, too."""
    try:
        session_log("view")
    except SetupError:
        logger.remove()


def _say(address: str, token: str | None, *, user: str, store: str, read_only: bool) -> None:
    screen = console()
    screen.print(words(f"Pages of {store} at {address}"))
    rights = "nothing can be changed" if read_only else f"you act as {user}"
    screen.print(words(f"{rights[0].upper()}{rights[1:]}. Ctrl-C ends it."))
    if token:
        screen.print(
            "Other machines can reach this address. Whoever knows the token sees everything in the store and acts as "
            "you; the way there is not encrypted.",
            style="yellow",
        )


def _open_browser(address: str) -> None:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if getattr(browser, "name", "") not in _TEXT_BROWSERS:
        browser.open(address)


def _reachable_name(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # compared with, not listened at
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
