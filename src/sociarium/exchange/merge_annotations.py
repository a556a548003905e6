"""What was said of a run afterwards, from another store into this one: interviews, labels, measures.

It is added to a run that is the same in both, whatever either has: nothing of it is a run's own course.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.transfer import RunData
from sociarium.ports.store import Store
from sociarium.records.interviews import Interview
from sociarium.records.labels import Label, Measure

_AT_ONCE = 500


def merge_annotations(store: Store, incoming: RunData, result: MergeResult) -> None:
    """Bring those of a run into a store; what stands is left as it is."""
    run = incoming.run.id
    if incoming.interviews:
        before = set(map(_identity, store.interviews(run)))
        standing = [store.add_interview(interview) for interview in incoming.interviews]
        _count("interviews", run, before, zip(standing, incoming.interviews, strict=True), result)
    if incoming.labels:
        before = set(map(_identity, store.labels_of([run])))
        labels = [store.add_label(label) for label in incoming.labels]
        _count("labels", run, before, zip(labels, incoming.labels, strict=True), result)
    if incoming.measures:
        before = set(map(_identity, store.measures_of([run])))
        for start in range(0, len(incoming.measures), _AT_ONCE):
            batch = incoming.measures[start : start + _AT_ONCE]
            # Each store notes for itself when it computed them.
            pairs = [
                (replace(ours, at=theirs.at), theirs)
                for ours, theirs in zip(store.put_measures(batch), batch, strict=True)
            ]
            _count("measures", run, before, pairs, result)


def _count(
    kind: str, run: str, before: set[tuple[Any, ...]], pairs: Iterable[tuple[Any, Any]], result: MergeResult
) -> None:
    """Count what is new, and tell what stands here with another content.

    Args:
        before: identities of what stood.
        pairs: what stands, and what was to be added.
    """
    differing = 0
    for standing, incoming in pairs:
        if _identity(incoming) not in before:
            result.new[kind] += 1
        differing += standing != incoming
    if differing:
        result.add_conflict(
            f"{count_text(differing, kind.removesuffix('s'), kind)} of run {run} "
            f"{one_or_many(differing, 'stands', 'stand')} here with other content and "
            f"{one_or_many(differing, 'stays', 'stay')} as here"
        )


def _identity(record: Interview | Label | Measure) -> tuple[Any, ...]:
    match record:
        case Interview():
            return (record.sitting, record.turn)
        case Label():
            return (record.codebook, record.item, record.subject, record.annotator, record.revision)
        case Measure():
            return (record.name, record.version, record.subject)
