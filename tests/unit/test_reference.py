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


@pytest.mark.parametrize("page", ["file.md", "commands.md", "tables.md", "measures.md", "analysis-file.md"])
def test_every_key_option_column_and_measure_says_what_it_means(page: str) -> None:
    silent, place = [], None
    for line in (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("| ") else []
        if "meaning" in cells:
            place = cells.index("meaning")
        elif cells and place is not None and not cells[place]:
            silent.append(cells[0])
    assert silent == []
    assert place is not None


def headings(page: Path) -> set[str]:
    """The names by which links lead to the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, *link.split("#"))
        for page in pages
        for link in re.findall(r"\]\(([^)\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in link
    ]
    assert any(len(link) > 2 for link in links)
    lost = []
    for page, path, *heading in links:
        end = page.parent / path if path else page
        if not end.exists() or (heading and heading[0] not in headings(end)):
            lost.append((page.name, path, *heading))
    assert lost == []


def test_the_readme_is_under_150_lines() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_the_table_that_shells_complete_from_is_as_make_docs_writes_it() -> None:
    assert TABLE.read_text(encoding="utf-8") == GENERATE["completion_table"]()
