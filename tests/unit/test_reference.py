"""The reference says what the schema and the program say."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

import pytest

from sociarium.cli.completion.table import TABLE

ROOT = Path(__file__).parents[2]
GENERATE = run_path(str(ROOT / "docs" / "generate.py"), run_name="generate")


@pytest.mark.parametrize("page", ["file.md", "commands.md", "tables.md", "measures.md", "analysis-file.md"])
def test_a_page_of_the_reference_is_as_make_docs_writes_it(page: str) -> None:
    assert (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8") == GENERATE["PAGES"][page]()


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in link
    ]
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_under_150_lines() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_the_table_that_shells_complete_from_is_as_make_docs_writes_it() -> None:
    assert TABLE.read_text(encoding="utf-8") == GENERATE["completion_table"]()
