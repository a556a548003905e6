"""Forgetting a person: where a store holds somebody, and taking it away.

What was built on somebody's posts goes whole: an experiment whose document holds their history, for every prompt,
answer and summary of it may hold their words. So do runs in which somebody wrote or played, because their words are
part of what was answered. Labels go one by one. Who made or ran something stays named: that says who is responsible
for it, and `delete` takes it away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from loguru import logger

from sociarium.count_text import count_text
from sociarium.errors import BeingDeleted, SociariumError
from sociarium.ports.store import Store
from sociarium.records.people import has_history_of, is_named
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.runner.library import edit_delete, lookup
from sociarium.runner.library.judge_validations import LabelPlace, mark_lost_labels
from sociarium.runner.library.tombstones import refuse_deleted
from sociarium.runner.workers.liveness import Liveness

_AT_ONCE = 200


@dataclass(slots=True)
class PersonTraces:
    """Where a store holds somebody.

    Attributes:
        experiments: whose documents hold their history.
        runs: of other experiments, in which they wrote or played.
        annotators: their names as annotators, as they are spelled -> the runs that they labelled.
        labels: how many labels they gave; `labelled`: experiment -> where.
        named: where they are named as who made, ran, steered, edited or asked; that stays.
        unread: experiments that are being deleted, and were not looked at.
    """

    experiments: list[Experiment] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    annotators: dict[str, set[str]] = field(default_factory=dict)
    labels: int = 0
    labelled: dict[str, set[LabelPlace]] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of them would be taken away."""
        return not (self.experiments or self.runs or self.labels)

    def count(self, what: str, is_theirs: bool) -> None:
        """Note that they are named somewhere."""
        if is_theirs:
            self.named[what] = self.named.get(what, 0) + 1


@dataclass(frozen=True, slots=True)
class ForgetResult:
    """What forgetting came to.

    Attributes:
        experiments, runs: ids of those that are gone.
        validations: of judges, of which it is said since that labels they rest on are gone.
        remaining: what could not be taken away -> why.
    """

    experiments: Sequence[str]
    runs: Sequence[str]
    labels: int
    remaining: dict[str, str]
    validations: int = 0


def find_traces(store: Store, person: str, progress: Callable[[int], None] = lambda _runs: None) -> PersonTraces:
    """Look for somebody in all of a store; nothing is changed.

    Args:
        person: a handle, or a name, in any case.
        progress: told how many runs were looked at.
    """
    traces, seen = PersonTraces(), 0
    for experiment in store.experiments():
        try:
            refuse_deleted(store, experiment.id)
        except BeingDeleted:
            traces.unread.append(experiment.title)
            continue
        traces.count("experiments that they made", is_named(experiment.creator, person))
        if any(has_history_of(json.loads(one.document), person) for one in store.versions(experiment.id)):
            traces.experiments.append(experiment)
        for codebook in store.codebooks(experiment.id):
            traces.count("codebooks that they wrote", is_named(codebook.creator, person))
        sweeps = store.sweeps(experiment.id)
        _look_at_sweeps(store, sweeps, person, traces)
        for batch in _run_batches(store, sweeps):
            _look_at_runs(store, experiment, batch, person, traces)
            seen += len(batch)
            progress(seen)
    return traces


def forget(
    store: Store,
    traces: PersonTraces,
    *,
    creator: str,
    liveness: Liveness,
    progress: Callable[[int], None] = lambda _gone: None,
) -> ForgetResult:
    """Take away what a person left, in steps; made again it goes on where it stopped.

    Args:
        creator: who forgets: what is somebody else's to delete stays, and is told.
        progress: told how many things are gone.
    """
    remaining: dict[str, str] = {}
    gone: dict[str, list[str]] = {"experiment": [], "run": []}
    validations = _mark_validations(store, traces, creator=creator, now=liveness.clock.now())
    targets = [("experiment", one.id) for one in traces.experiments]
    own = {one.id for one in traces.experiments}
    targets += [("run", run) for run, experiment in traces.runs.items() if experiment not in own]
    for done, (kind, id_) in enumerate(targets, start=1):
        try:
            target = lookup.find_target(store, id_, creator=creator, deleted=True)
            edit_delete.delete(store, target, creator=creator, liveness=liveness)
            gone[kind].append(id_)
        except SociariumError as error:
            remaining[f"{kind} {id_}"] = str(error)
        progress(done)
    labels = sum(store.delete_labels(annotator, sorted(runs)) for annotator, runs in traces.annotators.items())
    store.reclaim_space()
    logger.info("{} had a person forgotten: {}, {}, {} went; {} remain", creator,
                count_text(len(gone["experiment"]), "experiment"), count_text(len(gone["run"]), "run"),
                count_text(labels, "label"), count_text(len(remaining), "thing"))  # fmt: skip
    return ForgetResult(gone["experiment"], gone["run"], labels, remaining, validations)


def _mark_validations(store: Store, traces: PersonTraces, *, creator: str, now: str) -> int:
    """Say of judges' validations in experiments that stay that they rest on labels which go."""
    whole = {one.id for one in traces.experiments}
    runs: dict[str, set[str]] = {}
    for run, experiment in traces.runs.items():
        runs.setdefault(experiment, set()).add(run)
    return sum(
        mark_lost_labels(
            store, one, labels=traces.labelled.get(one, set()), runs=runs.get(one, set()), creator=creator, now=now
        )
        for one in {**traces.labelled, **runs}
        if one not in whole
    )


def _look_at_sweeps(store: Store, sweeps: Sequence[SweepRecord], person: str, traces: PersonTraces) -> None:
    for sweep in sweeps:
        traces.count("sweeps that they began", is_named(sweep.creator, person))
        for order in store.orders(sweep.id):
            traces.count("orders to sweeps that they gave", is_named(order.by, person))
        for one in store.model_versions(sweep.id):
            traces.count("versions of models that they accepted", is_named(one.creator, person))


def _look_at_runs(store: Store, experiment: Experiment, runs: Sequence[str], person: str, traces: PersonTraces) -> None:
    for label in store.labels_of(runs):
        if label.kind == "person" and is_named(label.annotator, person):
            traces.annotators.setdefault(label.annotator, set()).add(label.run)
            traces.labelled.setdefault(experiment.id, set()).add((label.codebook, label.item, label.run))
            traces.labels += 1
    for interview in store.interviews_of(runs):
        traces.count("interviews in which they asked", is_named(interview.by, person))
    for run in store.runs(runs):
        has_run = any(is_named(claim.by, person) for claim in store.claims(run.id))
        wrote = any(is_named(one.creator, person) for one in store.inputs(run.id))
        if wrote or (has_run and _has_players(run.content)):
            traces.runs[run.id] = experiment.id
        else:
            traces.count("runs that they ran", has_run)


def _has_players(content: str) -> bool:
    """Whether somebody at the terminal of who runs it may have spoken or chosen speakers."""
    tree = json.loads(content)
    models = tree.get("models") or {}
    return tree.get("speaker_selection") == "manual" or any(
        isinstance(spec, dict) and spec.get("provider") == "person" for spec in models.values()
    )


def _run_batches(store: Store, sweeps: Sequence[SweepRecord]) -> Iterator[list[str]]:
    seen: set[str] = set()
    batch: list[str] = []
    for sweep in sweeps:
        for slot in store.slots(sweep.id):
            if slot.status.run not in seen:
                seen.add(slot.status.run)
                batch.append(slot.status.run)
            if len(batch) >= _AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch
