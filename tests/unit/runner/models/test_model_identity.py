"""What serves a model must not change in the middle of a sweep without anybody's word."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sociarium.errors import ModelChanged
from sociarium.ports.clock import SystemClock
from sociarium.ports.model import ModelReply, ServedReply
from sociarium.runner.models.model_identity import ModelVersions
from sociarium.runner.workers.store_retry import StoreRetry
from sociarium.stores.sqlite import SqliteStore


def served(version: str | None, *, model: str | None = None) -> ServedReply:
    return ServedReply(ModelReply("yes"), {}, 0.1, served_model=model, digest=version)


def epochs(store: SqliteStore, *accepting: str, creator: str = "ada") -> ModelVersions:
    return ModelVersions(
        store,
        "aa",
        store.model_versions("aa"),
        accepting,
        creator=creator,
        clock=SystemClock(),
        store_retry=StoreRetry(seconds=0),
    )


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "s.db")


async def check(found: ModelVersions, *answers: ServedReply) -> None:
    for done in await asyncio.gather(*(found.check("llama", one) for one in answers), return_exceptions=True):
        if isinstance(done, BaseException):
            raise done


async def test_the_first_answer_says_what_serves_a_model(store: SqliteStore) -> None:
    await check(epochs(store), served("sha256:1"), served("sha256:1"), served("sha256:1"))
    assert [(one.number, one.version, one.creator) for one in store.model_versions("aa")] == [(1, "sha256:1", "ada")]


async def test_an_answer_of_something_else_is_refused_and_pauses_the_model(store: SqliteStore) -> None:
    await check(epochs(store), served("sha256:1"))
    later = epochs(store)
    with pytest.raises(ModelChanged, match=r"sha256:2 now and was sha256:1.*--accept-digest llama"):
        await check(later, served("sha256:2"))
    assert list(later.paused) == ["llama"]
    assert len(store.model_versions("aa")) == 1


async def test_an_accepted_change_opens_an_epoch_that_says_by_whom(store: SqliteStore) -> None:
    await check(epochs(store), served("sha256:1"))
    accepting = epochs(store, "llama", creator="bob")
    await check(accepting, served("sha256:1"), served("sha256:2"), served("sha256:2"))
    assert [(one.number, one.version, one.creator) for one in store.model_versions("aa")] == [
        (1, "sha256:1", "ada"),
        (2, "sha256:2", "bob"),
    ]
    with pytest.raises(ModelChanged):
        await check(accepting, served("sha256:3"))


async def test_another_worker_that_was_first_says_what_counts(store: SqliteStore) -> None:
    mine, theirs = epochs(store), epochs(store)
    await check(theirs, served("sha256:1"))
    with pytest.raises(ModelChanged, match="was sha256:1"):
        await check(mine, served("sha256:2"))


async def test_a_server_without_a_digest_is_known_by_the_version_it_names(store: SqliteStore) -> None:
    found = epochs(store)
    await check(found, served(None, model="gpt-4.1-mini-2025-04-14"), served(None))
    with pytest.raises(ModelChanged):
        await check(found, served(None, model="gpt-4.1-mini-2026-01-01"))


async def test_an_answer_without_a_digest_shows_no_change_of_a_model_known_by_one(store: SqliteStore) -> None:
    await check(epochs(store), served("sha256:1", model="llama"))
    later = epochs(store)
    await check(later, served(None, model="llama"), served("sha256:1", model="llama"))
    with pytest.raises(ModelChanged, match="sha256:2 now and was sha256:1"):
        await check(later, served("sha256:2", model="llama"))
    assert [one.version for one in store.model_versions("aa")] == ["sha256:1"]


async def test_a_digest_that_is_told_later_fits_a_model_known_by_name_and_counts_from_then_on(
    store: SqliteStore,
) -> None:
    found = epochs(store)
    await check(found, served(None, model="llama"), served("sha256:1", model="llama"), served(None, model="llama"))
    with pytest.raises(ModelChanged, match="sha256:2 now and was sha256:1"):
        await check(found, served("sha256:2", model="llama"))
    with pytest.raises(ModelChanged, match="other now"):
        await check(epochs(store), served(None, model="other"))


async def test_a_change_that_is_accepted_is_of_digests_alone(store: SqliteStore) -> None:
    await check(epochs(store), served("sha256:1", model="llama"))
    accepting = epochs(store, "llama")
    await check(accepting, served(None, model="llama"), served("sha256:2", model="llama"))
    assert [one.version for one in store.model_versions("aa")] == ["sha256:1", "sha256:2"]
