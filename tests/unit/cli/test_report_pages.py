"""Passages and cases of checks lead into the pages beside a report; without pages they name command or place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sociarium.analysis.report.checks_part import checks_part
from sociarium.analysis.report.compute import compute
from sociarium.analysis.report.gather import gather
from sociarium.analysis.report.parts import passages_part
from sociarium.analysis.report.records import Passage
from sociarium.analysis.report.result_tables import result_tables
from sociarium.bootstrap import open_prices
from sociarium.cli.report_pages import refuse_pages_that_stand, write_report_pages
from sociarium.errors import BadInput
from sociarium.exchange.folder import Folder
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.targets import selection
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.played_stores import Saying, played

PROBES = "[{name: trust, at: [end], ask: Trust?, answer: {from: 0, to: 10}}]"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db")
    yield opened
    opened.close()


def passages(store: SqliteStore, chosen: Selection) -> tuple[Passage, ...]:
    source = table_source(store, chosen, RunFilter())
    return compute(gather(source, open_prices(), lambda _: None), {}).passages


def links(store: SqliteStore, chosen: Selection, folder: Path) -> list[str]:
    pages = write_report_pages(store, chosen, folder, user="ada", progress=lambda _: None)
    part = passages_part(passages(store, chosen), pages)
    assert "sociarium show" not in part
    return re.findall(r'href="([^"]*)"', part)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["conversation", "feed"])
def test_passages_link_to_their_messages_and_posts_in_the_pages(store: SqliteStore, tmp_path: Path, kind: str) -> None:
    text = small if kind == "conversation" else small_feed
    begun = played(store, text(probes=PROBES, sweep="{replicates: 3}"))
    targets = links(store, selection(store, begun.sweep.id, creator="ada"), tmp_path)
    for split in map(urlsplit, targets):
        assert (split.scheme, split.netloc, split.path.partition("/")[0]) == ("", "", "pages")
        page = (tmp_path / split.path).read_text(encoding="utf-8")
        assert not split.fragment or f'id="{split.fragment}"' in page
    # Three runs with their last three messages each, and the index of all.
    assert len(targets) == 13
    assert targets[-1] == "pages/index.html"
    assert sum("#" in one for one in targets) == (9 if kind == "conversation" else 0)


AI = "As an AI <b>I</b> cannot."
OTHERS = ["Fine, take it.", "No, it is mine."]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["conversation", "feed"])
def test_every_case_of_a_check_leads_to_its_message_and_stands_in_the_table(
    store: SqliteStore, tmp_path: Path, kind: str
) -> None:
    text = small if kind == "conversation" else small_feed
    begun = played(store, text(sweep="{replicates: 3}"), model=Saying([AI, *OTHERS]))
    chosen = selection(store, begun.sweep.id, creator="ada")
    inputs = gather(table_source(store, chosen, RunFilter()), open_prices(), lambda _: None, with_texts=True)
    computed = compute(inputs, {})
    pages = write_report_pages(store, chosen, tmp_path, user="ada", progress=lambda _: None)
    part = checks_part(inputs, computed, pages)
    cases = [one for one in computed.cases if one.check == "refusal"]
    refusals = inputs.messages[inputs.messages["content"] == AI]
    assert 3 <= len(cases) == len(refusals) < len(inputs.messages)
    assert {(one.run, one.message.content) for one in cases} == {(run, AI) for run in refusals["run"]}
    # The page has one a run, the table all.
    own = re.search(r"<summary>refusal: where.*?</details>", part, re.DOTALL)
    assert own is not None
    targets = re.findall(r'href="([^"]*)"', own[0])
    assert len(targets) == len(set(refusals["run"]))
    assert "As an AI &lt;b&gt;I&lt;/b&gt; cannot." in own[0]
    for split in map(urlsplit, targets):
        page = (tmp_path / split.path).read_text(encoding="utf-8")
        assert bool(split.fragment) == (kind == "conversation")
        _, _, after = page.partition(f'id="{split.fragment}"' if split.fragment else "<body")
        assert "As an AI" in after
        # A post may answer another, which stands before it on the page.
        others = {one for one in OTHERS if one in after} if kind == "conversation" else set[str]()
        assert after.find("As an AI") < min(map(after.find, others), default=len(after))
    [table] = [one for one in result_tables(inputs, computed, Folder(tmp_path)) if one.name == "cases.csv"]
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + len(computed.cases)
    assert "href" not in checks_part(inputs, computed, None)


@pytest.mark.slow
def test_each_sweep_of_an_experiment_has_pages_of_its_own(store: SqliteStore, tmp_path: Path) -> None:
    sweeps = "{one: {replicates: 2}, two: {factors: {messages: [2, 6]}, replicates: 1}}"
    for name in ("one", "two"):
        played(store, small(probes=PROBES, sweep=None, sweeps=sweeps), sweep=name)
    targets = links(store, selection(store, "Small", creator="ada"), tmp_path)
    assert len(list(tmp_path.glob("pages/*/index.html"))) == 2
    assert all((tmp_path / urlsplit(one).path).exists() for one in targets)


@pytest.mark.slow
def test_without_pages_a_passage_names_the_command(store: SqliteStore) -> None:
    begun = played(store, small(probes=PROBES, sweep="{replicates: 3}"))
    part = passages_part(passages(store, selection(store, begun.sweep.id, creator="ada")), None)
    assert part.count("<code>sociarium show ") == 3
    assert "href" not in part


def test_pages_that_stand_are_not_written_over(tmp_path: Path) -> None:
    refuse_pages_that_stand(tmp_path)
    (tmp_path / "pages").mkdir()
    refuse_pages_that_stand(tmp_path)
    (tmp_path / "pages" / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="remove it"):
        refuse_pages_that_stand(tmp_path)
