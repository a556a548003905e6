"""What is empty, skipped or invalid, in words: at the end of a start, in `status`, `list`, `show` and the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sociarium.cli.display.conditions import told
from sociarium.cli.display.hints import program
from sociarium.cli.display.output import number
from sociarium.exchange.visible import one_line
from sociarium.runner.faults import WHOLES, Excess, Faults


class _Words(NamedTuple):
    """How a kind is told of: a line of all, what stands for it behind a model, and in a column of a list."""

    one: str
    many: str
    thing: str
    short: str


_WORDS: Mapping[str, _Words] = {
    "runs": _Words("run has no word of anybody", "runs have no word of anybody", "runs", "silent"),
    "messages": _Words("message is empty", "messages are empty", "messages", "empty"),
    "steps": _Words("step was skipped", "steps were skipped", "steps", "skipped"),
    "people": _Words("person could not be written", "people could not be written", "people", "people missing"),
    "probes": _Words("answer to a probe is invalid", "answers to probes are invalid", "probes", "invalid"),
    "summaries": _Words("summary is empty", "summaries are empty", "summaries", "summaries empty"),
    "choices": _Words(
        "speaker was drawn, because the manager named nobody",
        "speakers were drawn, because the manager named nobody",
        "choices",
        "drawn",
    ),
}
_REASONS = {
    "nothing": "nothing at all",
    "name_only": "nothing but a name",
    "token_limit": "cut off by the token limit before the first word",
    "refused": "refused",
}
_NO_FLAGS = frozenset({*WHOLES, *WHOLES.values(), "scripted", "uncounted_runs", "reasons"})
_EVERYDAY = ("trimmed", "retried")
"""Beginnings of flags that are no reason to look at a run."""
_MOST = 5


def summary_lines(faults: Faults, *, factors: Sequence[str], most: float) -> list[str]:
    """What there is to say of a sweep's done runs; nothing when nothing is empty, skipped, invalid or flagged.

    Args:
        factors: those in which the sweep's conditions differ.
        most: the share above which a condition stands out.
    """
    lines: list[str] = []
    for what, part in WHOLES.items():
        if faults.total[part]:
            lines.append(f"{_sentence(what, faults.total[part], faults.total[what])}.")
            lines += _by_model(what, faults)
    if flags := _flags(faults.total):
        lines.append(f"Flags: {flags}.")
    lines += _outstanding(faults, factors, most)
    if uncounted := faults.total["uncounted_runs"]:
        verb = "run was done before runs were" if uncounted == 1 else "runs were done before runs were"
        lines.append(f"{number(uncounted)} {verb} counted by model: what is empty in them is not known here.")
    return lines


def excess_lines(excesses: Sequence[Excess], examples: Mapping[str, str], *, sweep: str, most: float) -> list[str]:
    """Why the exit code is 1, and what to do; nothing when nothing is in excess.

    Args:
        examples: a run with something empty, by model.
    """
    if not excesses:
        return []
    lines = [f"More than {most:.4g} of a model or condition is empty (--max-empty), so the exit code is 1:"]
    for one in excesses[:_MOST]:
        whose = one.model if one.condition is None else told(dict(one.condition), dict(one.condition))
        which = f"model {whose}" if one.condition is None else f"condition {whose or 'the only one'}"
        lines.append(f"  {one_line(which, most=200)}: {_sentence(one.what, one.empty, one.of)}")
    if len(excesses) > _MOST:
        lines.append(f"  and {number(len(excesses) - _MOST)} more: {program()} status {sweep} --json")
    worst = next((one.model for one in excesses if one.model), None)
    run = examples.get(worst or "") or next(iter(examples.values()), "")
    look = f"look at one with: {program()} show {run[:8]}" if run else f"look at: {program()} list runs --sweep {sweep}"
    lines.append(f"These results are hollow there; {look}")
    lines.append(
        "A model that thinks long needs a larger max_tokens, one that repeats names another prompt or chat template; "
        "what is right as it is passes with a larger --max-empty."
    )
    return lines


def brief(counts: Mapping[str, int] | None) -> str:
    """Counts in a column of a list: `4/20 empty, 3 repeated`; empty when there is nothing to say."""
    if counts is None:
        return ""
    parts = [
        f"{number(counts[part])}/{number(counts.get(what, 0))} {_WORDS[what].short}"
        for what, part in WHOLES.items()
        if counts.get(part) and not (what == "runs" and counts.get("runs", 0) == 1)
    ]
    rare = {name: many for name, many in counts.items() if not name.startswith(_EVERYDAY)}
    return ", ".join([*parts, *filter(None, [_flags(rare)])])


def of_run(told: Mapping[str, Any]) -> list[str]:
    """What there is to say of one run, from all that is stored of it; see `exchange.account`."""
    counts: Counter[str] = Counter()
    for message in told.get("messages", ()):
        counts["messages"] += 1
        counts["empty"] += "empty" in message["flags"]
    for probe in told.get("probes", ()):
        counts["probes"] += 1
        counts["invalid_probes"] += "invalid" in probe["flags"]
    for summary in told.get("summaries", ()):
        counts["summaries"] += 1
        counts["empty_summaries"] += "empty" in summary["flags"]
    found = [_sentence(what, counts[part], counts[what]) for what, part in WHOLES.items() if counts[part]]
    return [f"{sentence}." for sentence in found]


def _sentence(what: str, part: int, whole: int) -> str:
    words = _WORDS[what]
    return f"{number(part)} of {number(whole)} {words.one if whole == 1 else words.many}"


def _by_model(what: str, faults: Faults) -> list[str]:
    part = WHOLES[what]
    lines = []
    for model, counts in sorted(faults.by_model.items(), key=lambda item: -item[1][part]):
        if counts[part] and what != "runs":
            reasons = _reasons(counts, part)
            lines.append(f"  {one_line(model, most=80)}: {number(counts[part])} of {number(counts[what])}{reasons}")
    return lines


def _reasons(counts: Mapping[str, int], part: str) -> str:
    parts = [(name.partition("/")[2], many) for name, many in counts.items() if many and name.startswith(f"{part}/")]
    parts.sort(key=lambda one: -one[1])
    words = [f"{number(many)} {_REASONS.get(reason, one_line(reason, most=60))}" for reason, many in parts]
    return f" ({', '.join(words)})" if words else ""


def _flags(counts: Mapping[str, int]) -> str:
    flags = [
        f"{number(many)} {one_line(name, most=60)}"
        for name, many in sorted(counts.items())
        if many and name not in _NO_FLAGS and "/" not in name
    ]
    return ", ".join(flags)


def _outstanding(faults: Faults, factors: Iterable[str], most: float) -> list[str]:
    """Conditions that are worse than the sweep is, and than is allowed."""
    of = {what: faults.total[WHOLES[what]] / faults.total[what] for what in WHOLES if faults.total[what]}
    worse = [one for one in faults.excesses(most) if one.condition is not None and one.share > of.get(one.what, 0)]
    shown = list(factors)
    return [
        f"Stands out: {told(dict(one.condition or ()), shown) or 'the only condition'}: "
        f"{_sentence(one.what, one.empty, one.of)}."
        for one in worse[:_MOST]
    ]
