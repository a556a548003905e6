"""What is empty, skipped or invalid, in words: at the end of a start, in `status`, `list`, `show` and the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.conditions import condition_text
from sociarium.cli.display.output import number
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.records.counts import COPIED
from sociarium.runner.library.faults import REASONS, WHOLES, Excess, Faults, parts_by_model


class _Words(NamedTuple):
    """How a kind is told of: `1 of 3 messages is empty`, and in a column of a list."""

    one: str
    many: str
    of_one: str
    of_many: str
    short: str


_WORDS: Mapping[str, _Words] = {
    "runs": _Words("run", "runs", "has no word of anybody", "have no word of anybody", "silent"),
    "messages": _Words("message", "messages", "is empty", "are empty", "empty"),
    "steps": _Words("step", "steps", "was skipped", "were skipped", "skipped"),
    "people": _Words("person", "people", "could not be written", "could not be written", "people missing"),
    "probes": _Words("answer to a probe", "answers to probes", "is invalid", "are invalid", "invalid"),
    "summaries": _Words("summary", "summaries", "is empty", "are empty", "summaries empty"),
    "choices": _Words(
        "speaker",
        "speakers",
        "was drawn, because the manager named nobody",
        "were drawn, because the manager named nobody",
        "drawn",
    ),
}
_NO_FLAGS = frozenset({*WHOLES, *WHOLES.values(), "scripted", "uncounted_runs", "reasons", "copied"})
_EVERYDAY = ("trimmed", "retried", "name_only")
"""Beginnings of flags that are no reason to look at a run, or whose messages are counted as empty anyhow."""
_ADVICE = {
    "messages": "A model that thinks long needs a larger max_tokens; one that says nothing but names, another prompt, "
    "`speaker_prefix: never` or a server with its right chat template.",
    "steps": "Steps are skipped when answers cannot be read: a server that keeps to JSON schemas, a larger max_tokens "
    "or another model helps.",
}
_MOST = 5


def summary_lines(faults: Faults) -> list[str]:
    """What there is to say of a sweep's done runs; nothing when nothing is empty, skipped, invalid or flagged."""
    lines: list[str] = []
    for what, part in WHOLES.items():
        if faults.total[part]:
            lines.append(f"{_sentence(what, faults.total[part], faults.total[what])}.")
            lines += _by_model(what, faults)
    if lines and (copied := faults.total[f"{COPIED}messages"]):
        messages = count_text(copied, "message was", "messages were")
        lines.append(f"{messages} copied from other runs; only what was said anew is judged.")
    if flags := _flags(faults.total):
        lines.append(f"Flags: {flags}.")
    if uncounted := faults.total["uncounted_runs"]:
        runs, them = count_text(uncounted, "run was", "runs were"), one_or_many(uncounted, "it", "them")
        lines.append(f"{runs} done before runs were counted by model: what is empty in {them} is not known here.")
    return lines


def excess_lines(faults: Faults, *, factors: Sequence[str], sweep: str, most: float) -> list[str]:
    """Where more is empty than is allowed, and what to do; nothing when nothing is.

    Args:
        factors: those in which the sweep's conditions differ.
        sweep: the beginning of its id.
    """
    # Of a model or condition the worst is said: where no run has a word, no message has one either.
    worst: dict[str, Excess] = {}
    for one in faults.excesses(most):
        worst.setdefault(_whose(one, factors), one)
    if not worst:
        return []
    lines = [f"That is no success: more is empty of a model or condition than --max-empty allows ({most:.4g}).", *(
        f"  {whose}: {_sentence(one.what, one.empty, one.of)}" for whose, one in list(worst.items())[:_MOST]
    )]  # fmt: skip
    if len(worst) > _MOST:
        lines.append(f"  and {number(len(worst) - _MOST)} more: {pasteable('status', sweep, '--json')}")
    models = [one.model for one in worst.values() if one.model] or list(faults.examples)
    run = next((faults.examples[model] for model in models if model in faults.examples), None)
    look = ("show", run[:8]) if run else ("list", "runs", "--sweep", sweep)
    lines.append(f"Look at one with: {pasteable(*look)}")
    lines += [advice for what, advice in _ADVICE.items() if any(one.what == what for one in worst.values())]
    lines.append("What is right as it is passes with a larger --max-empty.")
    return lines


def _whose(one: Excess, factors: Sequence[str]) -> str:
    if one.condition is None:
        return f"model {one_line(one.model or '', most=80)}"
    return f"condition {condition_text(dict(one.condition), factors) or '(the only one)'}"


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


def of_run(document: Mapping[str, Any]) -> list[str]:
    """What there is to say of one run, from all that is stored of it; see `exchange.account`."""
    counts: Counter[str] = Counter()
    for message in document.get("messages", ()):
        counts["messages"] += 1
        counts["empty"] += "empty" in message["flags"]
    for probe in document.get("probes", ()):
        counts["probes"] += 1
        counts["invalid_probes"] += "invalid" in probe["flags"]
    for summary in document.get("summaries", ()):
        counts["summaries"] += 1
        counts["empty_summaries"] += "empty" in summary["flags"]
    sentences = [_sentence(what, counts[part], counts[what]) for what, part in WHOLES.items() if counts[part]]
    return [f"{sentence}." for sentence in sentences]


def _sentence(what: str, part: int, whole: int) -> str:
    words = _WORDS[what]
    verb = one_or_many(part, words.of_one, words.of_many)
    return f"{number(part)} of {count_text(whole, words.one, words.many)} {verb}"


def _by_model(what: str, faults: Faults) -> list[str]:
    lines = []
    for one in parts_by_model(faults, what) if what != "runs" else ():
        words = [f"{number(many)} {REASONS.get(why, one_line(why, most=60))}" for why, many in one.reasons.items()]
        reasons = f" ({', '.join(words)})" if words else ""
        lines.append(f"  {one_line(one.model, most=80)}: {number(one.empty)} of {number(one.of)}{reasons}")
    return lines


def _flags(counts: Mapping[str, int]) -> str:
    flags = [
        f"{number(many)} {one_line(name, most=60)}"
        for name, many in sorted(counts.items())
        if many and name not in _NO_FLAGS and "/" not in name
    ]
    return ", ".join(flags)


def outstanding_lines(faults: Faults, *, factors: Sequence[str], most: float) -> list[str]:
    """Conditions of which a greater share than `most`, and than of the whole sweep, is empty.

    Args:
        factors: those in which the sweep's conditions differ.
    """
    of = {what: faults.total[part] / faults.total[what] for what, part in WHOLES.items() if faults.total[what]}
    worst: dict[str, Excess] = {}
    for one in faults.excesses(most):
        if one.condition is not None and one.share > of[one.what]:
            worst.setdefault(_whose(one, factors), one)
    return [
        f"Stands out: {whose.removeprefix('condition ')}: {_sentence(one.what, one.empty, one.of)}."
        for whose, one in list(worst.items())[:_MOST]
    ]
