"""The text with which hypotheses are deposited before the runs: what their hash is made of, and the design."""

from __future__ import annotations

from collections.abc import Iterator

from sociarium.experiment.definition import Definition
from sociarium.experiment.hypotheses import Direction, Hypothesis
from sociarium.experiment.validation import design_of

_DIRECTIONS: dict[Direction, str] = {
    "increase": "an increase is expected", "decrease": "a decrease is expected",
    "difference": "a difference is expected, in either direction",
}  # fmt: skip


def registration_text(definition: Definition) -> str:
    """Markdown; the same for the same file. Of a file without hypotheses it says so."""
    return "\n".join(_lines(definition)) + "\n"


def method_text(one: Hypothesis) -> str:
    """What a hypothesis is tested by, in words."""
    if one.compare is not None:
        pair = f"{one.compare.level} against {one.compare.baseline}"
        return f"{one.compare.factor}: {pair}, averaged over the other factors"
    return f"linear model over {one.formula}, coefficient {one.term}"


def expectation_text(one: Hypothesis) -> str:
    """What is expected, in words."""
    smallest = "" if one.smallest is None else f"; the smallest effect that matters is {one.smallest:g}"
    return f"{_DIRECTIONS[one.direction]}{smallest}"


def _lines(definition: Definition) -> Iterator[str]:
    yield f"# Registration: {' '.join(definition.title.split())}"
    yield ""
    if definition.note:
        yield f"{definition.note}\n"
    digest = definition.hypotheses_hash
    if digest is None:
        yield "No hypothesis is declared: every comparison will be exploratory."
        return
    yield f"SHA-256 of hypotheses and exclusion rules (canonical JSON): `{digest}`"
    yield f"\nDeposited at: {definition.registered or 'not externally registered'}\n"
    yield "## Hypotheses\n"
    for number, one in enumerate(definition.hypotheses, start=1):
        yield f"{number}. **{one.name}** ({one.measure}): {expectation_text(one)}."
        yield f"   Test: {method_text(one)}; two-sided, alpha {one.alpha:g}, Holm within the family {one.family!r}."
    yield "\n## Exclusions\n"
    yield from [f"- A run is left out where {rule.words}." for rule in definition.exclusions] or ["None."]
    yield "\nResults are given without these runs, and again with all.\n"
    yield "## Design\n"
    for name, sweep in definition.all_sweeps.items():
        design = design_of(definition, name)
        yield f"Sweep {name}: {design.size} conditions, {sweep.replicates} replicates, seed {sweep.seed}."
        for factor in design.factors:
            yield f"- {factor.name}: {', '.join(str(level.label) for level in factor.levels)}"
        if sweep.sequential is not None:
            yield f"Sequential: {sweep.sequential.words}."
    yield "\nModels: " + "; ".join(f"{name} ({one.provider} {one.model})" for name, one in definition.models.items())
