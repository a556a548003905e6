"""What judges answered, among the measures of runs: names, versions, and what several answers come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from sociarium.experiment.canonical import short_id
from sociarium.records.labels import MISSING, SAMPLE, Codebook, Measure

JUDGE = "judge:"
"""Begins the names of measures that are answers of judges; a rubric's name stands behind it."""

RUBRIC, VALIDATION = "rubric", "validation"
"""Keys in the document of a codebook record which is no codebook: a rubric that was put to judges; how far judges agree
with people."""

NOT_VALIDATED = "a judge's, not validated against people"

CONSENT = "consent_text"
"""The same of a text that people agree to before they play or annotate."""

NO_CODEBOOK = frozenset({RUBRIC, VALIDATION, SAMPLE, CONSENT})
"""Keys of documents of records that stand beside codebooks and are none."""


def is_judgement(measure: Measure) -> bool:
    """Whether a measure is a judge's answer."""
    return measure.name.startswith(JUDGE)


def shown_version(measure: Measure) -> str:
    """The version that tables have: of judges' answers that of the rubric, whoever gave them."""
    return measure.version.partition("/")[0] if is_judgement(measure) else measure.version


def judgement_version(digest: str, entry: Sequence[Any], repeat: int) -> str:
    """The version of an answer: of the rubric, of the model with its options, and which repeat it is, from 1.

    Args:
        digest: of the rubric.
        entry: provider, model and options.
    """
    return f"{digest}/{short_id('judge', *entry)[:8]}/{repeat}"


def judge_entry(version: str) -> str:
    """Who gave an answer: model and options, in the version of its measure."""
    return version.split("/")[1] if version.count("/") == 2 else ""


def is_codebook(record: Codebook) -> bool:
    """Whether a record is a codebook, and none of what stands beside them."""
    return not NO_CODEBOOK & set(record.document)


def is_consent(record: Codebook) -> bool:
    """Whether a record beside the codebooks is a text that people agree to."""
    return isinstance(record.document.get(CONSENT), str)


def is_rubric(record: Codebook) -> bool:
    """Whether a record beside the codebooks is a rubric."""
    return isinstance(record.document.get(RUBRIC), Mapping)


def is_validation(record: Codebook) -> bool:
    """Whether a record beside the codebooks says how far judges agree with people."""
    return isinstance(record.document.get(VALIDATION), Mapping)


def latest_validations(records: Iterable[Codebook]) -> dict[str, Codebook]:
    """The latest validation of each rubric among an experiment's records, by the rubric's digest."""
    records = sorted(filter(is_validation, records), key=lambda one: one.number)
    return {str(one.document[VALIDATION]["rubric"]): one for one in records}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the answers about one text come to.

    Attributes:
        value: mean of numbers, most frequent of categories; None where `missing` says why.
        answers: that went in; `asked` for.
    """

    value: float | str | None
    missing: str | None
    answers: int
    asked: int


def verdict(values: Iterable[Any]) -> Verdict:
    """Several judges' and repeats' answers about one text as one.

    Args:
        values: of their measures.
    """
    every = list(values)
    answers = [one["answer"] for one in every if one.get(MISSING) is None]
    if not answers:
        reasons = Counter(str(one.get(MISSING)) for one in every)
        return Verdict(None, reasons.most_common(1)[0][0] if reasons else "not asked", 0, len(every))
    if all(isinstance(one, int | float) for one in answers):
        return Verdict(fsum(answers) / len(answers), None, len(answers), len(every))
    (first, most), *others = Counter(map(str, answers)).most_common(2)
    if others and others[0][1] == most:
        return Verdict(None, "a tie between judges", len(answers), len(every))
    return Verdict(first, None, len(answers), len(every))
