"""What is expected before there are data: hypotheses, runs that will not count, and where they are deposited."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from sociarium.cli.hub.answers import ask_line, ask_one
from sociarium.cli.hub.editor import Editor
from sociarium.cli.hub.measures import ask_measure, ask_probe, measure_words
from sociarium.cli.hub.new_things import NAME, ask_new_name, new_position, run_new
from sociarium.cli.hub.page import NOTHING, PageRow
from sociarium.cli.hub.settings import ask_setting, setting_rows
from sociarium.cli.hub.steps import HubStep, StepCourse, run_steps
from sociarium.cli.hub.things import Kind, open_things
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import Check, nonempty
from sociarium.editing.arrange import add_item, remove_at, remove_item, rename_item
from sociarium.editing.change import Change
from sociarium.editing.comparison import factors_with_levels
from sociarium.editing.document import Document
from sociarium.editing.factors import label_of
from sociarium.editing.words import slot_words
from sociarium.experiment.hypotheses import ExclusionRule, Hypothesis
from sociarium.experiment.hypothesis_checks import formula_problems, term_problems
from sociarium.experiment.problems import Loc, PathProblem

_DIRECTIONS = [
    TypedAnswer("either way (difference)", "difference"),
    TypedAnswer("more of it (increase)", "increase"),
    TypedAnswer("less of it (decrease)", "decrease"),
]
_RULES = [
    TypedAnswer("a message of theirs has a flag", "flag"),
    TypedAnswer("they ended in a certain way", "ended"),
    TypedAnswer("they have too few messages", "messages_below"),
    TypedAnswer("somebody gave a certain answer", "probe"),
]
_Problems = Callable[[str, Mapping[str, list[str]]], Iterator[PathProblem]]
"""What finds the faults of a line, given what is compared."""
_BOUNDS = [
    TypedAnswer("the answer was this one", "answer"),
    TypedAnswer("the answer was below a number", "below"),
    TypedAnswer("the answer was above a number", "above"),
]


def beforehand_rows(editor: Editor, model: type[BaseModel]) -> list[PageRow]:
    """The lines of what is expected beforehand."""
    return [
        PageRow("Hypotheses", partial(open_hypotheses, editor), _count(editor, "hypotheses")),
        PageRow("Runs that will not count", partial(open_rules, editor), _count(editor, "exclusions")),
        *setting_rows(editor, (), model, ("registered", "consent")),
    ]


def _count(editor: Editor, key: str) -> str:
    return str(len(editor.value((key,)) or ())) if editor.value((key,)) else NOTHING


def open_hypotheses(editor: Editor) -> None:
    """The page of hypotheses."""
    kind = Kind(
        "hypotheses", "hypothesis", lambda one: _hypothesis_words(editor, one), _rows, _add,
        lambda document, old, new: rename_item(document, "hypotheses", old, new),
        lambda document, name: remove_item(document, "hypotheses", name),
    )  # fmt: skip
    open_things(editor, "Hypotheses:", kind, hint="Their hash stands with every run that is begun under them: nobody "
                "can declare afterwards what was expected. A change of them is a new declaration.")  # fmt: skip


def _hypothesis_words(editor: Editor, one: dict[str, Any]) -> str:
    return f"{measure_words(str(one.get('measure', '?')))}: {_test_words(editor, one)}"


def _test_words(editor: Editor, one: dict[str, Any]) -> str:
    if compare := one.get("compare"):
        factor = slot_words(editor.document, str(compare.get("factor")))
        return f"{factor}, {compare.get('level')} against {compare.get('baseline')}"
    return f"{one['formula']}, {one.get('term', '?')}" if "formula" in one else NOTHING


def _rows(editor: Editor, loc: Loc) -> list[PageRow]:
    one = editor.value(loc) or {}
    return [
        PageRow("What is measured", partial(ask_measure, editor, loc), measure_words(str(one.get("measure", NOTHING)))),
        PageRow("What it is tested by", partial(_ask_test, editor, loc), _test_words(editor, one)),
        PageRow("What is expected", partial(_ask_direction, editor, loc), str(one.get("direction", "difference"))),
        *setting_rows(editor, loc, Hypothesis, ("smallest", "spread", "family", "alpha")),
    ]


def _ask_direction(editor: Editor, loc: Loc) -> bool:
    hint = "Of the first level against the second, or of the coefficient."
    return ask_one(editor, (*loc, "direction"), "What is expected?", _DIRECTIONS, hint=hint, usual="difference")


def _ask_test(editor: Editor, loc: Loc) -> bool:
    factors = factors_with_levels(editor.document)
    before = editor.value(loc) or {}
    entries = [TypedAnswer(slot_words(editor.document, name), name) for name in factors]
    entries.append(TypedAnswer("A formula: a linear model over what is compared", ""))
    default = (before.get("compare") or {}).get("factor", "" if "formula" in before else None)
    chosen = editor.prompts.choose(
        "What is it tested by?", entries, default=default,
        hint="Two levels of something that is compared, averaged over the rest.",
    )  # fmt: skip
    if isinstance(chosen, Back):
        return False
    is_answered = _ask_formula(editor, loc) if not chosen else _ask_levels(editor, loc, chosen, factors[chosen])
    if not is_answered:
        editor.set(loc, before or None)
    return is_answered


def _ask_levels(editor: Editor, loc: Loc, factor: str, levels: list[Any]) -> bool:
    level = editor.prompts.choose("Which one?", [TypedAnswer(str(one), one) for one in levels])
    if isinstance(level, Back):
        return False
    others = [one for one in levels if one != level]
    baseline = editor.prompts.choose("Against which one?", [TypedAnswer(str(one), one) for one in others])
    if isinstance(baseline, Back):
        return False
    one = {key: value for key, value in (editor.value(loc) or {}).items() if key not in {"formula", "term"}}
    editor.set(loc, {**one, "compare": {"factor": factor, "level": level, "baseline": baseline}})
    return True


def _ask_formula(editor: Editor, loc: Loc) -> bool:
    editor.set(loc, {key: value for key, value in (editor.value(loc) or {}).items() if key != "compare"})
    factors = factors_with_levels(editor.document).items()
    levels = {name: list(map(label_of, factor_levels)) for name, factor_levels in factors}
    steps = [
        HubStep("formula", lambda _: ask_line(editor, (*loc, "formula"), "The right side of the formula:",
             check=_check(formula_problems, levels),
             hint=f"Such as: messages * model. What is compared: {', '.join(levels)}.")),
        HubStep("term", lambda _: ask_line(editor, (*loc, "term"), "Which coefficient is tested?",
             check=_check(term_problems, levels), hint="Such as: model[gemma]")),
    ]  # fmt: skip
    return run_steps(editor, steps, StepCourse(f"{editor.step} › formula"))


def _check(problems: _Problems, levels: Mapping[str, list[str]]) -> Check:
    """The check of a line that speaks of what is compared."""

    def fault(line: str) -> str:
        problem = next(problems(line, levels), None)
        return nonempty(line) or ("" if problem is None else f"{problem.message}; {problem.mend}")

    return fault


def _add(editor: Editor) -> bool:
    loc: Loc = ("hypotheses", new_position(editor, "hypotheses"))
    steps = [
        HubStep(NAME, lambda _: ask_new_name(editor, loc, _add_hypothesis, hint="Such as: longer talks build trust")),
        HubStep("measure", lambda _: ask_measure(editor, loc)),
        HubStep("test", lambda _: _ask_test(editor, loc)),
        HubStep("direction", lambda _: _ask_direction(editor, loc)),
    ]
    return run_new(editor, steps, loc, "new hypothesis")


def _add_hypothesis(document: Document, hypothesis: Mapping[str, str]) -> Change:
    return add_item(document, "hypotheses", hypothesis)


def open_rules(editor: Editor) -> None:
    """The page of runs that will not count."""
    kind = Kind(
        "exclusions", "rule", lambda _rule: "", _rule_rows, _add_rule, lambda document, old, _new:
        remove_item(document, "exclusions", old), lambda document, name: remove_item(document, "exclusions", name),
        label=_rule_words, remove_at=lambda document, position: remove_at(document, "exclusions", position),
    )  # fmt: skip
    open_things(editor, "Runs that will not count:", kind, hint="Results are shown with and without them.")


def _rule_words(rule: dict[str, Any]) -> str:
    try:
        words = ExclusionRule.model_validate(rule).words
    except ValidationError:
        return "A rule that is not whole yet"
    return words[:1].upper() + words[1:]


def _rule_rows(editor: Editor, loc: Loc) -> list[PageRow]:
    return [PageRow("Which runs", partial(_ask_rule, editor, loc), _rule_words(editor.value(loc) or {}))]


def _ask_rule(editor: Editor, loc: Loc) -> bool:
    before = editor.value(loc)
    kind = editor.prompts.choose("Runs do not count if", _RULES, default=next(iter(before or {}), None))
    if isinstance(kind, Back):
        return False
    editor.set(loc, {})
    ask = partial(ask_probe, editor, loc) if kind == "probe" else partial(ask_setting, editor, (*loc, kind),
                                                                          ExclusionRule, kind)  # fmt: skip
    is_answered = ask() and bool(editor.value((*loc, kind))) and (kind != "probe" or _ask_limit(editor, loc))
    if not is_answered:
        editor.set(loc, before)
    return is_answered


def _ask_limit(editor: Editor, loc: Loc) -> bool:
    kind = editor.prompts.choose("And then?", _BOUNDS)
    if isinstance(kind, Back):
        return False
    return ask_setting(editor, (*loc, kind), ExclusionRule, kind) and editor.value((*loc, kind)) is not None


def _add_rule(editor: Editor) -> bool:
    loc: Loc = ("exclusions", len(editor.value(("exclusions",)) or ()))
    return _ask_rule(editor, loc)
