"""What records come to: the part of a manifest that follows from them alone, made in one pass."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sociarium.exchange.archive.lines import Line, line_of
from sociarium.exchange.archive.manifest import ModelUse, PartList, RecordTotals, SweepPlan, manifest_hash
from sociarium.experiment.canonical import fingerprint
from sociarium.records.events import SPOKEN, Event
from sociarium.records.interviews import Interview
from sociarium.records.journal import Call, JournalEntry
from sociarium.records.plans import Experiment, Member, SweepRecord, Version
from sociarium.records.runs import Claim, Run, RunState, Worker

_HOSTLESS = frozenset({"offline", "person"})
"""Providers that no server stands behind."""
_PRIVATE_ENDINGS = (".local", ".lan", ".internal", ".home.arpa", ".intranet")


@dataclass(frozen=True, slots=True)
class PartHash:
    """A part of an archive: an experiment's plans, or a run with all it left.

    Attributes:
        lines: that the hash covers.
        sha256: of its lines, those of workers left out: a worker's counter goes on after a run.
    """

    kind: str
    id: str
    lines: int
    sha256: str

    @property
    def line(self) -> bytes:
        """As it stands in `parts.jsonl`."""
        return json.dumps([self.kind, self.id, self.lines, self.sha256], separators=(",", ":")).encode("ascii") + b"\n"


class PartHasher:
    """Hashes of parts, line by line."""

    def __init__(self) -> None:
        self._hashes: list[PartHash] = []
        self._digest = hashlib.sha256()
        self._head: tuple[str, str] | None = None
        self._lines = 0

    def begin(self, kind: str, id_: str) -> None:
        """The line that follows is the first of a part."""
        self._end()
        self._head, self._digest, self._lines = (kind, id_), hashlib.sha256(), 0

    def add(self, line: bytes) -> None:
        """A line of the part that was begun last."""
        self._digest.update(line)
        self._lines += 1

    def hashes(self) -> list[PartHash]:
        """All parts, by kind and id: in which order they were packed says nothing."""
        self._end()
        self._head = None
        return sorted(self._hashes, key=lambda one: (one.kind, one.id, one.sha256))

    def _end(self) -> None:
        if self._head is not None:
            self._hashes.append(PartHash(*self._head, self._lines, self._digest.hexdigest()))


@dataclass(slots=True)
class _Use:
    provider_model: set[str] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, call: Call, answer: Any, provider_model: str) -> None:
        self.calls += 1
        if isinstance(answer, Mapping):
            self.prompt_tokens += answer.get("prompt_tokens") or 0
            self.completion_tokens += answer.get("completion_tokens") or 0
        self.served.add(
            " ".join(one for one in (call.served_model, call.digest, call.fingerprint) if one) or "not said"
        )
        provider = provider_model.partition(":")[0]
        self.hosts.add(provider if provider in _HOSTLESS else host_kind(call.endpoint))
        if provider_model:
            self.provider_model.add(provider_model)


class TotalsCounter:
    """Takes the records of an archive one by one, in their order, and says what they come to."""

    def __init__(self) -> None:
        self._parts = PartHasher()
        self._documents: dict[str, dict[str, str]] = defaultdict(dict)
        self._sweeps: list[SweepRecord] = []
        self._runs: Counter[str] = Counter()
        self._messages: Counter[str] = Counter()
        self._populations = 0
        self._protocols: set[int] = set()
        self._models: dict[str, _Use] = defaultdict(_Use)
        self._moments: tuple[str, str] | None = None
        self._run: Run | None = None
        self._content_models: dict[str, str] = {}
        self._state, self._spoken, self._has_place = RunState.PENDING, 0, False

    def add(self, record: Line, line: bytes) -> None:
        """A record, with the line it is spelled as."""
        if isinstance(record, Experiment | Run):
            self._end_run()
            self._parts.begin("experiment" if isinstance(record, Experiment) else "run", record.id)
        if isinstance(record, Worker):
            return
        self._parts.add(line)
        match record:
            case Experiment():
                self._documents[record.id] = {}
            case Version():
                self._documents[record.experiment][record.id] = fingerprint(json.loads(record.document))
            case SweepRecord():
                self._sweeps.append(record)
            case Run():
                self._begin_run(record)
            case Member():
                self._has_place = True
            case Claim():
                self._add_claim(record)
            case Event():
                self._spoken += record.happening.kind in SPOKEN
            case JournalEntry():
                self._add_moment(record.at)
                if record.call is not None:
                    name = record.call.model
                    self._models[name].add(record.call, record.answer, self._content_models.get(name, ""))
            case Interview():
                self._models[record.call.model].add(record.call, record.reply, record.provider_model)
            case _:
                pass

    def part_hashes(self) -> list[PartHash]:
        """The parts; nothing may be added afterwards."""
        return self._parts.hashes()

    def result(self) -> RecordTotals:
        """All of it; nothing may be added afterwards."""
        self._end_run()
        self._run = None
        parts = self.part_hashes()
        versions = {id_: digest for each in self._documents.values() for id_, digest in each.items()}
        return RecordTotals(
            experiments={id_: fingerprint(list(each.values())) for id_, each in sorted(self._documents.items())},
            versions=dict(sorted(versions.items())),
            sweeps=sorted((_plan(sweep, versions) for sweep in self._sweeps), key=lambda one: one.id),
            runs=dict(sorted(self._runs.items())),
            messages=dict(sorted(self._messages.items())),
            populations=self._populations,
            protocols=sorted(self._protocols),
            models=[_use_of(name, self._models[name]) for name in sorted(self._models)],
            first=self._moments[0] if self._moments else None,
            last=self._moments[1] if self._moments else None,
            parts=PartList(count=len(parts), sha256=hashlib.sha256(b"".join(one.line for one in parts)).hexdigest()),
        )

    def _begin_run(self, run: Run) -> None:
        self._run, self._state, self._spoken, self._has_place = run, RunState.PENDING, 0, False
        models = json.loads(run.content).get("models")
        self._content_models = {
            name: f"{spec.get('provider', '')}:{spec.get('model', '')}".rstrip(":")
            for name, spec in (models if isinstance(models, dict) else {}).items()
            if isinstance(spec, dict)
        }

    def _end_run(self) -> None:
        if self._run is None:
            return
        if self._has_place:
            self._runs[self._state.value] += 1
            self._messages[self._state.value] += self._spoken
        else:
            self._populations += 1

    def _add_claim(self, claim: Claim) -> None:
        self._state = RunState.RUNNING if claim.outcome is None else claim.outcome.state
        self._add_moment(claim.at)
        if claim.protocol > 0:
            self._protocols.add(claim.protocol)

    def _add_moment(self, at: str) -> None:
        first, last = self._moments or (at, at)
        self._moments = (min(first, at), max(last, at))


def record_lines(records: Iterable[Line]) -> RecordTotals:
    """What some records come to, without packing them."""
    recording = TotalsCounter()
    for record in records:
        recording.add(record, line_of(record))
    return recording.result()


def hash_of_records(records: Iterable[Line]) -> str:
    """The hash that a manifest of these records has."""
    return manifest_hash(record_lines(records))


def host_kind(endpoint: str | None) -> str:
    """What kind of host a server's address is of; the address itself says more than a manifest should."""
    if not endpoint:
        return "not kept"
    if "://" not in endpoint:
        return endpoint if endpoint in _HOSTLESS else "not kept"
    try:
        host = urlsplit(endpoint).hostname or ""
    except ValueError:
        return "not kept"
    if host == "localhost" or host.endswith(".localhost"):
        return "this machine"
    try:
        address = ip_address(host)
    except ValueError:
        is_private = "." not in host or host.endswith(_PRIVATE_ENDINGS)
        return "not kept" if not host or "$" in host else "private network" if is_private else "public network"
    return "this machine" if address.is_loopback else "private network" if address.is_private else "public network"


def _plan(sweep: SweepRecord, versions: dict[str, str]) -> SweepPlan:
    size = {"seed": sweep.seed, "replicates": sweep.replicates, "conditions": sweep.conditions, "runs": sweep.runs}
    origin = sweep.origin.as_json() if sweep.origin else None
    return SweepPlan(
        id=sweep.id,
        name=sweep.name,
        version=sweep.version,
        plan=fingerprint([versions.get(sweep.version), sweep.name, size, origin]),
        **size,
    )


def _use_of(name: str, use: _Use) -> ModelUse:
    return ModelUse(
        name=name,
        provider_model=sorted(use.provider_model),
        served=sorted(use.served),
        hosts=sorted(use.hosts),
        calls=use.calls,
        prompt_tokens=use.prompt_tokens,
        completion_tokens=use.completion_tokens,
    )
