"""Whether hypotheses and exclusion rules speak of what a file has; every fault with the nearest names."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from sociarium.experiment.definition import Choices, Definition, Probe, Scale
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.hypotheses import Hypothesis, ProbeMeasure, probe_measure
from sociarium.experiment.problems import Loc, PathProblem, did_you_mean
from sociarium.experiment.stop_rule import confirmatory_problem

_SIGNS = re.compile(r"\*\*\s*\d|[\s+*:()~-]+|(?<![\w.])[01](?![\w.])")
_PARTS_OF_FORMULAS = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Add, ast.Sub, ast.Mult, ast.Pow, ast.UAdd, ast.USub, ast.Name,
    ast.Constant, ast.Load,
)  # fmt: skip


def hypothesis_problems(definition: Definition, designs: Mapping[str, Design]) -> Iterator[PathProblem]:
    """Every fault of hypotheses and exclusion rules.

    Args:
        designs: of the sweeps whose factors could be read.
    """
    levels: dict[str, list[str]] = {}
    for design in designs.values():
        for factor in design.factors:
            levels.setdefault(factor.name, []).extend(str(level.label) for level in factor.levels)
    names: set[str] = set()
    alphas: dict[str, float] = {}
    for position, one in enumerate(definition.hypotheses):
        loc: Loc = ("hypotheses", position)
        if one.name in names:
            yield PathProblem((*loc, "name"), f"a second hypothesis is called {one.name!r}", "rename one of them")
        names.add(one.name)
        if alphas.setdefault(one.family, one.alpha) != one.alpha:
            yield PathProblem((*loc, "alpha"), f"the family {one.family!r} has two alphas", "a family shares one")
        yield from _measure_problems(definition, one, loc)
        yield from _factor_problems(one, levels, loc)
    for position, rule in enumerate(definition.exclusions):
        if rule.probe is not None:
            yield from _probe_problems(definition, rule.probe, ("exclusions", position, "probe"))
    yield from _stop_problems(definition)


def probe_of_name(definition: Definition, name: str) -> Probe | None:
    """A probe by its name."""
    return next((probe for probe in definition.probes if probe.name == name), None)


def _probe_problems(definition: Definition, name: str, loc: Loc) -> Iterator[PathProblem]:
    if probe_of_name(definition, name) is None:
        mend = did_you_mean(name, [probe.name for probe in definition.probes]) or "this file has no probes"
        yield PathProblem(loc, f"there is no probe {name!r}", mend)


def _measure_problems(definition: Definition, one: Hypothesis, loc: Loc) -> Iterator[PathProblem]:
    measure, place = probe_measure(one.measure), (*loc, "measure")
    if measure is None:
        return
    probe = probe_of_name(definition, measure.name)
    if probe is None:
        yield from _probe_problems(definition, measure.name, place)
        return
    if (measure.moment if measure.moment in {"start", "end"} else "each_day") not in probe.at:
        mend = f"it is asked at: {', '.join(probe.at)}"
        yield PathProblem(place, f"{probe.name!r} is not asked at {measure.moment}", mend)
    yield from _role_problems(measure, probe.of or definition.role_names, place)
    if isinstance(probe.answer, Scale) and measure.option is not None:
        yield PathProblem(place, f"answers of {probe.name!r} are numbers", f"take `= {measure.option}` out")
    elif isinstance(probe.answer, Choices) and measure.option not in probe.answer.choices:
        mend = did_you_mean(measure.option or "", probe.answer.choices)
        yield PathProblem(place, f"the answer whose share is meant is missing or unknown: {measure.option!r}",
                          f"end it with `= ANSWER`; {mend}")  # fmt: skip
    elif probe.answer is None:
        yield PathProblem(place, f"answers of {probe.name!r} are free text", "name a probe with a scale or choices")


def _role_problems(measure: ProbeMeasure, roles: Collection[str], place: Loc) -> Iterator[PathProblem]:
    if measure.role is None and len(roles) > 1:
        mend = (
            f"write `probe {measure.name} of {next(iter(roles))} at {measure.moment}`, or another of {', '.join(roles)}"
        )
        yield PathProblem(place, f"{measure.name!r} is asked of several roles", mend)
    elif measure.role is not None and measure.role not in roles:
        yield PathProblem(
            place, f"{measure.name!r} is not asked of {measure.role!r}", did_you_mean(measure.role, roles)
        )


def _factor_problems(one: Hypothesis, levels: Mapping[str, list[str]], loc: Loc) -> Iterator[PathProblem]:
    if one.formula is not None:
        problems = [*formula_problems(one.formula, levels, loc)]
        yield from problems or term_problems(one.term or "", levels, loc)
        return
    assert one.compare is not None
    place, factor = (*loc, "compare"), one.compare.factor
    if factor not in levels:
        yield PathProblem((*place, "factor"), f"{factor!r} is not a factor of a sweep", did_you_mean(factor, levels))
        return
    for key, level in (("level", one.compare.level), ("baseline", one.compare.baseline)):
        if str(level) not in levels[factor]:
            mend = did_you_mean(str(level), levels[factor])
            yield PathProblem((*place, key), f"{level!r} is not a level of {factor}", mend)
    if str(one.compare.level) == str(one.compare.baseline):
        yield PathProblem((*place, "baseline"), "a level is compared with itself", "name another baseline")


def _unknown_words(formula: str, levels: Mapping[str, list[str]]) -> list[str]:
    """What stands in a formula beside factors and signs."""
    rest = formula.replace("`", " ")
    for name in sorted(levels, key=len, reverse=True):
        rest = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", " ", rest)
    return [word for word in _SIGNS.sub(" ", rest).split() if word]


def formula_problems(formula: str, levels: Mapping[str, list[str]], loc: Loc = ()) -> Iterator[PathProblem]:
    """Every fault of a formula over factors with these levels."""
    place = (*loc, "formula")
    unknown = _unknown_words(formula, levels)
    for name in unknown:
        yield PathProblem(place, f"{name!r} is not a factor of a sweep", did_you_mean(name, levels))
    if not unknown and not _is_formula(formula, levels):
        mend = "write the right side alone, such as `messages * model`; signs are + - * : ** ( )"
        yield PathProblem(place, f"{formula!r} is no formula", mend)


def _is_formula(formula: str, levels: Mapping[str, list[str]]) -> bool:
    """Whether signs and names of factors stand as they do in a sum of terms, without a tilde."""
    plain = formula.replace("`", " ").replace("\n", " ")
    for name in sorted(levels, key=len, reverse=True):
        plain = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", "f", plain)
    try:
        tree = ast.parse(plain.replace(":", "*").strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return False
    return all(isinstance(node, _PARTS_OF_FORMULAS) for node in ast.walk(tree))


def term_problems(term: str, levels: Mapping[str, list[str]], loc: Loc = ()) -> Iterator[PathProblem]:
    """Every fault of a coefficient: it is of one factor, `messages` or `goal[escape]`, or of several with `:`."""
    parts = {
        *levels,
        *(f"{factor}[{level}]" for factor, factor_levels in levels.items() for level in factor_levels),
        *(f"{factor}[{level.lower()}]" for factor, factor_levels in levels.items() for level in factor_levels),
    }
    rest = term
    for part in sorted(parts, key=len, reverse=True):
        rest = re.sub(rf"(?:^|(?<=:)){re.escape(part)}(?=$|:)", "", rest)
    if (unknown := rest.strip(":")) or not term:
        yield PathProblem((*loc, "term"), f"there is no coefficient {unknown!r}", did_you_mean(unknown, sorted(parts)))


def _stop_problems(definition: Definition) -> Iterator[PathProblem]:
    measures = {_as_rules_name_it(one.measure) for one in definition.hypotheses}
    for name, sweep in definition.all_sweeps.items():
        if sweep.stop_when is None:
            continue
        if why := confirmatory_problem(sweep.stop_when, measures):
            message, _, mend = why.partition("; ")
            loc: Loc = ("sweep", "stop_when") if definition.sweeps is None else ("sweeps", name, "stop_when")
            yield PathProblem((*loc, "measure"), message, mend)


def _as_rules_name_it(measure: str) -> str:
    probe = probe_measure(measure)
    return measure if probe is None else f"probe {probe.name} at {probe.moment}"
