"""Archives: what goes in comes back equal, and what is no whole archive is refused before anything is written."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mongomock
import pytest

from sociarium.cli.targets import selection
from sociarium.errors import BadInput
from sociarium.exchange.archive.lines import line_of, read
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.archive.write import export
from sociarium.exchange.folder import Folder
from sociarium.exchange.merge import merge
from sociarium.exchange.merge_result import MergeResult
from sociarium.exchange.transfer import Part, RunData, everything, parts
from sociarium.ports.store import Store
from sociarium.records.inputs import Input
from sociarium.records.journal import Call, JournalEntry
from sociarium.records.plans import Edit, ModelVersion
from sociarium.records.runs import RunState
from sociarium.stores.mongo import MongoStore
from sociarium.stores.sqlite import SqliteStore
from tests.support.played_stores import ODD, Saying, played, replayed, two_days

AT = "2026-03-01T08:00:00.000Z"


def silent(_done: int) -> None:
    """Nobody looks."""


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """Two versions of an experiment, one half played, and an epoch."""
    store = SqliteStore(tmp_path / "s.db")
    played(store, two_days(), model=Saying(ODD))
    later = played(
        store, two_days(starting_message="Start anew.", continuation="The floor is yours."), creator="ada", limit=3
    )
    store.add_model_version(ModelVersion(later.sweep.id, "dry", 1, "sha256:1", "ada", AT))
    store.append_edit(Edit("experiment", later.experiment.id, 2, "ada", AT, "edited", favourite=True))
    run = next(place.status.run for place in store.slots(later.sweep.id))
    store.append_edit(Edit("run", run, 2, "ada", AT, "=odd", favourite=True))
    return store


def packed(store: Store, folder: Path, target: str = "Two days") -> Path:
    found = selection(store, target, creator="ada", every_sweep=True)
    return export(parts(store, found), Folder(folder), found.name, exported=AT, progress=silent)


def unpacked(path: Path, store: Store) -> MergeResult:
    with Archive(path) as archive:
        archive.verify()
        return merge(store, archive.parts(), silent)


def contents(store: Store) -> list[Part]:
    return list(everything(store))


def another(tmp_path: Path, kind: str) -> Store:
    if kind == "sqlite":
        return SqliteStore(tmp_path / "other.db")
    return MongoStore(mongomock.MongoClient(), "sociarium", url="mongodb://mongomock/sociarium")


@pytest.mark.parametrize("kind", ["sqlite", "mongomock"])
def test_an_archive_comes_back_equal_and_replays(store: SqliteStore, tmp_path: Path, kind: str) -> None:
    path = packed(store, tmp_path)
    other = another(tmp_path, kind)
    merged = unpacked(path, other)
    assert contents(other) == contents(store)
    assert (merged.new["runs"], merged.standing, merged.conflicts) == (16, 0, [])
    for sweep in store.sweeps():
        theirs = [(place.status, place.condition) for place in other.slots(sweep.id)]
        assert theirs == [(place.status, place.condition) for place in store.slots(sweep.id)]
        done = [status.run for status, _ in theirs if status.state is RunState.DONE]
        assert done
        assert all(replayed(other, run).ended == "completed" for run in done)
    again = unpacked(path, other)
    assert (again.new.total(), again.standing, again.conflicts) == (0, 16, [])
    assert contents(other) == contents(store)


def test_an_archive_of_a_sweep_or_a_run_holds_no_other_runs(store: SqliteStore, tmp_path: Path) -> None:
    later, first = store.sweeps()
    other = SqliteStore(tmp_path / "a.db")
    unpacked(packed(store, tmp_path / "out", first.id[:12]), other)
    assert [sweep.id for sweep in other.sweeps()] == [first.id]
    assert len(list(other.slots(first.id))) == 8
    run = next(place.status.run for place in store.slots(later.id))
    other = SqliteStore(tmp_path / "b.db")
    unpacked(packed(store, tmp_path / "out", run[:12]), other)
    assert [place.status for place in other.slots(later.id)] == store.run_statuses([run])
    assert other.journal(run) == store.journal(run)


def test_an_imported_sweep_is_gone_on_with(store: SqliteStore, tmp_path: Path) -> None:
    other = SqliteStore(tmp_path / "other.db")
    unpacked(packed(store, tmp_path), other)
    later = played(other, two_days(starting_message="Start anew.", continuation="The floor is yours."))
    states = {place.status.state for place in other.slots(later.sweep.id)}
    assert states == {RunState.DONE}
    for place in other.slots(later.sweep.id):
        if store.claims(place.status.run):
            assert other.journal(place.status.run) == store.journal(place.status.run)


class Stopped(Exception):
    """The process ends here."""


@pytest.mark.parametrize(
    ("at", "together"), [*((at, 1) for at in (1, 2, 3, 5, 8, 13, 21, 34)), *((at, 40) for at in range(1, 6))]
)
def test_an_import_that_was_stopped_goes_on(
    store: SqliteStore, tmp_path: Path, at: int, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sociarium.exchange.merge._ENOUGH", together)
    path = packed(store, tmp_path)
    other = SqliteStore(tmp_path / "other.db")
    left = at

    def dying(method: str) -> Callable[..., Any]:
        real = getattr(SqliteStore, method)

        def call(self: SqliteStore, *arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Stopped
            return real(self, *arguments)

        return call

    with monkeypatch.context() as patch:
        for method in ("place_runs", "append", "claim_all"):
            patch.setattr(SqliteStore, method, dying(method))
        with pytest.raises(Stopped):
            unpacked(path, other)
    unpacked(path, other)
    assert contents(other) == contents(store)


def test_what_stands_with_other_content_is_told_and_stays(store: SqliteStore, tmp_path: Path) -> None:
    path = packed(store, tmp_path)
    other = SqliteStore(tmp_path / "other.db")
    # The same file by the same person, played there on its own, with another note.
    mine = played(other, two_days(), model=Saying(["Something else."])).experiment.id
    other.append_edit(Edit("experiment", mine, 2, "ada", AT, "mine", favourite=False))
    before = {part.run.id: part for part in contents(other) if hasattr(part, "run")}
    merged = unpacked(path, other)
    told = "\n".join(merged.conflicts)
    assert "has another note or mark here" in told
    assert merged.conflict_count >= 9
    assert told.count("was played here and there, each on its own") == 8
    after = {part.run.id: part for part in contents(other) if hasattr(part, "run")}
    assert {run: after[run] for run in before} == before
    assert merged.new["runs"] == 8
    assert next(other.experiments()).note == "mine"


def test_records_are_spelled_and_read_equal() -> None:
    call = Call("m", {"x": [1, {"y": None}]}, 0.25, 2, None, "d", None)
    for text in ("plain", "ünï 🙂 \u2028 \x00 \x1b[31m", "half \ud800", "=1+1", "../../etc"):
        entry = JournalEntry("ab", f"day1/{text[:4]}", 3, 1, "f", "model", {"text": text}, AT, call)
        assert read(line_of(entry)) == entry
        assert line_of(entry).count(b"\n") == 1


def rewritten(path: Path, change: Callable[[list[Any], dict[str, Any]], None], *, honest: bool = True) -> Path:
    """The archive with other lines; with a manifest that fits them, of schema 2, or the one it had."""
    with zipfile.ZipFile(path) as found:
        listed = found.read("parts.jsonl")
        lines = [json.loads(line) for line in found.read("records.jsonl").splitlines()]
        manifest = json.loads(found.read("manifest.json"))
    change(lines, manifest)
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    if honest:
        counts: dict[str, int] = {}
        for kind, _ in lines:
            counts[kind] = counts.get(kind, 0) + 1
        for name in ("recorded", "packing", "hash", "seal"):
            del manifest[name]
        manifest |= {"schema": 2, "counts": counts, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("records.jsonl", data)
        written.writestr("manifest.json", json.dumps(manifest))
        if not honest:
            written.writestr("parts.jsonl", listed)
    return other


def of(lines: list[Any], kind: str) -> Any:
    return next(values for name, values in lines if name == kind)


CHANGES: dict[str, tuple[Callable[[list[Any], dict[str, Any]], Any], bool, str]] = {
    "a line is missing": (lambda lines, _: lines.pop(), False, "not as long"),
    "a newer archive": (lambda _, manifest: manifest.update(schema=4), False, "newer version"),
    "no archive": (lambda _, manifest: manifest.update(format="zip"), False, "not an archive"),
    "a manifest without its counts": (lambda _, manifest: manifest.pop("counts"), False, "manifest is not well formed"),
    "a kind from the future": (lambda lines, _: lines.append(["vote", {}]), True, "'vote', which this version"),
    "a field from the future": (lambda lines, _: of(lines, "run").update(mood="glad"), True, "'mood', which this"),
    "an id that is a path": (lambda lines, _: of(lines, "run").update(id="../../x"), True, "id is no id"),
    "a moment that is none": (lambda lines, _: of(lines, "answer").update(at="once"), True, "at is no moment"),
    "a number too large": (lambda lines, _: of(lines, "event").update(seq=2**70), True, "seq is too large"),
    "an event that was edited": (
        lambda lines, _: of(lines, "event")["happening"].update(content="No."), True, "not as it was",
    ),
    "a document that is none": (lambda lines, _: of(lines, "version").update(document="{}"), True, "no experiment"),
    "a run before its experiment": (lambda lines, _: lines.reverse(), True, "does not belong"),
    "an answer of another run": (lambda lines, _: of(lines, "answer").update(run="ab"), True, "does not belong"),
    "a text where a number belongs": (lambda lines, _: of(lines, "claim").update(token="x"), True, "token: "),
    "a line that is no record": (lambda lines, _: lines.append([]) , False, "not as long"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_archive_is_refused(store: SqliteStore, tmp_path: Path, what: str) -> None:
    change, honest, message = CHANGES[what]
    path = rewritten(packed(store, tmp_path), change, honest=honest)
    with pytest.raises(BadInput, match=message) as refused, Archive(path) as archive:
        archive.verify()
    assert str(path) in str(refused.value)


def test_an_archive_that_is_cut_short_is_refused(store: SqliteStore, tmp_path: Path) -> None:
    path = packed(store, tmp_path)
    data = path.read_bytes()
    for damaged in (data[: len(data) // 2], b"", b"PK\x03\x04", b"%PDF-1.7 and so on", data[:-30]):
        path.write_bytes(damaged)
        with pytest.raises(BadInput):
            unpacked(path, SqliteStore(tmp_path / "other.db"))
    assert contents(SqliteStore(tmp_path / "other.db")) == []


@pytest.mark.slow
def test_a_damaged_archive_is_refused_wherever_other_words_would_come_of_it(store: SqliteStore, tmp_path: Path) -> None:
    path = packed(store, tmp_path)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        whole = max(archive.infolist(), key=lambda one: one.compress_size)
    # What a header says of a date or of who packed it is no part of what is kept.
    name, extra = struct.unpack_from("<HH", data, whole.header_offset + 26)
    begin = whole.header_offset + 30 + name + extra
    end = begin + whole.compress_size
    # The last two bytes hold little but the mark of the end, which zipfile does not miss where all words are there.
    refused, flips = 0, [*range(begin, end - 2, whole.compress_size // 9), end - 2, end - 1]
    for at in flips:
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        other = SqliteStore(tmp_path / f"{at}.db")
        try:
            unpacked(path, other)
        except BadInput:
            assert contents(other) == []
            refused += 1
        else:
            assert contents(other) == contents(store)
        other.close()
    assert refused >= len(flips) - 3


@pytest.mark.slow
def test_an_archive_that_grows_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    size = 200_000_000
    manifest = {"format": "sociarium archive", "schema": 1, "program": "x", "exported": AT, "counts": {},
                "bytes": size, "sha256": ""}  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        with written.open("records.jsonl", "w") as file:
            for _ in range(200):
                file.write(b" " * 1_000_000)
        written.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(BadInput, match=r"would grow to 0\.2 GB"):
        Archive(path)


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as written:
        written.writestr("../../evil.txt", "x")
    with pytest.raises(BadInput, match="not an archive of Sociarium"):
        Archive(path)
    assert not (tmp_path.parent / "evil.txt").exists()


def test_a_worker_that_is_known_here_is_left_as_it_is(store: SqliteStore, tmp_path: Path) -> None:
    path = packed(store, tmp_path)
    other = SqliteStore(tmp_path / "other.db")
    [worker, *_] = {
        found.id: found
        for part in contents(store)
        if hasattr(part, "workers")
        for found in part.workers
    }.values()  # fmt: skip
    other.record_heartbeat(replace(worker, beat=worker.beat + 1000))
    unpacked(path, other)
    assert other.workers([worker.id])[worker.id].beat == worker.beat + 1000


FEED = """\
title: The square
environment: feed
models: {dry: {provider: offline}}
people:
  - {handle: economist, persona: patient}
  - {generate: 2, role: troll, model: dry, prompt: Invent somebody.}
newcomers: {per_day: 1, role: person, model: dry, prompt: Invent a neighbour.}
sections:
  - {title: Starting prompt, private: {person: You are <SELF_NAME>., troll: You are <SELF_NAME>.}}
days: 2
sweep: {factors: {feed.ranking: [chronological, popular]}}
"""


def test_feeds_come_back_with_their_populations_and_what_was_put_into_them(tmp_path: Path) -> None:
    store, other = SqliteStore(tmp_path / "s.db"), SqliteStore(tmp_path / "other.db")
    sweep = played(store, FEED).sweep
    run = next(place.status.run for place in store.slots(sweep.id))
    store.put_input(Input(run, 1, "economist", "=late", "ada", AT))
    unpacked(packed(store, tmp_path, "The square"), other)
    assert contents(other) == contents(store)
    populations = [part.run.id for part in contents(other) if isinstance(part, RunData) and not part.members]
    assert len(populations) == 2
    assert all(other.events(one) == store.events(one) != [] for one in populations)
    assert other.inputs(run) == store.inputs(run) != []
    assert replayed(other, run).ended == "completed"


def test_acts_come_along_with_their_drafts_and_plain_posts_are_written_as_ever(tmp_path: Path) -> None:
    store, other = SqliteStore(tmp_path / "s.db"), SqliteStore(tmp_path / "other.db")
    run = next(place.status.run for place in store.slots(played(store, FEED).sweep.id))
    plain = Input(run, 1, "economist", "Early.", "ada", AT)
    store.put_input(plain)
    assert json.loads(line_of(plain))[1].keys() == {"run", "number", "author", "content", "creator", "at"}
    draft = {"idea": "=x", "reply": {"text": "So?"}}
    for one in (Input(run, 2, "radio", "", "ada", AT, "follow", "economist", True),
                Input(run, 3, "economist", "So?", "ada", AT, "reply", "p1", True, draft)):  # fmt: skip
        store.put_input(one)
    unpacked(packed(store, tmp_path, "The square"), other)
    assert other.inputs(run) == store.inputs(run)
    assert other.inputs(run)[2].draft == draft


def test_who_ran_a_run_comes_along_and_an_archive_that_does_not_say_it_is_no_other(
    store: SqliteStore, tmp_path: Path
) -> None:
    def named(part: Part, by: str | None) -> Part:
        return (
            replace(part, claims=tuple(replace(one, by=by) for one in part.claims))
            if isinstance(part, RunData)
            else part
        )

    other = SqliteStore(tmp_path / "other.db")
    merge(other, (named(part, "bob") for part in contents(store)), silent)
    assert {one.by for part in contents(other) if isinstance(part, RunData) for one in part.claims} == {"bob"}
    for by in (None, "bob"):
        again = merge(other, (named(part, by) for part in contents(store)), silent)
        assert (again.conflicts, again.new["runs"]) == ([], 0)
    parted = merge(other, (named(part, "carl") for part in contents(store)), silent)
    assert parted.conflict_count > 0
    assert {one.by for part in contents(other) if isinstance(part, RunData) for one in part.claims} == {"bob"}
