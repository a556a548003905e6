"""Write the reference from the schema and the program: `make docs`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import typer
from pydantic import BaseModel

from sociarium.analysis.declaration import ONLY_TABLES
from sociarium.analysis.declaration_keys import (
    DeclarationKeys,
    FactorKeys,
    LossKeys,
    ModelKeys,
    OutcomeKeys,
    RuleKeys,
)
from sociarium.analysis.humans.mapping import HumanKeys, HumanOutcomeKeys
from sociarium.analysis.measures.registry import MEASURES
from sociarium.cli.command_names import COMMANDS, module_name
from sociarium.cli.completion.table import TABLE
from sociarium.exchange.tables.tables import FACTOR, tables
from sociarium.experiment.schema import json_schema

FOLDER = Path(__file__).parent / "reference"


def type_text(node: dict[str, Any] | bool) -> str:
    """What may stand at a key, in a few words."""
    if isinstance(node, bool):
        return "anything"
    if "$ref" in node:
        return str(node["$ref"]).rpartition("/")[2]
    for union in ("anyOf", "oneOf"):
        if union in node:
            return " or ".join(dict.fromkeys(type_text(member) for member in node[union]))
    if "const" in node or "enum" in node:
        return " or ".join(f"`{value}`" for value in node.get("enum", [node.get("const")]))
    kind = str(node.get("type", "anything"))
    if kind == "array" and "items" in node:
        return f"list of {type_text(node['items'])}"
    if kind == "object" and isinstance(node.get("additionalProperties"), dict):
        return f"mapping to {type_text(node['additionalProperties'])}"
    return kind


def cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def file_page() -> str:
    """The keys of an experiment file, a table for each part."""
    lines = ["# Keys of an experiment file", "", "Made by `make docs` from the JSON Schema.", ""]
    for name, part in sorted(json_schema()["$defs"].items()):
        properties = part.get("properties", {})
        lines += [f"## {name}", ""]
        if "description" in part:
            lines += [cell(part["description"]), ""]
        if not properties:
            lines += [f"A value: {cell(type_text(part))}.", ""]
            continue
        lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
        for key, node in properties.items():
            fields = node if isinstance(node, dict) else {}
            required = key in part.get("required", ())
            default = "required" if required else f"`{cell(fields['default'])}`" if "default" in fields else ""
            lines.append(f"| `{key}` | {cell(type_text(node))} | {default} | {cell(fields.get('description', ''))} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def parameters_of(name: str, module: ModuleType) -> list[Any]:
    """The arguments and options of a command."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name=name)(module.command)
    return [parameter for parameter in typer.main.get_command(app).params if parameter.name != "help"]


def module_of(name: str) -> ModuleType:
    """The module of a command."""
    return import_module(module_name(name))


def commands_page() -> str:
    """Each command with its arguments and options."""
    lines = ["# Commands", "", "Made by `make docs` from the program.", ""]
    for name, summary in COMMANDS.items():
        module = module_of(name)
        lines += [f"## {name}", "", summary, "", inspect.cleandoc(module.__doc__ or ""), ""]
        parameters = parameters_of(name, module)
        if parameters:
            lines += ["| argument or option | meaning |", "|---|---|"]
        for parameter in parameters:
            is_option = parameter.param_type_name == "option"
            names = (
                ", ".join([*parameter.opts, *parameter.secondary_opts]) if is_option else str(parameter.name).upper()
            )
            lines.append(f"| `{names}` | {cell(getattr(parameter, 'help', None) or '')} |")
        lines.append("")
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip() + "\n"


def completion_table() -> str:
    """What shells complete without importing a command."""
    rows = {}
    for name in COMMANDS:
        parameters = parameters_of(name, module_of(name))
        rows[name] = {
            "arguments": [one.metavar or "" for one in parameters if one.param_type_name != "option"],
            "options": [option_row(one) for one in parameters if one.param_type_name == "option"],
        }
    return json.dumps(rows, indent=1) + "\n"


def option_row(option: Any) -> dict[str, Any]:
    """An option, as `sociarium.cli.completion.table.OptionRow` has it."""
    enum = option.type_descriptor.annotation
    choices = [str(one.value) for one in enum] if inspect.isclass(enum) and issubclass(enum, Enum) else []
    return {
        "names": [*option.opts, *option.secondary_opts],
        "value": "" if option.is_flag else option.metavar or "|".join(choices),
        "choices": choices,
        "is_repeated": option.multiple,
        "help": option.help or "",
    }


def tables_page() -> str:
    """Each table with its columns, as they are declared."""
    lines = ["# Columns of the tables", ""]
    lines += ["Made by `make docs` from their declaration: exports, `results` and `sociarium.table` read the same."]
    lines += ["`run` joins every table to `runs`; any cell may be empty.", ""]
    for table in tables({"NAME": "text"}):
        lines += [f"## {table.name}", "", "| column | type | unit | meaning |", "|---|---|---|---|"]
        for column in table.columns:
            # A factor's type is that of its levels.
            kind = "as its levels" if column.name.startswith(FACTOR) else KINDS[column.kind]
            lines.append(f"| `{column.name}` | {kind} | {cell(column.unit)} | {cell(column.meaning)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def measures_page() -> str:
    """Each measure, as it is declared."""
    lines = ["# Measures", "", "Made by `make docs` from their declaration; `sociarium measure` computes them.", ""]
    lines += ["| measure | of each | unit | meaning | limits |", "|---|---|---|---|---|"]
    for one in MEASURES.values():
        lines.append(f"| `{one.name}` | {one.level} | {cell(one.unit)} | {cell(one.meaning)} | {cell(one.limits)} |")
    return "\n".join(lines) + "\n"


def analysis_file_page() -> str:
    """The keys of a file that declares an analysis."""
    lines = ["# Keys of a file that declares an analysis", "", "Made by `make docs` from the program."]
    lines += ["For `analyze --data TABLE --design FILE`, and `analyze SWEEP --spec FILE`.", ""]
    lines += key_tables(ANALYSIS_PARTS)
    refused = ", ".join(f"`{key}`" for key in ONLY_TABLES)
    lines += [f"Of tables alone, and refused for sweeps: {refused}.", ""]
    lines += ["# Keys of a file that sets people beside agents", ""]
    lines += ["For `compare-humans SWEEP --data TABLE --map FILE`.", ""]
    lines += key_tables(HUMAN_PARTS)
    return "\n".join(lines).rstrip() + "\n"


def key_tables(parts: Mapping[str, type[BaseModel]]) -> list[str]:
    """A table of keys for each part of a file."""
    lines: list[str] = []
    for title, model in parts.items():
        meanings = attribute_texts(model)
        lines += [f"## {title}", "", "| key | default | meaning |", "|---|---|---|"]
        for name, field in model.model_fields.items():
            default = "required" if field.is_required() else f"`{cell(json.dumps(field.default))}`"
            lines.append(f"| `{field.alias or name}` | {default} | {cell(meanings.get(name, ''))} |")
        lines.append("")
    return lines


def attribute_texts(model: type) -> dict[str, str]:
    """Name -> meaning, as the `Attributes` of a docstring have them."""
    texts: dict[str, str] = {}
    names: list[str] = []
    for line in inspect.cleandoc(model.__doc__ or "").partition("Attributes:\n")[2].splitlines():
        head, colon, meaning = line.strip().partition(": ")
        if colon and not line.startswith("        "):
            names = head.split(", ")
            texts |= dict.fromkeys(names, meaning)
        else:
            texts |= {name: f"{texts[name]} {line.strip()}" for name in names}
    return texts


ANALYSIS_PARTS = {
    "The file": DeclarationKeys,
    "`factors`: name -> what follows": FactorKeys,
    "`outcomes`: name -> what follows": OutcomeKeys,
    "`rows` and `exclusions`: a list of": RuleKeys,
    "`loss`": LossKeys,
    "`models`: a list of": ModelKeys,
}
HUMAN_PARTS = {"The whole file": HumanKeys, "`outcomes` of people: name -> what follows": HumanOutcomeKeys}
KINDS = {"text": "text", "whole": "integer", "real": "number", "truth": "true or false", "moment": "moment"}
PAGES = {
    "file.md": file_page,
    "commands.md": commands_page,
    "tables.md": tables_page,
    "measures.md": measures_page,
    "analysis-file.md": analysis_file_page,
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    TABLE.write_text(completion_table(), encoding="utf-8")
    for page, make in PAGES.items():
        (FOLDER / page).write_text(make(), encoding="utf-8")
