"""The house is checked: what must not be imported is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    """The import contracts over a copy of the package."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(folder / "src")})  # fmt: skip


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("environments/conversation/speakers.py", "import random"),
        ("environments/conversation/play.py", "import time"),
        ("environments/conversation/probes.py", "from datetime import datetime"),
        ("environments/stage.py", "import asyncio"),
        ("runner/run/stage.py", "import sqlite3"),
        ("experiment/run_content.py", "from sociarium.records import runs"),
        ("stores/sqlite/store.py", "from sociarium.providers import offline"),
        ("editing/parts.py", "import rich"),
        ("viewer/pages/sweep.py", "import starlette"),
        ("api/plans.py", "from sociarium.viewer import words"),
        ("editing/document.py", "from sociarium import api"),
    ],
)
def test_an_import_that_breaks_the_house_fails_lint(tmp_path: Path, file: str, line: str) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    path = tmp_path / "src" / "sociarium" / file
    path.write_text(
        path.read_text().replace(
            "from __future__ import annotations\n", f"from __future__ import annotations\n\n{line}\n", 1
        )
    )
    done = linted(tmp_path)
    assert done.returncode != 0
    assert "BROKEN" in done.stdout


def test_every_variable_that_is_read_stands_in_the_template() -> None:
    from sociarium.config import VARIABLES

    written = {line.partition("=")[0] for line in (ROOT / ".env_template").read_text().splitlines() if "=" in line}
    assert set(VARIABLES) <= written


def test_importing_the_package_makes_nothing_and_loads_no_vendor(tmp_path: Path) -> None:
    script = (
        "import sys, sociarium.cli.app, sociarium.runner.sweep.start, sociarium.experiment.document;"
        "heavy = {'openai', 'ollama', 'pymongo', 'inflect', 'questionary', 'pandas', 'sqlite3'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
