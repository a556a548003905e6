"""How often checks match, by condition, with links to every case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

# Before the libraries, since it names the extra where one is absent.
from sociarium.analysis.statistics.intervals import Proportion, is_constant, require_level, t_of_values, wilson

# isort: split
import pandas as pd

from sociarium.analysis.checks.conversations import Conversation, conversations
from sociarium.analysis.checks.registry import CHECKS, Check
from sociarium.analysis.detection import Detection, detection
from sociarium.analysis.statistics.design import condition_name, level_name, require_columns
from sociarium.errors import BadInput

Link = tuple[str, int]
"""A run and the number (`seq`) of a message in it."""


@dataclass(frozen=True, slots=True)
class ConditionRate:
    """A check in a condition.

    Attributes:
        runs: with messages; `silent` have none and do not count.
        runs_with: runs with a case, one yes or no each, by Wilson.
        rate: mean over runs of the share of messages that are cases; None without a run.
        low, high: its t interval over runs, cut to shares; None where `note` says why.
    """

    levels: tuple[str, ...]
    runs: int
    silent: int
    messages: int
    cases: int
    runs_with: Proportion | None
    rate: float | None
    low: float | None
    high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckRates:
    """A check over a sweep: its definition, rates and cases.

    Attributes:
        unplaced: messages of runs that the table of runs does not have, left out.
    """

    name: str
    version: int
    counts: str
    limits: str
    conditions: tuple[ConditionRate, ...]
    links: tuple[Link, ...]
    unplaced: int


def chosen_checks(names: Sequence[str] | None = None) -> tuple[Check, ...]:
    """Checks by name, or all.

    Raises:
        BadInput: for a name that none has.
    """
    unknown = [name for name in names or () if name not in CHECKS]
    if unknown:
        raise BadInput(f"there is no check {', '.join(map(repr, unknown))}; there are {', '.join(CHECKS)}")
    return tuple(CHECKS[name] for name in names or CHECKS)


def cases(messages: pd.DataFrame, *, names: Sequence[str] | None = None) -> dict[str, tuple[Link, ...]]:
    """The cases of each check, in the order of the table.

    Raises:
        BadInput: for an absent column or an unknown check.
    """
    checks = chosen_checks(names)
    links: dict[str, list[Link]] = {check.name: [] for check in checks}
    for conversation in conversations(messages):
        for name, numbers in cases_of(conversation, checks).items():
            links[name] += [(conversation.run, seq) for seq in numbers]
    return {name: tuple(one) for name, one in links.items()}


def cases_of(conversation: Conversation, checks: Sequence[Check]) -> dict[str, list[int]]:
    """Check -> the numbers of its cases in a conversation, in order."""
    return {
        check.name: [message.seq for at, message in enumerate(conversation.messages) if check.matches(conversation, at)]
        for check in checks
    }


def check_rates(
    messages: pd.DataFrame,
    runs: pd.DataFrame,
    *,
    factors: Sequence[str],
    names: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> tuple[CheckRates, ...]:
    """Rates by condition, with intervals over runs.

    Args:
        messages: columns run, seq, speaker, role, content, flags; optionally prompt and language.
        runs: a row a run, with `run` and the factors.

    Raises:
        BadInput: for an absent column, a run with several rows or an unknown check.
    """
    require_level(confidence)
    require_columns(runs, ["run", *factors])
    if runs["run"].duplicated().any():
        raise BadInput("a run has several rows in the table of runs; give one row a run")
    names_of_runs = set(runs["run"].astype(str))
    placed = messages[messages["run"].astype(str).isin(names_of_runs)] if "run" in messages.columns else messages
    links = cases(placed, names=names)
    counts = placed["run"].astype(str).value_counts().to_dict() if len(placed) else {}
    rates = rates_of_cases(links, counts, runs, factors=factors, confidence=confidence)
    return tuple(replace(one, unplaced=len(messages) - len(placed)) for one in rates)


def rates_of_cases(
    links: Mapping[str, Sequence[Link]],
    messages: Mapping[str, int],
    runs: pd.DataFrame,
    *,
    factors: Sequence[str],
    confidence: float = 0.95,
) -> tuple[CheckRates, ...]:
    """Rates by condition of cases that were found before, with intervals over runs.

    Args:
        links: check -> its cases, all of them in `runs`.
        messages: run -> how many it has.
        runs: a row a run, with `run` and the factors.
    """
    names_of_runs = [str(run) for run in runs["run"]]
    # By rows with their index: of a table without columns older pandas has no rows.
    rows_of_levels: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(runs[list(factors)].itertuples()):
        rows_of_levels.setdefault(tuple(map(level_name, row[1:])), []).append(at)
    result = []
    for name, own in links.items():
        hits = Counter(run for run, _ in own)
        counts = [(messages.get(run, 0), hits[run]) for run in names_of_runs]
        table = pd.DataFrame(counts, columns=["messages", "cases"], dtype=int)
        rates = tuple(
            _rate(levels, table.iloc[rows_of_levels[levels]], condition_name(factors, levels), confidence)
            for levels in sorted(rows_of_levels)
        )
        check = CHECKS[name]
        result.append(CheckRates(name, check.version, check.counts, check.limits, rates, tuple(own), 0))
    return tuple(result)


def check_quality(messages: pd.DataFrame, labels: pd.DataFrame, *, name: str, confidence: float = 0.95) -> Detection:
    """Precision and recall of a check against a labelled sample.

    Args:
        messages: whole runs, since checks look at what was said before.
        labels: columns run, seq and label (true for a case); messages without a label do not count.

    Raises:
        BadInput: for an absent column, an unknown check or a label of a message that is not there.
    """
    require_columns(labels, ("run", "seq", "label"))
    marked = set(cases(messages, names=[name])[name])
    there = set(zip(messages["run"].astype(str), messages["seq"].astype(int), strict=True))
    links = list(zip(labels["run"].astype(str), labels["seq"].astype(int), strict=True))
    if absent := [link for link in links if link not in there]:
        raise BadInput(
            f"message {absent[0][1]} of run {absent[0][0]!r} has a label and is not in the table of messages"
        )
    return detection(list(labels["label"]), [link in marked for link in links], confidence=confidence)


def _rate(levels: tuple[str, ...], table: pd.DataFrame, where: str, confidence: float) -> ConditionRate:
    heard = table[table["messages"] > 0]
    silent, runs, count = len(table) - len(heard), len(heard), int(heard["cases"].sum())
    messages = int(heard["messages"].sum())
    if not runs:
        return ConditionRate(levels, 0, silent, 0, 0, None, None, None, None, "no run has a message")
    shares = (heard["cases"] / heard["messages"]).to_numpy(dtype=float)
    runs_with = wilson(int((heard["cases"] > 0).sum()), runs, confidence)
    rate = float(shares.mean())
    if runs < 2 or is_constant(shares):
        note = (
            "one run: no interval"
            if runs < 2
            else f"all {runs} runs have the same rate: see the share of runs with any"
        )
        return ConditionRate(levels, runs, silent, messages, count, runs_with, rate, None, None, note)
    result = t_of_values(shares, confidence, where=where, unit="runs")
    low, high = max(0.0, result.low), min(1.0, result.high)
    return ConditionRate(levels, runs, silent, messages, count, runs_with, rate, low, high)
