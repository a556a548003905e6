"""Validate judges against the labels of people, and keep what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from loguru import logger

from sociarium.analysis.consensus import Value, consensus
from sociarium.analysis.validation import Pair, SideAgreement, is_for_test, side_agreement
from sociarium.api.judging import load_rubric
from sociarium.api.stores import StoreAddress, store_at
from sociarium.config import load as load_config
from sociarium.count_text import count_text
from sociarium.errors import Ambiguous, BadInput, NotFound
from sociarium.exchange.judgements import TextVerdict, verdicts
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.rubric import Rubric
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.judgements import JUDGE, is_codebook
from sociarium.records.labels import Codebook, Label
from sociarium.records.lists import ExperimentQuery, label_of
from sociarium.runner.judging.records import save_validation

DEV = 0.5
"""Share of runs by which a rubric may be improved."""


@dataclass(frozen=True, slots=True)
class Validation:
    """How far judges of a rubric agree with people.

    Attributes:
        dev: on the runs by which the rubric may be improved; `test`: on those that alone count.
        left_out: why labelled texts do not count -> how many.
        words: the result in a few words, which stand wherever the judges' numbers show.
    """

    measure: str
    version: str
    codebook: str
    title: str
    number: int
    item: str
    seed: int
    judges: tuple[str, ...]
    dev: SideAgreement
    test: SideAgreement
    left_out: Mapping[str, int]
    words: str


def find_codebook(store: Store, text: str) -> Codebook:
    """A codebook by its id or title; of several versions of a title the latest. Raises `NotFound` or `Ambiguous`."""
    every = [
        one for listed in store.list_experiments(ExperimentQuery())
        for one in store.codebooks(listed.experiment.id) if is_codebook(one)
    ]  # fmt: skip
    matches = [one for one in every if one.id.startswith(text)]
    if len(matches) != 1:
        of_title = [one for one in every if one.title == text]
        if len({one.experiment for one in of_title}) > 1:
            raise Ambiguous(f"several experiments have a codebook {text!r}; write the id of one")
        matches = sorted(of_title, key=attrgetter("number"))[-1:] or matches
    if len(matches) > 1:
        raise Ambiguous(f"several codebooks begin with {text!r}; write more of the id")
    if not matches:
        near = did_you_mean(text, [one.title for one in every]) or "nobody made one yet"
        raise NotFound(f"there is no codebook {text!r} in {store.url}; {near}")
    return matches[0]


def validate_judges(
    store: Store, rubric: Rubric, codebook: Codebook, *, item: str | None, seed: int, dev: float, creator: str
) -> Validation:
    """Compare judges with people on what both spoke of, and keep the result.

    Raises:
        BadInput: nobody labelled by the codebook, no judge answered about what was labelled, or one side of the split
            has no text.
    """
    labels = [one for one in store.labels(codebook.id) if one.kind == "person"]
    name = _item(labels, item, rubric, codebook)
    pairs, judges, left_out = _pairs(store, rubric, [one for one in labels if one.item == name])
    split = {
        run: is_for_test(run, codebook=codebook.id, item=name, seed=seed, dev=dev) for run in {one.run for one in pairs}
    }
    if not pairs:
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        raise BadInput(
            f"no text has a label by {codebook.title!r} and an answer of judges to {rubric.name!r} ({reasons}); "
            "`sociarium judge TARGET --rubric FILE` asks about what is labelled"
        )
    sides = [side_agreement([one for one in pairs if split[one.run] is side]) for side in (False, True)]
    if not sides[1].texts:
        raise BadInput(f"none of the {len(split)} labelled runs is kept for the test; label more, or lower --dev {dev}")
    result = Validation(
        f"{JUDGE}{rubric.name}", rubric.digest, codebook.id, codebook.title, codebook.number, name, seed,
        tuple(sorted(judges)), sides[0], sides[1], dict(left_out), _words(sides[1]),
    )  # fmt: skip
    document = validation_document(result) | {
        "rubric": rubric.digest,
        "dev_share": dev,
        "split": {side: sorted(run for run, is_test in split.items() if is_test is (side == "test"))
                  for side in ("dev", "test")},
    }  # fmt: skip
    save_validation(store, codebook.experiment, rubric.name, document, creator=creator, now=SystemClock().now())
    logger.info("{} validated the rubric {} by {}: {}", creator, rubric.name, codebook.id, result.words)
    return result


def validation_document(result: Validation) -> dict[str, Any]:
    """A validation as JSON."""
    document = asdict(result)
    for side in ("dev", "test"):
        table = document[side]["confusion"]
        table["counts"] = [list(row) for row in table["counts"]]
        table["labels"] = list(table["labels"])
        document[side]["drift"] = list(document[side]["drift"])
    return document | {"judges": list(result.judges)}


def validate(
    rubric: str | Path,
    labels: str,
    *,
    item: str | None = None,
    seed: int = 0,
    dev: float = DEV,
    store: StoreAddress = None,
) -> Validation:
    """Compare judges with the labels of people, and keep the result.

    Args:
        rubric: its file.
        labels: a codebook's title, or the beginning of its id.
        item: of the codebook; by default the one that is called like the rubric, or the only one.
        seed: of the split of runs into those for improving the rubric and those for the test.
        dev: share of the first.

    Raises:
        NotFound, Ambiguous, BadInput: as `find_codebook` and `validate_judges`.
    """  # fmt: skip
    chosen = load_rubric(Path(rubric))
    with store_at(store) as opened:
        codebook = find_codebook(opened, labels)
        return validate_judges(opened, chosen, codebook, item=item, seed=seed, dev=dev, creator=load_config().creator)


def _item(labels: Sequence[Label], item: str | None, rubric: Rubric, codebook: Codebook) -> str:
    names = sorted({one.item for one in labels})
    if not names:
        raise BadInput(f"nobody labelled anything by {codebook.title!r}, version {codebook.number}, yet")
    name = item or (rubric.name if rubric.name in names else names[0] if len(names) == 1 else "")
    if name not in names:
        raise BadInput(f"which item of {codebook.title!r} the judges answer is not clear; write --item, of {names}")
    return name


def _pairs(store: Store, rubric: Rubric, labels: Sequence[Label]) -> tuple[list[Pair], set[str], Counter[str]]:
    """Texts with what people and judges say, who judged them, and why others are left out."""
    pairs: list[Pair] = []
    judges: set[str] = set()
    left_out: Counter[str] = Counter()
    for run, of_run in groupby(labels, key=attrgetter("run")):
        answers = _answers(store, rubric, run)
        condition = _condition(store, run)
        by_subject: dict[str, list[Label]] = {}
        for one in of_run:
            by_subject.setdefault(one.subject, []).append(one)
        for subject, some in by_subject.items():
            people, reason = consensus(some)
            text = answers.get(subject)
            if text is None or text.result.value is None:
                reason = reason or (text.result.missing if text else None) or "not asked about"
            if people is None or text is None or text.result.value is None:
                left_out[reason] += 1
                continue
            people, value = _alike(people, text.result.value)
            judges |= text.judges
            pairs.append(Pair(run, subject, people, value, condition))
    return pairs, judges, left_out


def _answers(store: Store, rubric: Rubric, run: str) -> dict[str, TextVerdict]:
    name = f"{JUDGE}{rubric.name}"
    every = verdicts(one for one in store.measures_of([run]) if one.name == name)
    return {subject: text for (_, version, subject), text in every.items() if version == rubric.digest}


def _condition(store: Store, run: str) -> dict[str, str]:
    members = store.members_of_run(run)
    return {factor: label_of(level) for factor, level in members[0].condition.items()} if members else {}


def _alike(people: Value, judges: Value) -> tuple[Value, Value]:
    """Both as numbers, or both as categories."""
    if isinstance(people, str) == isinstance(judges, str):
        return people, judges
    try:
        return float(people), float(judges)
    except ValueError:
        return str(people), str(judges)


def _words(side: SideAgreement) -> str:
    texts = f"{count_text(side.texts, 'test text')} of {count_text(side.runs, 'run')}"
    if side.kappa is None:
        same = "" if side.percent is None else f"same value in {100 * side.percent.share:.0f} % of "
        return f"against people: {same}{texts}, no kappa"
    return f"against people: kappa {side.kappa.kappa.value:.2f} on {texts}"
