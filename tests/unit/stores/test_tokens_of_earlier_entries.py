"""Tokens of answers that earlier versions kept in the shared store, in their texts alone."""

from __future__ import annotations

import mongomock

from sociarium.records.journal import ModelTokens
from sociarium.stores.mongo import MongoStore
from tests.support.records import entry


def test_they_are_read_from_the_texts() -> None:
    client = mongomock.MongoClient()
    store = MongoStore(client, "sociarium", url="mongodb://mongomock/sociarium")
    answer = {"text": "yes", "prompt_tokens": 30, "completion_tokens": 4}
    store.append([entry("k1", answer=answer), entry("k2", ordinal=2, answer=answer)])
    client["sociarium"]["journal"].update_one({"key": "k1"}, {"$unset": {"tokens": 1}})
    assert list(store.tokens_of(["a1"], behind="copied")) == [ModelTokens("a1", "llama", 60, 8)]
    client["sociarium"]["journal"].update_many({}, {"$unset": {"tokens": 1}})
    assert list(store.tokens_of(["a1"], behind="copied")) == [ModelTokens("a1", "llama", 60, 8)]
