"""Which column of a table of people stands beside which outcome of agents, and how alike they are to be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from sociarium.analysis.declaration_keys import RuleKeys
from sociarium.errors import BadInput, DefinitionError, Problem, SetupError
from sociarium.experiment.frozen import Frozen
from sociarium.experiment.level import Level
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.experiment.loading.validation_messages import validation_message
from sociarium.experiment.problems import path_text


class HumanOutcomeKeys(Frozen):
    """A column of people beside an outcome of agents.

    Attributes:
        column: of the table; the outcome's own name where left out.
        margin: the greatest difference that does not matter, of means or of shares (0.1 is ten points), declared
            before anybody looks.
        recode: cell -> the agents' answer that it means.
    """

    column: str | None = None
    margin: float | None = Field(None, gt=0)
    recode: dict[str, Level] = Field({})


class HumanKeys(Frozen):
    """A table of people beside the runs of a sweep.

    Attributes:
        outcomes: by the name that the agents' has in the report, a probe with choices without its option; `text` for
            posts and messages.
        respondent: column of who answered; each row is somebody else where left out.
        by: subgroups: a factor, or a field of the personas, and the column that says the same of people.
        rows: all of these hold of rows that are taken.
        encoding, separator, decimal, missing: how the table is written, as in `analyze --design`.
    """

    outcomes: dict[str, HumanOutcomeKeys] = Field(min_length=1)
    respondent: str | None = None
    by: dict[str, str] = Field({})
    rows: list[RuleKeys] = Field([])
    encoding: str | None = None
    separator: str | None = Field(None, min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    missing: list[str] = Field(["", "NA"])


@dataclass(frozen=True, slots=True)
class HumanMapping:
    """What is compared, and where that is declared.

    Attributes:
        name: of the file; empty where it was typed.
        digest: SHA-256 of the file; empty where it was typed.
    """

    keys: HumanKeys
    name: str = ""
    digest: str = ""


def read_mapping(texts: Sequence[str], margins: Sequence[str], by: Sequence[str]) -> HumanMapping:
    """What `--map`, `--margin` and `--by` say: one file, or OUTCOME=COLUMN pairs.

    Raises:
        BadInput: for what is no pair or number, or a file beside typed pairs.
        DefinitionError: with every fault of the file.
        SetupError: the file cannot be opened.
    """
    files = [text for text in texts if text.endswith((".yaml", ".yml")) and "=" not in text]
    if files and (len(texts) > 1 or margins or by):
        raise BadInput(f"--map {files[0]} says all; put the other --map, --margin and --by into it")
    if files:
        return _mapping_file(Path(files[0]))
    pairs = dict(_pair("--map", text, "OUTCOME=COLUMN") for text in texts)
    if not pairs:
        raise BadInput('--map is missing: write --map "OUTCOME=COLUMN", may be repeated, or --map FILE.yaml')
    bounds = dict(_pair("--margin", text, "OUTCOME=NUMBER") for text in margins)
    outcomes: dict[str, dict[str, object]] = {name: {"column": column} for name, column in pairs.items()}
    for name, number in bounds.items():
        if name not in outcomes:
            raise BadInput(f"--margin {name}={number}: --map has no {name!r}")
        try:
            outcomes[name]["margin"] = float(number)
        except ValueError:
            raise BadInput(f"--margin {name}={number}: {number!r} is no number") from None
        if not 0 < float(number) < float("inf"):
            raise BadInput(f"--margin {name}={number}: give the smallest difference that matters, above 0")
    groups = {name: column or name for name, _, column in (text.partition("=") for text in by)}
    return HumanMapping(HumanKeys.model_validate({"outcomes": outcomes, "by": groups}))


def _pair(option: str, text: str, form: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip() or not value.strip():
        raise BadInput(f"{option} {text!r} is not {form}")
    return name.strip(), value.strip()


def _mapping_file(path: Path) -> HumanMapping:
    try:
        content = path.read_bytes()
        tree = parse_yaml(content.decode("utf-8-sig"))
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not UTF-8; save it as UTF-8") from error
    if tree.problems:
        raise DefinitionError(path.name, tree.problems)
    try:
        keys = HumanKeys.model_validate({} if tree.value is None else tree.value)
    except ValidationError as error:
        problems = []
        for detail in error.errors():
            loc = tuple(detail["loc"])
            model: type[Frozen] = HumanOutcomeKeys if loc[:1] == ("outcomes",) and len(loc) > 1 else HumanKeys
            names: Mapping[str, object] = model.model_fields
            problems.append(Problem(path_text(loc), *validation_message(detail, loc, names), line=tree.line(loc)))
        raise DefinitionError(path.name, problems) from error
    return HumanMapping(keys, path.name, hashlib.sha256(content).hexdigest())
