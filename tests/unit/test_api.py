"""The Python interface."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sociarium
from sociarium.api import Message, Transcript
from sociarium.records.runs import RunState

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the page's code leaves, played in an empty folder."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL):
        exec(block, names)
    return names


def test_the_page_leads_to_transcripts(page: dict[str, Any]) -> None:
    assert page["result"].counts.done == page["plan"].runs == len(page["transcripts"])
    assert len(page["transcripts"][0]) > 0
    assert list(sociarium.messages(page["result"], store="study.db")) == [m for t in page["transcripts"] for m in t]
    assert sociarium.resume(store=Path("study.db")).calls == 0


def test_a_running_loop_is_no_obstacle(page: dict[str, Any], tmp_path: Path) -> None:
    async def both() -> None:
        url = f"sqlite:///{tmp_path}/loop.db"
        assert sociarium.run(page["experiment"], store=url).counts.done
        assert not (await sociarium.run_async(page["experiment"], store=url)).calls

    asyncio.run(both())


def test_hostile_text_is_escaped() -> None:
    line = Message("r", 1, 1, 1, "<b>", "<i>", "<script>", ())
    shown = Transcript("r", {}, 1, RunState.DONE, "", (line,), (), (), ())._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "<i>" not in shown


def test_importing_the_package_loads_nothing_of_it() -> None:
    script = "import sys, sociarium; sys.exit(any(n.startswith('sociarium.') or n == 'pydantic' for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
