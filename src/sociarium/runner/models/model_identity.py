"""Model versions: what a model is served as must not change in the middle of a sweep without anybody's word.

The first answer says what serves a model (the digest of its weights, else the version that the server names). An
answer of something else is thrown away and pauses the model, until a person accepts the change. One that tells no
digest, where digests are known, shows no change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from loguru import logger

from sociarium.errors import ModelChanged
from sociarium.ports.clock import Clock
from sociarium.ports.model import ServedReply
from sociarium.ports.store import Store
from sociarium.records.plans import ModelVersion
from sociarium.records.served_versions import is_digest, is_other_version, version_of
from sociarium.runner.workers.store_retry import StoreRetry


class VersionCheck(Protocol):
    """Who is shown every answer before it is given."""

    @property
    def paused(self) -> Mapping[str, str]:
        """Models that wait for a person's word, and why."""
        ...

    async def check(self, model: str, served: ServedReply) -> None:
        """Look at an answer.

        Raises:
            ModelChanged: it is not to be given.
        """
        ...


class AnyVersion:
    """Lets every answer pass: who asks looks at what gave it."""

    paused: Mapping[str, str] = MappingProxyType({})

    async def check(self, model: str, served: ServedReply) -> None:
        """See `VersionCheck`."""


class ModelVersions:
    """What serves each model of a sweep.

    Args:
        stored: those of the sweep so far.
        accepting: names of models whose change is accepted: their next answer adds a version.
        creator: who accepts.
    """

    def __init__(
        self,
        store: Store,
        sweep: str,
        stored: Iterable[ModelVersion],
        accepting: Collection[str],
        *,
        creator: str,
        clock: Clock,
        store_retry: StoreRetry,
    ) -> None:
        self._store = store
        self._sweep = sweep
        self._latest = {record.model: record for record in stored}
        self._digests: dict[str, str] = {}
        self._accepting = set(accepting)
        self._creator = creator
        self._clock = clock
        self._store_retry = store_retry
        self._adding = asyncio.Lock()
        self.paused: dict[str, str] = {}

    @property
    def models(self) -> frozenset[str]:
        """Those that have answered."""
        return frozenset(self._latest)

    async def check(self, model: str, served: ServedReply) -> None:
        """Hold an answer against what is known to serve a model.

        Raises:
            ModelChanged: it comes from something else; the model is paused.
        """
        version = version_of(served.digest, served.served_model)
        if version is None:
            return
        latest = self._latest.get(model)
        if latest is None or (model in self._accepting and self._is_other(latest, served)):
            latest = await self._add(model, version)
        if self._is_other(latest, served):
            raise self._change_error(model, self._digests.get(model, latest.version), version)
        if served.digest and not is_digest(latest.version):
            self._digests.setdefault(model, served.digest)

    def _is_other(self, latest: ModelVersion, served: ServedReply) -> bool:
        """Whether something else answered; where the sweep began without digests, the first one seen counts, too."""
        known = {latest.version, self._digests.get(latest.model, latest.version)}
        return is_other_version(known, digest=served.digest, name=served.served_model)

    async def _add(self, model: str, version: str) -> ModelVersion:
        async with self._adding:
            latest = self._latest.get(model)
            if latest is not None and (latest.version == version or model not in self._accepting):
                return latest
            number = 1 if latest is None else latest.number + 1
            record = ModelVersion(self._sweep, model, number, version, self._creator, self._clock.now())
            standing = await self._store_retry.in_thread(lambda: self._store.add_model_version(record))
            self._latest[model] = standing
            self._digests.pop(model, None)
            self._accepting.discard(model)
            if latest is not None and standing == record:
                logger.info("{} accepted that the model {} of the sweep {} is served as {}, before as {}",
                            self._creator, model, self._sweep, version, latest.version)  # fmt: skip
            return standing

    def _change_error(self, model: str, before: str, now: str) -> ModelChanged:
        message = (
            f"the model {model!r} is served as {now} now and was {before} when the sweep began; its runs wait: accept "
            f"the change with `sociarium resume --accept-digest {model}`, or bring the former one back"
        )
        self.paused[model] = message
        return ModelChanged(message)
