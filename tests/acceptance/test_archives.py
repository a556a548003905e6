"""Archives that are cited: `verify`, and the hash in the report."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.support.played_stores import two_days
from tests.support.program import Program


def exported(program: Program) -> Path:
    program("run", program.file(two_days(sweep="{factors: {messages: [4, 6], days: 2}, replicates: 1}")))
    [path] = program("export", "Two days", "--format", "archive", "--json").json["files"]
    return program.folder / path


@pytest.mark.slow
def test_an_archive_is_verified_without_the_store(program: Program) -> None:
    archive = exported(program)
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    assert manifest["packing"]["cost_usd"] == 0
    (program.folder / "experiments" / "sociarium.db").unlink()
    result = program("verify", str(archive))
    assert result.code == 0, result.err
    assert "is whole" in result.out
    assert "2 runs replay as their journals say" in result.out
    assert manifest["hash"] in result.out
    assert program("verify", str(archive), "--json").json["hash"] == manifest["hash"]
    assert not (program.folder / "experiments" / "sociarium.db").exists()


def test_a_finding_is_a_line_and_exit_code_1(program: Program) -> None:
    archive = exported(program)
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("\x1b[31mred", "x")
    result = program("verify", str(archive))
    assert result.code == 1
    assert "red: it was added" in result.out.splitlines()[0]
    assert "\x1b[31mred" not in result.out
    told = program("verify", str(archive), "--json")
    assert told.code == 1
    assert (told.json["whole"], len(told.json["findings"])) == (False, 1)
    archive.write_bytes(b"noise")
    result = program("verify", str(archive))
    assert (result.code, "is not an archive of Sociarium" in result.err) == (2, True)


@pytest.mark.slow
def test_the_report_names_the_hash_that_an_archive_has(program: Program) -> None:
    archive = exported(program)
    told = program("analyze", "Two days", "--out", "out", "--json").json
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    assert told["manifest"] == manifest["hash"]
    page = (program.folder / "out" / "report.html").read_text(encoding="utf-8")
    assert manifest["hash"] in page
    assert "It covers every record of the archive" in page


@pytest.mark.slow
def test_a_deposit_is_exported_and_says_what_it_lacks(program: Program) -> None:
    program("run", program.file(two_days(sweep="{factors: {messages: [4, 6], days: 2}, replicates: 1}")))
    result = program("export", "Two days", "--format", "deposit", "--out", "out")
    assert result.code == 0, result.err
    assert "No licence was chosen" in result.err
    assert "--public leaves them out" in result.err
    told = program("export", "Two days", "--format", "deposit", "--public", "--license", "cc0-1.0", "--json").json
    assert told["runs"] == 2
    [readme] = [path for path in told["files"] if path.endswith("README.md")]
    assert "CC0-1.0" in (program.folder / readme).read_text(encoding="utf-8")
    folder = (program.folder / readme).parent
    assert program("verify", str(folder / "archive.sociarium.zip")).code == 0
    assert program("plan", str(folder / "experiment.yaml")).code == 0
    for arguments, message in (
        (("--format", "deposit", "--license", "mine"), "is no id of SPDX that is known here"),
        (("--format", "csv", "--public"), "are of --format deposit"),
        (("--format", "deposit", "--state", "done"), "leave out --state and --where"),
    ):
        refused = program("export", "Two days", "--out", "other", *arguments)
        assert (refused.code, message in refused.err) == (2, True), refused.err
        assert not (program.folder / "other").exists()
