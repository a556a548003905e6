"""The transcripts of a report, as static pages in a folder beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sociarium.cli.viewer_modules import viewer_module
from sociarium.errors import BadInput
from sociarium.exchange.selection import Progress, Selection
from sociarium.ports.store import Store
from sociarium.runner.workers.process import this_worker

if TYPE_CHECKING:
    from sociarium.analysis.report.records import TranscriptPages

FOLDER = "pages"
"""Below the folder of the report."""


def refuse_pages_that_stand(out: Path) -> None:
    """Raise `BadInput` where a report's folder has pages already, which are not written over."""
    folder = out / FOLDER
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} holds something already; remove it, choose another --out, or leave out --pages")


def write_report_pages(store: Store, chosen: Selection, out: Path, *, user: str, progress: Progress) -> TranscriptPages:
    """Write the pages of what a report is about: of its run, its sweep, or each of its sweeps in a folder of its own.

    Args:
        out: the folder of the report.
        progress: told how many pages of a sweep are written.
    """
    # With the statistics, which take their time to import.
    from sociarium.analysis.report.records import TranscriptPages

    if chosen.run is not None:
        addresses = {f"run {chosen.run[:12]}": f"/runs/{chosen.run}"}
    else:
        addresses = {f"sweep {one.name} ({one.id[:12]})": f"/sweeps/{one.id}" for one in chosen.sweeps}
    links: list[Callable[[str], str | None]] = []
    indexes: dict[str, str] = {}
    for name, address in addresses.items():
        below = FOLDER if len(addresses) == 1 else f"{FOLDER}/{address.rpartition('/')[2][:12]}"
        written = viewer_module("export").export_pages(
            store, address, out / below, user=user, me=this_worker(user), progress=progress
        )
        indexes[name] = f"{below}/index.html"
        links.append(_below(below, written.files))

    def link(address: str) -> str | None:
        return next((path for one in links if (path := one(address)) is not None), None)

    return TranscriptPages(indexes, link)


def _below(folder: str, files: Callable[[str], str | None]) -> Callable[[str], str | None]:
    return lambda address: None if (file := files(address)) is None else f"{folder}/{file}"
