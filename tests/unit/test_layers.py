"""The house is checked: what must not be imported is refused."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


BREACHES = {
    "environments/conversation/speakers.py": ("import random", "random"),
    "environments/conversation/play.py": ("import time", "time"),
    "environments/conversation/probes.py": ("from datetime import datetime", "datetime"),
    "environments/stage.py": ("import asyncio", "asyncio"),
    "runner/run/stage.py": ("import sqlite3", "sqlite3"),
    "experiment/run_content.py": ("from sociarium.records import runs", "sociarium.records.runs"),
    "stores/sqlite/store.py": ("from sociarium.providers import offline", "sociarium.providers.offline"),
    "editing/parts.py": ("import rich", "rich"),
    "viewer/pages/sweep.py": ("import starlette", "starlette"),
    "api/plans.py": ("from sociarium.viewer import words", "sociarium.viewer.words"),
    "editing/document.py": ("from sociarium import api", "sociarium.api"),
}
"""Imports that break the house: file -> what is written into it, and the module that comes with it."""


def imports() -> dict[str, set[str]]:
    """Which modules each module of the program names: at its top, in functions, for types, as text of a late import."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")}
    names = {
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): ast.parse(text)
        for path, text in texts.items()
    }

    def of(tree: ast.Module) -> Iterator[str]:
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=aliases):
                    yield from (alias.name for alias in aliases)
                case ast.ImportFrom(module=str(module), names=aliases):
                    for name in (f"{module}.{alias.name}" for alias in aliases):
                        yield name if name in names else module
                case ast.Call(func=ast.Name("import_module"), args=[ast.Constant(str(name)), *_]):
                    yield name

    return {name: {other for other in of(tree) if other in names} - {name} for name, tree in names.items()}


@pytest.mark.slow
def test_no_module_comes_back_to_itself_by_early_or_late_imports() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.slow
def test_each_import_that_breaks_the_house_is_named_by_lint(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    first = "from __future__ import annotations\n"
    for file, (line, _) in BREACHES.items():
        path = tmp_path / "src" / "sociarium" / file
        path.write_text(path.read_text(encoding="utf-8").replace(first, f"{first}\n{line}\n", 1), encoding="utf-8")
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(tmp_path / "src")})  # fmt: skip
    assert done.returncode != 0
    for file, (_, imported) in BREACHES.items():
        importer = f"sociarium.{file.removesuffix('.py').replace('/', '.')}"
        assert f"{importer} -> {imported} (l." in done.stdout, done.stdout


def test_every_variable_that_is_read_stands_in_the_template() -> None:
    from sociarium.config import VARIABLES

    written = {line.partition("=")[0] for line in (ROOT / ".env_template").read_text().splitlines() if "=" in line}
    assert set(VARIABLES) <= written


@pytest.mark.slow
def test_importing_the_package_makes_nothing_and_loads_no_vendor(tmp_path: Path) -> None:
    script = (
        "import sys, sociarium.cli.app, sociarium.runner.sweep.start, sociarium.experiment.document;"
        "heavy = {'openai', 'ollama', 'pymongo', 'inflect', 'questionary', 'pandas', 'sqlite3'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("list", {"experiment.definition", "environments", "analysis", "loguru"}),
        ("status", {"experiment.document", "environments.registry", "environments.conversation", "analysis", "loguru"}),
    ],
)
def test_what_is_looked_at_often_is_there_without_what_reads_files_plays_runs_or_computes_results(
    command: str, heavy: set[str], tmp_path: Path
) -> None:
    script = (
        f"import sys, sociarium.cli.commands.{command}, sociarium.stores.sqlite;"
        f"heavy = {sorted(heavy)!r};"
        "sys.exit(', '.join(one for one in heavy if one in sys.modules or f'sociarium.{one}' in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
