"""Editors complete and check experiment files with it."""

from __future__ import annotations

from sociarium.cli.display.output import print_json
from sociarium.cli.options import JsonOption
from sociarium.experiment.schema import json_schema


def command(as_json: JsonOption = True) -> None:
    print_json(json_schema())
