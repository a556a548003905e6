"""`results` and tables, on sweeps of conversations, feeds and imported runs."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path
from statistics import mean
from typing import Any

import mongomock
import pytest

import sociarium
from sociarium.errors import BadInput
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.read import parts
from sociarium.exchange.merge import merge
from sociarium.stores.mongo.legacy import MongoLegacyDatabase
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small, small_feed
from tests.support.legacy_database import plain_database
from tests.support.played_stores import Saying, played, two_days
from tests.support.program import Program

STORE = "experiments/sociarium.db"


@pytest.fixture
def swept(program: Program) -> Program:
    """Eight conversations in four conditions."""
    probes = "[{name: trust, at: [start, end], ask: Trust?, answer: {from: 0, to: 10}}]"
    assert program("run", program.file(two_days(probes=probes))).code == 0
    return program


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.slow
def test_tsv_holds_the_means_over_runs_of_the_probes_table(swept: Program) -> None:
    rows = lines(swept("results", "Two days", "--tsv").out)
    runs = {row["run"]: row for row in sociarium.table("runs", "Two days", store=swept.folder / STORE).to_pylist()}
    answers = sociarium.table("probes", "Two days", store=swept.folder / STORE).to_pylist()
    assert len(runs) == 8
    probes = [row for row in rows if row["measure"] == "probe.trust"]
    assert len(probes) == 4 * 2 * len({one["role"] for one in answers})
    for row in probes:
        values = [
            one["number"]
            for one in answers
            if (one["role"], one["at"]) == (row["role"], row["moment"])
            and str(runs[one["run"]]["factor.messages"]) == row["messages"]
            and runs[one["run"]]["factor.first_speaker"] == row["first_speaker"]
        ]
        assert (int(row["runs"]), float(row["mean"])) == (2, pytest.approx(mean(values)))
    assert {row["mean"] for row in rows if row["measure"] == "messages"} == {"4.0", "6.0"}


@pytest.mark.slow
def test_piped_a_row_is_a_line_with_what_all_share_above(swept: Program) -> None:
    out = swept("results", "Two days", "--by", "messages", "--change", "start:end").out
    assert "Two days · days=2 · 8 runs" in out
    assert "trust" in out
    assert "start → end" in out
    assert "averaged over runs of other levels of: first_speaker" in out
    assert "Replicate k has the same random draws" in out
    assert "8 of 8 runs are in\n" in out


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 120])
def test_tables_fit_the_terminal_and_no_number_wraps(swept: Program, columns: int) -> None:
    screen = swept.terminal("results", "Two days", columns=columns)
    out = screen.read()
    screen.close()
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r(?!\n)", "", out).splitlines()
    shown = [line for line in shown if "Reading runs" not in line]
    assert any("…" in line for line in shown)
    assert max(map(len, shown)) <= columns
    assert screen.exitstatus == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("Two dayz",), "did you mean 'Two days'?"),
        (("Two days", "--probe", "trusts"), "did you mean trust?"),
        (("Two days", "--by", "mesages"), "did you mean messages?"),
        (("Two days", "--change", "begin:end"), "known here: start, end"),
        (("Two days", "--change", "end:end"), "compares a moment with itself"),
        (("Two days", "--change", "end"), "write FROM:TO"),
        (("Two days", "--json", "--tsv"), "leave one out"),
    ],
)
def test_a_wrong_name_gets_a_proposal(swept: Program, arguments: tuple[str, ...], mend: str) -> None:
    answered = swept("results", *arguments)
    assert answered.code == 2
    assert mend in answered.err


@pytest.mark.slow
def test_an_unfinished_sweep_says_how_many_runs_are_in_and_why_others_are_not(program: Program) -> None:
    program("run", program.file(two_days()), "--limit", "3")
    answered = program("results", "Two days", "--json").json
    assert answered["account"] == {
        "planned": 8,
        "taken": 3,
        "left_out": {"not begun": 5},
        "sweeps_left_out": 0,
        "shares_draws": True,
        "earlier": {},
    }
    assert "! 3 of 8 runs are in; not: 5 not begun" in program("results", "Two days").out


@pytest.mark.slow
def test_a_feed_has_shares_of_its_peoples_answers_and_counts_its_posts(program: Program) -> None:
    probes = "[{name: mood, at: [end], ask: How?, answer: {choices: [good, bad]}}]"
    assert program("run", program.file(small_feed(probes=probes, sweep="{replicates: 3}"))).code == 0
    answered: dict[str, Any] = program("results", "Small", "--json").json
    [good] = answered["probes"]
    assert (good["option"], good["estimate"]["n"], good["answers"]) == ("good", 3, 6)
    posts = sociarium.table("posts", "Small", store=program.folder / STORE).to_pylist()
    written = sum(post["call"] is not None for post in posts)
    assert answered["talk"][0]["measures"]["messages"]["mean"] == pytest.approx(written / 3)
    for name in ("reactions", "exposures", "states"):
        assert sociarium.table(name, "Small", store=program.folder / STORE).num_columns > 3


def test_imported_runs_have_messages_and_no_cost(program: Program) -> None:
    client: Any = mongomock.MongoClient()
    plain_database(client["old"])
    (program.folder / "experiments").mkdir(exist_ok=True)
    store = SqliteStore(program.folder / STORE)
    merge(
        store, parts(MongoLegacyDatabase(client["old"], url="mongodb://mongomock/old"), store, Notes()), lambda _: None
    )
    title = next(iter(store.experiments())).title
    store.close()
    answered = program("results", title, "--json").json
    assert answered["account"]["taken"] == answered["runs"] == 3
    measures = answered["talk"][0]["measures"]
    assert measures["messages"]["mean"] == 4
    assert measures["cost"]["mean"] is None


@pytest.mark.slow
def test_the_table_says_which_runs_went_in_and_is_rows_without_pyarrow(program: Program, tmp_path: Path) -> None:
    program("run", program.file(two_days()), "--limit", "2")
    path = program.folder / STORE
    account = sociarium.table("runs", "Two days", store=path).schema.metadata[b"sociarium.account"]
    assert b'"left_out": {"not begun": 6}' in account
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        f"import sociarium; rows = sociarium.table('runs', 'Two days', store={str(path)!r})\n"
        "print(len(rows), rows[0]['factor.days'])"
    )
    answered = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert answered.stdout == "2 2\n"


@pytest.mark.slow
def test_a_table_that_there_is_not_gets_a_proposal(swept: Program) -> None:
    with pytest.raises(BadInput, match="did you mean probes"):
        sociarium.table("probe", "Two days", store=swept.folder / STORE)


@pytest.mark.slow
def test_on_a_terminal_each_interval_is_drawn_beside_its_row(swept: Program) -> None:
    for columns, has_plot in ((120, True), (60, False)):
        screen = swept.terminal("results", "Two days", "--change", "start:end", columns=columns)
        assert ("├" in screen.read()) == has_plot
        screen.close()
    assert "├" not in swept("results", "Two days").out


@pytest.mark.slow
def test_flagged_runs_are_left_out_when_asked_and_counted_either_way(program: Program) -> None:
    (program.folder / "experiments").mkdir(exist_ok=True)
    store = SqliteStore(program.folder / STORE)
    # Runs of four messages hear a text again; those of two do not.
    played(store, small(sweep="{factors: {messages: [2, 4]}, replicates: 2}"), model=Saying(["One.", "Two."]))
    store.close()
    flagged = {row["run"] for row in sociarium.table("messages", "Small", store=program.folder / STORE).to_pylist()
               if row["flags"]}  # fmt: skip
    assert 0 < len(flagged) < 4
    answered = program("results", "Small", "--without-flagged", "--json").json
    assert answered["flagged"] == {"runs": len(flagged), "left_out": True}
    assert answered["runs"] == 4 - len(flagged)
    out = program("results", "Small", "--without-flagged").out
    assert f"! --without-flagged leaves out {len(flagged)} of them" in out
    assert program("results", "Small", "--json").json["runs"] == 4
    assert "with a flagged message: in, too; --without-flagged leaves" in program("results", "Small").out


@pytest.mark.slow
def test_conditions_with_fewer_runs_than_others_are_counted(program: Program) -> None:
    program("run", program.file(two_days()), "--limit", "5")
    assert "! 3 of 4 conditions have fewer than 2 runs" in program("results", "Two days").out
