"""`export --format deposit`: what it asks of a store, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sociarium.analysis.load import prices_of
from sociarium.bootstrap import open_prices, table_format
from sociarium.cli.display.output import console, words
from sociarium.cli.targets import selection
from sociarium.errors import BadInput
from sociarium.exchange.deposit.licences import Licence, licence
from sociarium.exchange.deposit.write import Deposit, DepositOptions, DepositSource, write_deposit
from sociarium.exchange.folder import Folder
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.selection import Progress, RunFilter, Selection
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store


@dataclass(frozen=True, slots=True)
class DepositRequest:
    """What is asked for."""

    target: str
    licence: Licence | None
    is_public: bool


def deposit_request(target: str, license_id: str | None, *, is_deposit: bool, is_public: bool) -> DepositRequest | None:
    """What is asked for by the options; None where it is no deposit.

    Raises:
        BadInput: the licence is not known, or an option is of deposits alone.
    """
    if not is_deposit and (license_id or is_public):
        raise BadInput("--license and --public are of --format deposit")
    if not is_deposit:
        return None
    return DepositRequest(target, licence(license_id) if license_id else None, is_public)


def export_deposit(
    store: Store, chosen: Selection, request: DepositRequest, out: Path, creator: str, progress: Progress
) -> tuple[int, Deposit]:
    """Write the deposit of a selection.

    Args:
        creator: whose experiments a title is looked for among first.

    Returns:
        How many runs stand in its tables, and what was written.
    """
    everything = selection(store, request.target, creator=creator, every_sweep=True)
    documents = [version.document for version in store.versions(chosen.experiment.id)]
    options = DepositOptions(
        request.licence,
        request.is_public,
        SystemClock().now(),
        prices_of(documents, open_prices()),
    )
    source = DepositSource(store, chosen, everything)
    runs = sum(1 for _ in chosen.runs(store, RunFilter()))
    sheets = table_format("parquet")
    return runs, write_deposit(source, Folder(out), sheets=sheets, options=options, progress=progress)


def tell_of_deposit(deposit: Deposit, request: DepositRequest) -> Path:
    """Say what is to be known before it is published; returns where it is."""
    errors = console(stderr=True)
    if request.licence is None:
        errors.print(words("! No licence was chosen: README.md says so. --license CC-BY-4.0 names one.", "yellow"))
    if not request.is_public:
        errors.print(words("! It names who worked on it, hosts and histories; --public leaves them out.", "yellow"))
    elif not deposit.has_archive:
        errors.print(
            words("! The archive is left out: runs hold the histories of people, and without these they could not be "
                  "verified. manifest.json has the hash of the complete records.", "yellow"),
        )  # fmt: skip
    for name, tables in sorted(deposit.remaining.items()):
        where = ", ".join(sorted(tables))
        errors.print(
            words(f"! {one_line(name)!r} also stands in texts of {where}; look whether a person is meant.", "yellow"),
        )
    return deposit.folder
