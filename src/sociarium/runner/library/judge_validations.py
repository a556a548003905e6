"""Validations of judges as records beside the codebooks, and what is said of those whose labels are gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sociarium.ports.store import Store
from sociarium.records.judgements import VALIDATION, latest_validations
from sociarium.records.labels import Codebook, codebook_id

LABELS_GONE = "labels_gone"
"""Key of a validation whose labels are not all there any more."""
LABELS_GONE_WORDS = "some of the labels that it rests on are gone since, validate again"
LabelPlace = tuple[str, str, str]
"""Codebook, item and run of labels."""


def save_next_validation(
    store: Store, experiment: str, title: str, validation: Mapping[str, Any], *, creator: str, now: str
) -> Codebook:
    """Keep a validation as the next of its title, if it says something else than the latest; returns what stands."""
    numbers = {one.number: one for one in store.codebooks(experiment) if one.title == title}
    number = max(numbers, default=0)
    # An equal one that is not the latest was superseded meanwhile, by a mark for one.
    if number and dict(numbers[number].document[VALIDATION]) == dict(validation):
        return numbers[number]
    while True:
        number += 1
        id_ = codebook_id(experiment, title, number)
        record = Codebook(id_, experiment, title, number, {VALIDATION: dict(validation)}, creator, now)
        standing = store.save_codebook(record)
        if dict(standing.document[VALIDATION]) == dict(validation):
            return standing


def mark_lost_labels(
    store: Store, experiment: str, *, labels: Collection[LabelPlace], runs: Collection[str], creator: str, now: str
) -> int:
    """Say of an experiment's validations that labels on which they rest are gone, wherever their words show.

    To be called before the labels go, so that it is said also where it is interrupted; a second time changes nothing. A
    validation that is made afterwards says nothing of it any more.

    Args:
        labels: those that go.
        runs: that go with all of their labels.

    Returns:
        How many validations rest on them.
    """
    count = 0
    for record in latest_validations(store.codebooks(experiment)).values():
        validation = record.document[VALIDATION]
        own = {run for side in validation["split"].values() for run in side}
        gone = {
            run for codebook, item, run in labels if (codebook, item) == (validation["codebook"], validation["item"])
        }
        if not own & (gone | set(runs)):
            continue
        count += 1
        if not validation.get(LABELS_GONE):
            words = f"{validation['words']}; {LABELS_GONE_WORDS}"
            marked = dict(validation) | {LABELS_GONE: True, "words": words}
            save_next_validation(store, experiment, record.title, marked, creator=creator, now=now)
    return count
