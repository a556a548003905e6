"""An analysis declared in a file: which columns are what, what is compared with what, and what is left out.

The same keys serve a table from elsewhere (`analyze --data TABLE --design FILE`) and a sweep (`analyze SWEEP --spec
FILE`); keys that only a table has are refused for sweeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from sociarium.analysis.declaration_keys import (
    LOG,
    DeclarationKeys,
    FactorKeys,
    LossKeys,
    ModelKeys,
    OutcomeKeys,
    RuleKeys,
)
from sociarium.errors import BadInput, DefinitionError, Problem, SetupError
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.loading.parse import Tree, parse_yaml
from sociarium.experiment.loading.validation_messages import validation_message
from sociarium.experiment.problems import Loc, path_text

ONLY_TABLES = (
    "title", "note", "run", "block", "rows", "loss", "moments", "encoding", "separator", "decimal", "missing",
)  # fmt: skip
"""Keys that a sweep knows by itself."""
_TABLE_FACTOR, _TABLE_OUTCOME = ("column", "levels"), ("column", "how", "values", "yes", "no")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declared analysis, and the file that it comes from.

    Attributes:
        digest: SHA-256 of the file.
    """

    keys: DeclarationKeys
    name: str
    digest: str

    @property
    def is_family(self) -> bool:
        """Whether its comparisons are a family that was declared beforehand."""
        return self.keys.correction == "holm"


def read_declaration(path: Path, *, of_table: bool) -> Declaration:
    """Read a declared analysis.

    Args:
        of_table: for a table from elsewhere; else for a sweep.

    Raises:
        DefinitionError: with every fault, its line and the mend.
        SetupError: the file cannot be opened.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not UTF-8; save it as UTF-8") from error
    tree = parse_yaml(text)
    if tree.problems:
        raise DefinitionError(path.name, tree.problems)
    if not isinstance(tree.value, dict):
        raise DefinitionError(path.name, [Problem("", "the file has no keys", "write at least `outcomes:`", line=1)])
    try:
        keys = DeclarationKeys.model_validate(tree.value)
    except ValidationError as error:
        raise DefinitionError(path.name, list(_shape_problems(error, tree))) from error
    faults = [*_sense_problems(keys), *([] if of_table else _sweep_problems(keys))]
    if faults:
        problems = [Problem(path_text(loc), message, mend, line=tree.line(loc)) for loc, message, mend in faults]
        raise DefinitionError(path.name, problems)
    return Declaration(keys, path.name, hashlib.sha256(content).hexdigest())


def _shape_problems(error: ValidationError, tree: Tree) -> Iterator[Problem]:
    places: dict[Loc, None] = {}
    for detail in error.errors():
        # A value that may have several types is reported once for each of them.
        loc: Loc = tuple(part for part in detail["loc"] if not _names_a_type(part))
        if loc in places:
            continue
        places[loc] = None
        message, mend = validation_message(detail, loc, _keys_around(loc))
        yield Problem(path_text(loc), message, mend, line=tree.line(loc))


def _names_a_type(part: str | int) -> bool:
    return isinstance(part, str) and (part in {"str", "int", "float", "bool"} or part.startswith("list["))


def _keys_around(loc: Loc) -> list[str]:
    """The keys that may stand where an unknown one does."""
    parts: dict[str, type[Frozen]] = {
        "factors": FactorKeys, "outcomes": OutcomeKeys, "rows": RuleKeys, "exclusions": RuleKeys, "loss": LossKeys,
        "models": ModelKeys,
    }  # fmt: skip
    model = parts.get(str(loc[0]), DeclarationKeys) if len(loc) > 1 else DeclarationKeys
    return [field.alias or name for name, field in model.model_fields.items()]


Fault = tuple[Loc, str, str]


def _sense_problems(keys: DeclarationKeys) -> Iterator[Fault]:
    for name, outcome in keys.outcomes.items():
        yield from _outcome_problems(("outcomes", name), outcome)
        if outcome.logarithm and f"{LOG}{name}" in {*keys.outcomes, *keys.factors}:
            yield ("outcomes", name), f"its logarithm would be called {LOG}{name}, as another", "rename the other"
        if name in keys.factors:
            yield ("outcomes", name), f"{name!r} is a factor and an outcome", "give one of them another name"
    for name, factor in keys.factors.items():
        loc: Loc = ("factors", name)
        if factor.levels is not None:
            levels = list(map(str, factor.levels))
            if len(set(levels)) < len(levels):
                yield (*loc, "levels"), "a level stands twice", "keep one of them"
            for one in [factor.baseline, *(factor.compare or [])]:
                if one is not None and str(one) not in levels:
                    yield loc, f"{one!r} is none of its levels", f"its levels are {', '.join(levels)}"
    for part, rules in (("rows", keys.rows), ("exclusions", keys.exclusions)):
        for number, rule in enumerate(rules):
            given_keys = [one for one in (rule.is_, rule.is_not, rule.below, rule.above, rule.empty) if one is not None]
            if len(given_keys) != 1:
                mend = "write one of is, is_not, below, above, empty; several rules stand one below the other"
                yield (part, number), f"it has {len(given_keys)} comparisons", mend


def _outcome_problems(loc: Loc, outcome: OutcomeKeys) -> Iterator[Fault]:
    if outcome.type == "scale" and (outcome.from_ is None or outcome.to is None):
        yield loc, "a scale has bounds", "write from: and to:, or type: number"
    if outcome.from_ is not None and outcome.to is not None and outcome.from_ >= outcome.to:
        yield loc, "from is not below to", "exchange them"
    if outcome.type in {"yes_no", "category"} and (outcome.from_ is not None or outcome.to is not None):
        yield loc, f"{outcome.type} has no bounds", "leave out from and to"
    if outcome.logarithm and outcome.type in {"yes_no", "category"}:
        yield (*loc, "logarithm"), f"{outcome.type} has no logarithm", "leave it out"
    if outcome.logarithm and outcome.type == "scale" and (outcome.from_ or 0.0) <= 0:
        yield (*loc, "logarithm"), "a scale that reaches 0 has no logarithm", "leave it out"
    if outcome.type != "category" and outcome.values is not None:
        yield (*loc, "values"), "only a category has values", "write type: category"
    if outcome.type != "yes_no" and (outcome.yes is not None or outcome.no is not None):
        yield loc, "only yes_no has cells for yes and no", "write type: yes_no"
    if outcome.type == "category" and outcome.how != "mean":
        yield (*loc, "how"), "a category becomes the share of a run's rows", "leave how out"


def _sweep_problems(keys: DeclarationKeys) -> Iterator[Fault]:
    for key in ONLY_TABLES:
        if key in keys.model_fields_set:
            yield (key,), "only tables from elsewhere have this", "leave it out: a sweep knows it by itself"
    for name, factor in keys.factors.items():
        for key in _TABLE_FACTOR:
            if key in factor.model_fields_set:
                yield ("factors", name, key), "only tables from elsewhere have this", "leave it out"
    for name, outcome in keys.outcomes.items():
        for key in _TABLE_OUTCOME:
            if key in outcome.model_fields_set:
                yield ("outcomes", name, key), "only tables from elsewhere have this", "leave it out"
    for number, model in enumerate(keys.models):
        if model.over == "rows":
            yield ("models", number, "over"), "a sweep's outcomes are of runs", "leave it out"
