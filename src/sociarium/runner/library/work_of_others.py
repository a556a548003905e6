"""What colleagues left beside runs that are to be deleted: labels, interviews and codebooks go with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sociarium.ports.store import Store
from sociarium.records.judgements import is_codebook
from sociarium.records.labels import ADJUDICATED, latest_labels
from sociarium.runner.library.lookup import Target


def work_of_others(store: Store, target: Target, runs: Sequence[str], *, me: str) -> Counter[tuple[str, str]]:
    """What others would lose.

    Args:
        runs: ids of those that would go.

    Returns:
        What it is, as `labels`, `interviews` or `codebooks`, and whose -> how many; an interview is a question with its
        answer.
    """
    counts = Counter[tuple[str, str]]()
    codebooks = {one.id: one for one in store.codebooks(target.experiment) if is_codebook(one)}
    for label in latest_labels(store.labels_of(runs)):
        is_judgement = label.kind == "person" and label.codebook in codebooks
        counts["labels", label.annotator] += is_judgement and label.annotator not in {me, ADJUDICATED}
    for interview in store.interviews_of(runs):
        counts["interviews", interview.by] += interview.by != me
    if target.kind == "experiment":
        for codebook in codebooks.values():
            counts["codebooks", codebook.creator] += codebook.creator != me
    return +counts
