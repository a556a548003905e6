"""Verifying archives: whatever was changed since they were packed is found, and named."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mongomock
import pytest

from sociarium.cli.targets import selection
from sociarium.errors import BadInput
from sociarium.exchange.archive.lines import line_of
from sociarium.exchange.archive.manifest import Manifest, manifest_hash, seal_of
from sociarium.exchange.archive.read import Archive
from sociarium.exchange.archive.totals import hash_of_records, host_kind
from sociarium.exchange.archive.verification import Verification
from sociarium.exchange.archive.verify import verify
from sociarium.exchange.archive.write import export, records_of
from sociarium.exchange.folder import Folder
from sociarium.exchange.legacy.notes import Notes
from sociarium.exchange.legacy.read import parts as earlier_parts
from sociarium.exchange.merge import merge
from sociarium.exchange.transfer import parts
from sociarium.stores.mongo.legacy import MongoLegacyDatabase
from sociarium.stores.sqlite import SqliteStore
from tests.support.definitions import small_feed
from tests.support.legacy_database import plain_database
from tests.support.played_stores import played, replayed, two_days

AT = "2026-03-01T08:00:00.000Z"
LATER = "2027-03-01T08:00:00.000Z"
Entries = dict[str, bytes]


def silent(_done: int) -> None:
    """Nobody looks."""


def packed(store: SqliteStore, folder: Path, title: str = "Two days", exported: str = AT) -> Path:
    chosen = selection(store, title, creator="ada", every_sweep=True)
    return export(parts(store, chosen), Folder(folder), chosen.name, exported=exported, progress=silent)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    store = SqliteStore(tmp_path_factory.mktemp("store") / "s.db")
    played(store, two_days(sweep="{factors: {messages: [4, 6], days: 2}, replicates: 1}"))
    return store


@pytest.fixture
def archive(store: SqliteStore, tmp_path: Path) -> Path:
    return packed(store, tmp_path)


def verified(path: Path, tmp_path: Path) -> Verification:
    scratch = SqliteStore(tmp_path / "scratch.db")
    try:
        return verify(path, scratch, replayed, silent)
    finally:
        scratch.close()
        (tmp_path / "scratch.db").unlink()


def found(path: Path, tmp_path: Path) -> list[str]:
    return [str(finding) for finding in verified(path, tmp_path).findings]


def changed(path: Path, change: Callable[[Entries], object]) -> Path:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return other


def lines_of(entries: Entries) -> list[Any]:
    return [json.loads(line) for line in entries["records.jsonl"].splitlines()]


def put(entries: Entries, lines: list[Any]) -> None:
    entries["records.jsonl"] = b"".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines
    )


def manifest_of(path: Path) -> Manifest:
    with Archive(path) as archive:
        return archive.manifest


def test_an_archive_as_it_was_packed_is_whole(archive: Path, tmp_path: Path) -> None:
    result = verified(archive, tmp_path)
    assert result.findings == []
    assert (result.replayed, result.unverified) == (2, {})
    assert result.hash == manifest_of(archive).hash


def test_the_manifest_says_what_was_recorded_and_with_what_it_was_packed(archive: Path) -> None:
    manifest = manifest_of(archive)
    assert manifest.recorded is not None
    assert manifest.packing is not None
    assert (manifest.recorded.runs, manifest.recorded.messages) == ({"done": 2}, {"done": 10})
    [model] = manifest.recorded.models
    assert model.provider_model == ["offline"]
    assert model.hosts == ["offline"]
    assert model.calls > 10
    [sweep] = manifest.recorded.sweeps
    assert list(manifest.recorded.versions) == [sweep.version]
    assert manifest.recorded.parts.count == 3
    assert manifest.recorded.first is not None
    assert manifest.recorded.last is not None
    assert manifest.recorded.first < manifest.recorded.last
    assert "pydantic" in manifest.packing.libraries
    assert "ruff" not in manifest.packing.libraries


def test_the_hash_follows_from_the_records_wherever_and_whenever_they_are_packed(
    store: SqliteStore, archive: Path, tmp_path: Path
) -> None:
    first = manifest_of(archive)
    again = manifest_of(packed(store, tmp_path / "again", exported=LATER))
    assert again.hash == first.hash != again.seal
    assert again.seal != first.seal
    other = SqliteStore(tmp_path / "other.db")
    with Archive(archive) as opened:
        merge(other, opened.parts(), silent)
    assert manifest_of(packed(other, tmp_path / "other")).hash == first.hash
    chosen = selection(store, "Two days", creator="ada", every_sweep=True)
    assert hash_of_records(records_of(parts(store, chosen))) == first.hash
    # A process that played runs goes on; what it says of itself is no part of what it played.
    worker = next(one.workers[0] for one in parts(other, chosen) if hasattr(one, "workers"))
    other.record_heartbeat(replace(worker, beat=worker.beat + 5))
    assert manifest_of(packed(other, tmp_path / "beaten")).hash == first.hash


def _edit_message(entries: Entries) -> None:
    """One word, in a record that would pass for one: of a journal, where no digest is."""
    lines = lines_of(entries)
    answer = next(values for kind, values in lines if kind == "answer" and values["answer"].get("text"))
    answer["answer"]["text"] += "!"
    put(entries, lines)


def _edit_worker(entries: Entries) -> None:
    lines = lines_of(entries)
    next(values for kind, values in lines if kind == "worker")["beat"] += 1
    put(entries, lines)


def _rename_run(entries: Entries) -> None:
    """Another seed, everywhere consistent but for the id."""
    lines = lines_of(entries)
    next(values for kind, values in lines if kind == "run")["seed"] += 1
    put(entries, lines)


def _drop_run(entries: Entries) -> None:
    lines = lines_of(entries)
    last = max(number for number, (kind, _) in enumerate(lines) if kind == "run")
    put(entries, lines[:last])


def _add_run(entries: Entries) -> None:
    lines = lines_of(entries)
    run = next(values for kind, values in lines if kind == "run")
    put(entries, [*lines, ["run", {**run, "id": "ab" * 10}]])


def _drop_line(entries: Entries) -> None:
    lines = lines_of(entries)
    put(entries, [line for number, line in enumerate(lines) if number != len(lines) - 1])


def _edit_manifest(entries: Entries) -> None:
    entries["manifest.json"] = entries["manifest.json"].replace(b'"program": "', b'"program": "9')


def _edit_parts(entries: Entries) -> None:
    entries["parts.jsonl"] = entries["parts.jsonl"].replace(b"run", b"rum", 1)


CHANGES: dict[str, tuple[Callable[[Entries], object], tuple[str, ...]]] = {
    "a word of an answer": (_edit_message, ("run {run}: it was changed", "records.jsonl: it was changed",
                                            "diverges from its journal")),
    "a worker's counter": (_edit_worker, ("no part is, so it is what workers said of themselves",)),
    "a run's seed": (_rename_run, ("run {run}: its id is not that of its content", "run {run}: it was changed")),
    "a run is missing": (_drop_run, ("run {last}: it is missing: the part was dropped", "1 record of the kind 'run'")),
    "a run is added": (_add_run, ("run abababababababababab: it was added",)),
    "a record is missing": (_drop_line, ("run {last}: it was changed", "records of the kind 'claim'")),
    "a word of the manifest": (_edit_manifest, ("manifest.json: it was changed: its seal",)),
    "a list of parts": (_edit_parts, ("parts.jsonl: it was changed",)),
    "no list of parts": (lambda entries: entries.pop("parts.jsonl"), ("parts.jsonl: it is missing",)),
    "no manifest": (lambda entries: entries.pop("manifest.json"), ("manifest.json: it is missing",)),
    "no records": (lambda entries: entries.pop("records.jsonl"), ("records.jsonl: it is missing",)),
    "a file of somebody's": (lambda entries: entries.update(extra=b"x"), ("extra: it was added",)),
    "half a record": (
        lambda entries: entries.update({"records.jsonl": entries["records.jsonl"][:-20]}),
        ("it is not JSON", "run {last}: it was changed", "journals: not replayed"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_found_and_named(archive: Path, tmp_path: Path, what: str) -> None:
    change, messages = CHANGES[what]
    with zipfile.ZipFile(archive) as opened:
        ids = [json.loads(line)[1]["id"] for line in opened.read("records.jsonl").splitlines() if b'["run"' in line]
    findings = "\n".join(found(changed(archive, change), tmp_path))
    for message in messages:
        assert message.format(run=ids[0], last=ids[-1]) in findings


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_byte_that_differs_in_the_file_is_found(archive: Path, tmp_path: Path, at: float) -> None:
    data = bytearray(archive.read_bytes())
    data[int(len(data) * at)] ^= 0x55
    archive.write_bytes(data)
    assert found(archive, tmp_path)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_found(archive: Path, tmp_path: Path, share: float) -> None:
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * share)])
    assert "it is cut short or changed" in found(archive, tmp_path)[0]


def test_a_change_that_every_hash_was_made_to_fit_is_found_by_replaying(archive: Path, tmp_path: Path) -> None:
    """An event whose digest was computed anew, in an archive that says nothing of parts."""

    def change(entries: Entries) -> None:
        _edit_message(entries)
        manifest = json.loads(entries["manifest.json"])
        data = entries["records.jsonl"]
        for name in ("recorded", "packing", "hash", "seal"):
            del manifest[name]
        manifest |= {"schema": 2, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        entries["manifest.json"] = json.dumps(manifest).encode()
        del entries["parts.jsonl"]

    [finding] = found(changed(archive, change), tmp_path)
    assert "diverges from its journal" in finding


def test_an_older_archive_is_verified_as_far_as_it_says_something_and_imported(archive: Path, tmp_path: Path) -> None:
    def change(entries: Entries) -> None:
        manifest = json.loads(entries["manifest.json"])
        for name in ("recorded", "packing", "hash", "seal"):
            del manifest[name]
        entries["manifest.json"] = json.dumps({**manifest, "schema": 1}).encode()
        del entries["parts.jsonl"]

    old = changed(archive, change)
    result = verified(old, tmp_path)
    assert (result.findings, result.replayed) == ([], 2)
    assert result.hash == manifest_of(archive).hash
    other = SqliteStore(tmp_path / "other.db")
    with Archive(old) as opened:
        opened.verify()
        assert merge(other, opened.parts(), silent).new["runs"] == 2


@pytest.mark.parametrize("what", ["a word of the manifest", "a list of parts"])
def test_an_import_refuses_a_manifest_that_was_changed(archive: Path, what: str) -> None:
    with Archive(changed(archive, CHANGES[what][0])) as opened, pytest.raises(BadInput, match="is damaged"):
        opened.verify()


def test_a_manifest_made_to_fit_other_records_has_another_hash(archive: Path, tmp_path: Path) -> None:
    """Whoever rewrites all of it deceives no one who knows the hash."""
    document = json.loads(zipfile.ZipFile(archive).read("manifest.json"))
    document["recorded"]["runs"] = {"done": 3}
    document["seal"] = seal_of(document)
    manifest = Manifest.model_validate_json(json.dumps(document))
    assert manifest.recorded is not None
    assert manifest_hash(manifest.recorded) != manifest.hash
    findings = found(changed(archive, lambda entries: entries.update(
        {"manifest.json": json.dumps(document).encode()})), tmp_path)  # fmt: skip
    assert findings == ["manifest.json: what it says was recorded is not what the records come to"]


def test_feeds_and_their_populations_are_verified(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    played(store, small_feed(
        title="The square",
        people="[{handle: ann, persona: patient}, {generate: 2, role: person, model: dry, prompt: Invent somebody.}]",
    ))  # fmt: skip
    path = packed(store, tmp_path, "The square")
    result = verified(path, tmp_path)
    assert result.findings == []
    recorded = manifest_of(path).recorded
    assert recorded is not None
    assert (recorded.populations, result.replayed) == (1, 1 + sum(recorded.runs.values()))


def test_something_else_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(b"%PDF-1.7 and so on")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as written:
        written.writestr("a.txt", "x")
    for name in ("noise", "other.zip", "absent"):
        with pytest.raises(BadInput, match=r"not an archive|is not there"):
            verified(tmp_path / name, tmp_path)


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("offline", "offline"), ("person", "person"), (None, "not kept"), ("http://localhost:11434", "this machine"),
        ("http://127.0.0.1:8000/v1", "this machine"), ("http://[::1]:1", "this machine"),
        ("http://192.168.1.4:8000", "private network"), ("http://gpu7:8000/v1", "private network"),
        ("http://gpu.lab.internal", "private network"), ("https://api.openai.com/v1", "public network"),
        ("https://${HOST}/v1", "not kept"), ("http://[", "not kept"),
    ],
)  # fmt: skip
def test_of_a_host_only_its_kind_is_named(endpoint: str | None, kind: str) -> None:
    assert host_kind(endpoint) == kind


def test_a_line_is_spelled_the_same_wherever_it_is_read(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened, Archive(archive) as read:
        data = opened.read("records.jsonl")
        assert b"".join(line_of(record) for record in records_of(read.parts())) == data


def test_runs_of_the_earlier_simulator_keep_their_ids_and_have_nothing_to_replay(tmp_path: Path) -> None:
    client: Any = mongomock.MongoClient()
    plain_database(client["old"])
    source, store = MongoLegacyDatabase(client["old"], url="mongodb://mongomock/old"), SqliteStore(tmp_path / "s.db")
    merge(store, earlier_parts(source, store, Notes()), silent)
    experiment = next(store.experiments())
    result = verified(packed(store, tmp_path, experiment.id), tmp_path)
    assert result.findings == []
    assert (result.replayed, len(result.unverified)) == (0, 3)
    assert result.unjournaled == set(result.unverified)
