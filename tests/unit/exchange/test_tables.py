"""Tables: what they hold, and that no program that opens them takes a text for something else."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from sociarium.bootstrap import table_format
from sociarium.cli.targets import selection
from sociarium.environments.protocols import protocol_of
from sociarium.errors import SetupError
from sociarium.exchange.folder import Folder
from sociarium.exchange.run_document import run_document
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables import csv_file, parquet_file
from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.csv_file import neutral
from sociarium.exchange.tables.export import SheetFormat, export
from sociarium.exchange.tables.read import table_source
from sociarium.exchange.tables.tables import tables
from sociarium.ports.model import ModelRequest, ServedReply
from sociarium.providers.offline import Offline
from sociarium.records.runs import RunState
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small
from tests.support.played_stores import ODD, Saying, played, two_days
from tests.support.viewer import give_back, let_go

SHARED = "{some: {factors: {messages: 4, first_speaker: [guard, prisoner]}, replicates: 2}, " \
         "all: {factors: {messages: [4, 6], first_speaker: [guard, prisoner]}, replicates: 2}}"  # fmt: skip
_GUARDED = re.compile("'+[=+@\t\r\n＝＋－＠-]")
OFFICE = shutil.which("soffice")


def given_back(cell: str) -> str:
    """A text as it was before it was made harmless, as the documentation says."""
    return cell[1:] if _GUARDED.match(cell) else cell


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    store = SqliteStore(tmp_path / "s.db")
    played(store, two_days(), model=Saying(ODD), concurrency=1)
    return store


def exported(
    store: SqliteStore, folder: Path, format_: SheetFormat = csv_file, target: str = "Two days", **wanted: Any
) -> list[Path]:
    found = selection(store, target, creator="ada")
    return export(store, found, RunFilter(**wanted), Folder(folder), [format_], lambda _: None)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_csv_holds_every_run_with_its_condition_and_every_word(store: SqliteStore, tmp_path: Path) -> None:
    paths = exported(store, tmp_path / "out")
    names = ["runs", "messages", "calls", "probes", "agents", "events", "summaries"]
    assert sorted(path.name for path in paths) == sorted(f"{name}.csv" for name in names)
    found = {path.stem: rows(path) for path in paths}
    assert len(found["runs"]) == 8
    for row in found["runs"]:
        told = run_document(store, row["run"])
        assert row["factor.messages"] == str(told["condition"]["messages"]) == row["messages"]
        assert given_back(row["factor.first_speaker"]) == told["condition"]["first_speaker"]
        assert (row["title"], row["sweep_name"], row["state"], row["ended"]) == (
            "Two days",
            "main",
            "done",
            "completed",
        )
        assert (row["sweep"], row["replicate"], row["offline"]) == (told["sweep"], str(told["replicate"]), "true")
        assert row["protocol"] == str(protocol_of("conversation"))
        assert row["steps_skipped"] == row["values_repaired"] == row["sessions_cut"] == ""
        words = [given_back(one["content"]) for one in found["messages"] if one["run"] == row["run"]]
        assert words == [message["content"] for message in told["messages"]]
        flags = [one["flags"] for one in found["messages"] if one["run"] == row["run"]]
        assert int(row["flag.trimmed"]) == sum("trimmed" in one.split() for one in flags)
        calls = [given_back(one["text"]) for one in found["calls"] if one["run"] == row["run"]]
        assert calls == [call["text"] for call in told["calls"]]
        numbers = [float(one["number"]) for one in found["probes"] if one["run"] == row["run"]]
        assert numbers == [probe["answer"] for probe in told["probes"]]
    assert {one["content"] for one in found["events"]} == {"The bell rings."}
    assert not list((tmp_path / "out").glob(".*"))


def test_every_column_says_what_it_means() -> None:
    declared = [
        (table.name, column.name, column.meaning) for table in tables({"days": "whole"}) for column in table.columns
    ]
    assert [(table, column) for table, column, meaning in declared if not meaning] == []
    assert len(declared) > 100


def test_a_csv_is_rfc_4180(store: SqliteStore, tmp_path: Path) -> None:
    exported(store, tmp_path / "out")
    data = (tmp_path / "out" / "messages.csv").read_bytes()
    assert data.startswith(b'"run","seq",')
    assert data.endswith(b"\r\n")
    outside = re.sub(rb'"(?:[^"]|"")*"', b"", data)
    assert set(outside) <= set(b"0123456789.,\r\n-e+")
    assert b"\n" not in outside.replace(b"\r\n", b"")


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n＝ab "), max_size=6))
def test_no_text_is_a_formula_and_every_text_comes_back(text: str) -> None:
    assert not re.match("[=+@\t\r\n＝＋－＠-]", neutral(text))
    assert given_back(neutral(text)) == text


def test_numbers_stay_numbers_in_csv(tmp_path: Path) -> None:
    columns = (Column("a", "whole"), Column("b", "real"), Column("c", "truth"), Column("d"))
    with csv_file.sheet(tmp_path / "x.csv", columns) as write:
        write([-3, -0.5, False, None])
    assert (tmp_path / "x.csv").read_text() == '"a","b","c","d"\n-3,-0.5,"false",""\n'


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here: apt-get install libreoffice-calc-nogui")
def test_libreoffice_reads_what_python_reads_and_finds_no_formula(store: SqliteStore, tmp_path: Path) -> None:
    exported(store, tmp_path / "out")
    # Separator 44, quote 34; the last three: numbers are detected, text is not forced, formulas would be evaluated.
    reading = "CSV:44,34,UTF8,1,,0,false,true,false,false,false,1,true"
    assert OFFICE
    for separators in ("44", "59"):
        done = subprocess.run(
            [OFFICE, f"-env:UserInstallation=file://{tmp_path}/office", "--headless",
             f"--infilter={reading.replace('44', separators, 1)}", "--convert-to", "fods", "--outdir", str(tmp_path),
             str(tmp_path / "out" / "messages.csv")],
            capture_output=True, text=True, timeout=150, check=False,
        )  # fmt: skip
        sheet = tmp_path / "messages.fods"
        assert sheet.exists(), done.stdout + done.stderr
        opened = sheet.read_text(encoding="utf-8")
        assert "ünïcödé 🙂" in opened
        assert "table:formula" not in opened


def test_parquet_has_types(store: SqliteStore, tmp_path: Path) -> None:
    exported(store, tmp_path / "out", parquet_file)
    runs = parquet.read_table(tmp_path / "out" / "runs.parquet")
    types = {field.name: str(field.type) for field in runs.schema}
    assert types["factor.messages"] == types["messages"] == types["flag.trimmed"] == "int64"
    assert types["factor.first_speaker"] == "string"
    assert types["offline"] == "bool"
    assert types["started"] == "timestamp[ms, tz=UTC]"
    assert runs.num_rows == 8
    words = parquet.read_table(tmp_path / "out" / "messages.parquet").to_pylist()
    first = runs.to_pylist()[0]
    told = run_document(store, first["run"])
    assert [one["content"] for one in words if one["run"] == first["run"]] == [
        message["content"] for message in told["messages"]
    ]
    assert first["finished"] == datetime.fromisoformat(told["finished"])


def test_without_its_extra_parquet_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "sociarium.exchange.tables.parquet_file", raising=False)
    monkeypatch.delattr("sociarium.exchange.tables.parquet_file", raising=False)
    with pytest.raises(SetupError, match=r"pip install 'sociarium\[tables\]'"):
        table_format("parquet")


def test_mixed_levels_are_texts_and_absent_ones_are_empty(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    sweeps = (
        "{a: {factors: {option.thinking: [true, low], messages: 2}}, b: {factors: {option.temperature: [0.5, 1], "
        "messages: 2}}}"
    )
    text = two_days(sweep=None, sweeps=sweeps, events=None, probes=None, summarizer=None)  # type: ignore[arg-type]
    played(store, text, sweep="a")
    played(store, text, sweep="b")
    exported(store, tmp_path / "out", parquet_file)
    runs = parquet.read_table(tmp_path / "out" / "runs.parquet")
    assert sorted(runs.column("factor.option.thinking").to_pylist(), key=str) == [None, None, "low", "true"]
    assert sorted(runs.column("factor.option.temperature").to_pylist(), key=str) == [0.5, 1.0, None, None]
    assert not (tmp_path / "out" / "events.parquet").exists()
    assert (tmp_path / "out" / "probes.parquet").exists()


def test_only_the_runs_asked_for_are_exported(store: SqliteStore, tmp_path: Path) -> None:
    exported(store, tmp_path / "long", levels={"messages": "6"})
    found = rows(tmp_path / "long" / "runs.csv")
    assert [row["factor.messages"] for row in found] == ["6"] * 4
    exported(store, tmp_path / "one", target=found[0]["run"][:10])
    assert [row["run"] for row in rows(tmp_path / "one" / "runs.csv")] == [found[0]["run"]]
    exported(store, tmp_path / "none", state=RunState.FAILED)
    assert rows(tmp_path / "none" / "runs.csv") == []


def test_nothing_half_written_stays(store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported(store, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def failing(_done: int) -> None:
        raise OSError(28, "No space left on device")

    found = selection(store, "Two days", creator="ada")
    with pytest.raises(SetupError, match="No space left"):
        export(store, found, RunFilter(), Folder(tmp_path / "out"), [csv_file], failing)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


class _Breaking(Offline):
    """Breaks off in the middle of some runs."""

    asked = 0

    async def ask(self, request: ModelRequest) -> ServedReply:
        self.asked += 1
        if self.asked % 11 == 0:
            raise RuntimeError("broken off")
        return await super().ask(request)


def test_runs_that_failed_have_the_counts_of_what_stands_of_them(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    sweep = played(store, two_days(), model=_Breaking(), concurrency=1).sweep
    source = table_source(store, selection(store, sweep.id, creator="ada"), RunFilter())
    told = {name: list(source.rows(name)) for name in ("runs", "messages", "calls")}
    failed = [row for row in told["runs"] if row["state"] == "failed"]
    assert any(row["messages"] for row in failed)
    for row in told["runs"]:
        own = {name: [one for one in told[name] if one["run"] == row["run"]] for name in ("messages", "calls")}
        assert {name: row[name] for name in own} == {name: len(rows) for name, rows in own.items()}
        for tokens in ("prompt_tokens", "completion_tokens"):
            assert row[tokens] == sum(one[tokens] or 0 for one in own["calls"])
        assert row["continuations"] == sum(one["continuation"] for one in own["messages"])
    store.close()


def test_a_run_that_waits_to_go_on_stands_in_the_tables_with_its_state(store: SqliteStore) -> None:
    chosen = selection(store, "Two days", creator="ada")
    waiting, *_ = store.slots(chosen.sweeps[0].id)
    give_back(store, waiting)
    source = table_source(store, chosen, RunFilter())
    states = {row["run"]: (row["state"], row["messages"]) for row in source.rows("runs")}
    assert states[waiting.status.run] == ("pending", waiting.status.counters.messages)
    assert any(row["run"] == waiting.status.run for row in source.rows("messages"))
    assert (source.account().planned, source.account().taken, source.account().left_out) == (8, 8, {})


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"begun_only": False},
        {"state": RunState.PENDING},
        {"state": RunState.DONE},
        {"state": RunState.FAILED},
        {"levels": {"messages": "4"}},
        {"state": RunState.DONE, "levels": {"messages": "4"}},
    ],
)
def test_the_account_of_runs_adds_up_to_what_is_planned_and_tells_what_the_tables_have(
    store: SqliteStore, wanted: dict[str, Any]
) -> None:
    text = small(title="Shared", sweep=None, sweeps=SHARED)
    sweep, whole = (played(store, text, sweep=name, concurrency=1).sweep for name in ("some", "all"))
    waiting, failing, *_ = store.slots(whole.id)
    give_back(store, waiting)
    let_go(store, failing, error="gone")
    for target in ("Shared", sweep.id, whole.id, waiting.status.run):
        source = table_source(store, selection(store, target, creator="ada"), RunFilter(**wanted))
        account = source.account()
        assert account.taken == len(list(source.rows("runs")))
        assert account.planned == account.taken + sum(account.left_out.values())
        assert account.planned == {sweep.id: 4, waiting.status.run: 1}.get(target, 8)
