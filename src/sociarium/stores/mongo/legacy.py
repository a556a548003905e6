"""Reads a database of the earlier LLM Interaction Simulator: its three collections, in pages, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bson import ObjectId
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import ASCENDING
from pymongo.database import Database

from sociarium.ports.legacy import Document
from sociarium.stores.mongo.connection import connect
from sociarium.stores.mongo.errors import mapped_errors
from sociarium.stores.mongo.paging import slices
from sociarium.stores.mongo.schema import META

EXPERIMENTS = "experiments"
CONVERSATIONS = "conversations"
MESSAGES = "messages"

_PAGE = 500
_AS_IT_IS: CodecOptions[dict[str, Any]] = CodecOptions(
    datetime_conversion=DatetimeConversion.DATETIME_AUTO, unicode_decode_error_handler="replace"
)
"""One date that no calendar has, or a text that is no UTF-8, must not keep the others from being read."""


def open_legacy(url: str, *, database: str = "sociarium") -> MongoLegacyDatabase | None:
    """Open the database at a URL when it is the earlier simulator's, which its collections show.

    Raises:
        As `open_mongo`.
    """
    client, name, public_url = connect(url, database)
    try:
        with mapped_errors(public_url, opening=True):
            collections = set(client[name].list_collection_names())
        # Messages may be missing: of a database in which nothing was said yet.
        if META in collections or not {EXPERIMENTS, CONVERSATIONS} <= collections:
            client.close()
            return None
        return MongoLegacyDatabase(client.get_database(name, codec_options=_AS_IT_IS), url=public_url)
    except BaseException:
        client.close()
        raise


class MongoLegacyDatabase:
    """The reader; see the port."""

    def __init__(self, database: Database[dict[str, Any]], *, url: str) -> None:
        """Take over a database, whose client is closed with it."""
        self._database = database
        self._url = url

    @property
    def url(self) -> str:
        """`mongodb://user@host/database`."""
        return self._url

    def experiments(self) -> Iterator[Document]:
        """See the port."""
        for ids in slices(list(self._ids(EXPERIMENTS)), _PAGE):
            yield from self._find(EXPERIMENTS, ids)

    def conversations(self, ids: Sequence[object]) -> Iterator[Document]:
        """See the port."""
        for page in slices(ids, _PAGE):
            yield from self._find(CONVERSATIONS, page)

    def messages(self, ids: Sequence[object]) -> Iterator[Document]:
        """See the port."""
        for page in slices(ids, _PAGE):
            yield from self._find(MESSAGES, page)

    def conversation_ids(self) -> Iterator[object]:
        """See the port."""
        return self._ids(CONVERSATIONS)

    def message_count(self) -> int:
        """See the port."""
        with mapped_errors(self._url):
            return self._database[MESSAGES].count_documents({})

    def close(self) -> None:
        """See the port."""
        self._database.client.close()

    def _ids(self, collection: str) -> Iterator[object]:
        with mapped_errors(self._url):
            for document in self._database[collection].find({}, {"_id": 1}, sort=[("_id", ASCENDING)]):
                yield document["_id"]

    def _find(self, collection: str, ids: Sequence[object]) -> list[Document]:
        with mapped_errors(self._url):
            by_id = {
                str(document["_id"]): document
                for document in self._database[collection].find({"_id": {"$in": _either_form(ids)}})
            }
        return [by_id[str(id_)] for id_ in ids if str(id_) in by_id]


def _either_form(ids: Sequence[object]) -> list[object]:
    """Ids as they are written, and those of MongoDB as texts too, and the other way round.

    A database that was copied through JSON may name by a text what has an ObjectId.
    """
    others = (
        str(id_) if isinstance(id_, ObjectId) else ObjectId(str(id_)) for id_ in ids if ObjectId.is_valid(str(id_))
    )
    return [*ids, *others]
