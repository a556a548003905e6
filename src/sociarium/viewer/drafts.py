"""Drafts that wait to be posted: kept by the server, a few hundred at most, gone when it ends."""

from __future__ import annotations

from collections import OrderedDict
from secrets import token_urlsafe

from sociarium.errors import NotFound
from sociarium.viewer.pages.composer import PostDraft

_MOST = 200


class Drafts:
    """Drafts by run and id.

    Concurrency: any thread may ask; each call is one step of a dictionary.
    """

    def __init__(self) -> None:
        self._drafts: OrderedDict[tuple[str, str], PostDraft] = OrderedDict()

    def keep(self, run: str, draft: PostDraft) -> str:
        """Keep a draft; returns its id. The oldest ones go where there are too many."""
        id_ = token_urlsafe(9)
        self._drafts[run, id_] = draft
        while len(self._drafts) > _MOST:
            self._drafts.popitem(last=False)
        return id_

    def find(self, run: str, id_: str) -> PostDraft:
        """A draft. Raises `NotFound` where it is gone."""
        try:
            return self._drafts[run, id_]
        except KeyError:
            raise NotFound("this draft is gone: the pages were started anew since; write or draft it again") from None
