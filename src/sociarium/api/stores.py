"""Stores by address: a URL, a path, or the configured one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sociarium.bootstrap import open_store
from sociarium.config import load as load_config
from sociarium.experiment.address import public_text
from sociarium.ports.store import Store

StoreAddress = str | Path | None


@contextmanager
def store_at(address: StoreAddress, *, create: bool = False) -> Iterator[Store]:
    """The store at an address, closed afterwards.

    Args:
        address: a URL, the path of a database file or of an archive, which is only read, or None: the store of the
            configuration.
        create: make an embedded store that is not there yet.

    Raises:
        SetupError: it cannot be opened.
    """
    url = load_config().store_url if address is None else str(address)
    # What holds a login is an address that lacks its scheme: no file is named by a password, nor is it told.
    is_file = "://" not in url and not url.endswith(".zip") and public_text(url) == url
    store = open_store(f"sqlite:///{url}" if is_file else url, create=create)
    try:
        yield store
    finally:
        store.close()
