"""What is empty, skipped or invalid in a sweep, by model and condition, and whether that is too much.

Names of counts are those of `records.counts`, and for runs: `runs` that were counted, `silent_runs` in which nobody
said a word, `uncounted_runs` that were done before runs were counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sociarium.experiment.level import Level
from sociarium.records.counts import COPIED, ModelCounts
from sociarium.records.runs import Counters

MAX_EMPTY = 0.02
"""The share that may be empty of any model or condition, unless somebody says otherwise."""

ConditionGroup = tuple[tuple[str, Level], ...]
"""A condition, or one level of it."""

WHOLES = {
    "runs": "silent_runs",
    "messages": "empty",
    "steps": "skipped_steps",
    "people": "missing_people",
    "probes": "invalid_probes",
    "summaries": "empty_summaries",
    "choices": "random_speaker",
}
"""What is counted, and the part of it that is worth nothing."""
REASONS = {
    "nothing": "nothing at all",
    "name_only": "nothing but a name",
    "token_limit": "cut off by the token limit before the first word",
    "refused": "refused",
}
"""Why something is worth nothing, in words; a reason that is not here is its own word."""
_JUDGED = ("runs", "messages", "steps", "people")
_OF_MODELS = ("messages", "steps", "people")
_ALWAYS = (
    *(name for pair in WHOLES.items() for name in pair),
    "uncounted_runs",
    "repeated",
    "echoed",
    "context_suspected",
    "continuations",
    "scripted",
)
_MOST_TOLD = 50
"""Conditions that are named at most, the worst ones."""


@dataclass(frozen=True, slots=True)
class Excess:
    """More is empty of a model, or of a condition, than is allowed.

    Attributes:
        what: a name of `WHOLES`.
        empty, of: so many of how many.
    """

    what: str
    empty: int
    of: int
    model: str | None = None
    condition: ConditionGroup | None = None

    @property
    def share(self) -> float:
        """0 ... 1."""
        return self.empty / self.of

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        about = {"model": self.model} if self.condition is None else {"condition": dict(self.condition)}
        return {**about, "what": self.what, "empty": self.empty, "of": self.of}


@dataclass(frozen=True, slots=True)
class ModelPart:
    """How much of a kind is worth nothing of a model, and why.

    Attributes:
        reasons: number by reason, the most frequent first.
    """

    model: str
    empty: int
    of: int
    reasons: Mapping[str, int]


@dataclass(slots=True)
class Faults:
    """What the done runs of a sweep counted.

    Attributes:
        total: of all runs, each once.
        by_model: by the models' names in the file.
        by_group: by condition, or by level where there are too many conditions.
        examples: a run with something empty, by model.
    """

    total: Counter[str] = field(default_factory=Counter)
    by_model: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_group: dict[ConditionGroup, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    examples: dict[str, str] = field(default_factory=dict)
    # By hash: a sweep may have a million conditions, and only those with something empty are ever named.
    _shares: dict[int, list[int]] = field(default_factory=dict)
    _conditions: dict[int, ConditionGroup] = field(default_factory=dict)

    def take(self, counts: Mapping[str, int], condition: ConditionGroup, groups: Iterable[ConditionGroup]) -> None:
        """Take the counts of a run at a place of the sweep; a run that has several is taken at each."""
        for group in groups:
            self.by_group[group].update(counts)
        key = hash(condition)
        shares = self._shares.setdefault(key, [0] * 2 * len(_JUDGED))
        for at, what in enumerate(_JUDGED):
            empty, of = judged_counts(counts, what)
            shares[2 * at] += empty
            shares[2 * at + 1] += of
            if empty:
                self._conditions[key] = condition

    def take_run(self, run: str, counters: Counters) -> None:
        """Take a run that is done, once."""
        counts = run_counts(counters)
        if counts is None:
            self.total["uncounted_runs"] += 1
            return
        self.total.update(counts)
        for one in counters.by_model or ():
            if not one.model or not one.counts:  # asked for nothing that anybody reads
                continue
            of_model = self.by_model[one.model]
            of_model.update(dict(one.counts))
            of_model["runs"] += is_asked_anew(one)
            of_model["silent_runs"] += is_silent(one)
            if any(judged_counts(of_model, what)[0] for what in _OF_MODELS):
                self.examples.setdefault(one.model, run)

    def excesses(self, most: float) -> list[Excess]:
        """Where a greater share than `most` is empty, the greatest first: models, then conditions."""
        models = [
            Excess(what, *judged_counts(counts, what), model=model)
            for model, counts in self.by_model.items()
            for what in _OF_MODELS
        ]
        conditions = [
            Excess(what, self._shares[key][2 * at], self._shares[key][2 * at + 1], condition=condition)
            for key, condition in self._conditions.items()
            for at, what in enumerate(_JUDGED)
        ]
        return [*_above(models, most), *_above(conditions, most)[:_MOST_TOLD]]

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            **as_json(self.total),
            "by_model": {model: as_json(counts) for model, counts in sorted(self.by_model.items())},
            "by_condition": [
                {"condition": dict(group), **as_json(counts)}
                for group, counts in self.by_group.items()
                if is_flagged(counts)
            ],
        }


def parts_by_model(faults: Faults, what: str) -> list[ModelPart]:
    """The models of which some of `what`, a name of `WHOLES`, is worth nothing, the greatest number first."""
    part = WHOLES[what]
    parts = []
    for model, counts in sorted(faults.by_model.items(), key=lambda item: -item[1][part]):
        if counts[part]:
            why = {name: many for name, many in counts.items() if many and name.startswith(f"{part}/")}
            reasons = Counter({name.removeprefix(f"{part}/"): many for name, many in why.items()})
            parts.append(ModelPart(model, counts[part], counts[what], dict(reasons.most_common())))
    return parts


def is_flagged(counts: Mapping[str, int]) -> bool:
    """Whether there is anything beside what was asked for."""
    return any(
        number
        for name, number in counts.items()
        if name not in WHOLES and name != "scripted" and not name.startswith(COPIED)
    )


def unusable_count(counts: Mapping[str, int], what: str) -> int:
    """How much of `what` is worth nothing; messages that a model refused are outcomes."""
    refused = counts.get("empty/refused", 0) if what == "messages" else 0
    return counts.get(WHOLES[what], 0) - refused


def judged_counts(counts: Mapping[str, int], what: str) -> tuple[int, int]:
    """How much of `what` is worth nothing, and of how much, without what a fork or extension copied from its origin."""
    anew = _part_anew(counts)
    return unusable_count(anew, what), anew.get(what, 0)


def _part_anew(counts: Mapping[str, int]) -> Mapping[str, int]:
    """Counts without the part that was copied."""
    if not (copied := _copied_part(counts)):
        return counts
    own = {name: number for name, number in counts.items() if not name.startswith(COPIED)}
    return {name: number - copied.get(name, 0) for name, number in own.items()}


def _copied_part(counts: Mapping[str, int]) -> dict[str, int]:
    """The part of counts that was copied, by the names of the whole ones."""
    return {name.removeprefix(COPIED): number for name, number in counts.items() if name.startswith(COPIED)}


def is_asked_anew(one: ModelCounts) -> bool:
    """Whether anything was counted of a model in a run that was not copied from another."""
    counts = dict(one.counts)
    return not _copied_part(counts) or any(_part_anew(counts).get(what, 0) > 0 for what in WHOLES)


def as_json(counts: Mapping[str, int]) -> dict[str, Any]:
    """Counts as `--json` prints them; parts stand under `reasons`."""
    whole = {name: number for name, number in sorted(counts.items()) if "/" not in name}
    counted: dict[str, Any] = {**dict.fromkeys(_ALWAYS, 0), **whole}
    reasons: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, number in sorted(counts.items()):
        if "/" in name and not name.startswith(COPIED):
            kind, _, reason = name.partition("/")
            reasons[kind][reason] = number
    copied = dict(sorted(_copied_part(counts).items()))
    return {**counted, **({"copied": copied} if copied else {}), "reasons": dict(reasons)}


def run_counts(counters: Counters) -> Mapping[str, int] | None:
    """The counts of a run, all models together; None where it was not counted. Do not change what it returns."""
    return None if counters.by_model is None else _sum(counters.by_model)


def is_silent(one: ModelCounts) -> bool:
    """Whether a model was asked in a run and said nothing that is of use."""
    counts = _part_anew(dict(one.counts))
    # Who speaks or visits is judged by that; who only answers on the side, by all of it.
    spoken = [what for what in ("messages", "steps") if counts.get(what)]
    parts = spoken[-1:] or [what for what in WHOLES if counts.get(what)]
    requested = sum(counts[what] for what in parts)
    return requested > 0 and requested == sum(counts.get(WHOLES[what], 0) for what in parts)


@lru_cache(maxsize=4096)
def _sum(by_model: Sequence[ModelCounts]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for one in by_model:
        counts.update(dict(one.counts))
    spoken_parts = counts["messages"] - counts["empty"] + counts["steps"] - counts["skipped_steps"] + counts["scripted"]
    return {
        **{name: number for name, number in counts.items() if number},
        "runs": 1,
        "silent_runs": int(spoken_parts <= 0),
    }


def _above(excesses: Iterable[Excess], most: float) -> list[Excess]:
    above = [one for one in excesses if one.of and one.share > most]
    return sorted(above, key=lambda one: (-one.share, -one.empty))
