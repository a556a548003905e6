"""The URLs by which stores were opened, for other processes of this program: a store tells only its public one."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sociarium.errors import SetupError
from sociarium.ports.store import Store

_urls: WeakKeyDictionary[Store, str] = WeakKeyDictionary()


def note_url(store: Store, url: str) -> Store:
    """The store, whose URL is remembered for as long as it is there."""
    _urls[store] = url
    return store


def url_of(store: Store) -> str:
    """The URL by which a store was opened, its password included.

    Raises:
        SetupError: it was not opened by a URL.
    """
    url = _urls.get(store)
    if url is None:
        raise SetupError(f"the store {store.url} was not opened by its URL, so that no other process can open it")
    return url
