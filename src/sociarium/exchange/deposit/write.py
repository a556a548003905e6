"""Writes a deposit: all of it, or nothing."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sociarium.errors import BadInput, SetupError
from sociarium.exchange.archive.manifest import MANIFEST, Packing, RecordTotals
from sociarium.exchange.archive.packing import packing
from sociarium.exchange.archive.write import export as export_archive
from sociarium.exchange.deposit import checklists, codebook
from sociarium.exchange.deposit.crate import METADATA, crate
from sociarium.exchange.deposit.documents import citation, readme
from sociarium.exchange.deposit.facts import StudyFacts
from sociarium.exchange.deposit.licences import Licence
from sociarium.exchange.deposit.public import PublicSheets, public_parts
from sociarium.exchange.deposit.redaction import Redaction, redaction_of
from sociarium.exchange.deposit.survey import Survey, survey
from sociarium.exchange.folder import Folder
from sociarium.exchange.sanitize import file_name
from sociarium.exchange.selection import Progress, RunFilter, Selection
from sociarium.exchange.tables.columns import Column
from sociarium.exchange.tables.csv_file import sheet as csv_sheet
from sociarium.exchange.tables.export import SheetFormat, export, overview_of
from sociarium.exchange.tables.tables import tables
from sociarium.exchange.transfer import parts
from sociarium.experiment.document import from_json, to_yaml
from sociarium.experiment.models import Price
from sociarium.ports.store import Store
from sociarium.version import __version__

_ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class DepositOptions:
    """How a deposit is made.

    Attributes:
        licence: None where it is chosen later.
        now: the moment, ISO 8601.
        prices: of models, by their names in the file.
    """

    licence: Licence | None
    is_public: bool
    now: str
    prices: Mapping[str, Price | None]


@dataclass(frozen=True, slots=True)
class Deposit:
    """What was written.

    Attributes:
        remaining: name of somebody who worked on it -> tables in whose texts the name stands all the same.
        has_archive: False where the archive had to be left out.
    """

    folder: Path
    files: tuple[Path, ...]
    remaining: Mapping[str, set[str]]
    has_archive: bool


@dataclass(frozen=True, slots=True)
class DepositSource:
    """What a deposit is made of.

    Attributes:
        selection: whose runs stand in the tables.
        everything: what the archive holds.
    """

    store: Store
    selection: Selection
    everything: Selection


def write_deposit(
    source: DepositSource, folder: Folder, *, sheets: SheetFormat, options: DepositOptions, progress: Progress
) -> Deposit:
    """Write a deposit into a folder of its own.

    Args:
        sheets: format of the tables.
        progress: told how many runs stand in the tables.

    Raises:
        BadInput: the folder is there already.
        SetupError: the disk does not take it.
    """
    study = survey(source.store, source.everything)
    writer = _Writer(source, options, study, redaction_of(study.personal))
    public = PublicSheets(sheets, writer.redaction, {}, sheets.SUFFIX)
    name = f"{file_name(source.everything.name)}{'-public' if options.is_public else ''}-deposit"
    final = folder.root / name
    with _whole_folder(final) as root:
        packed = writer.write_archive(root)
        format_: SheetFormat = public if options.is_public else sheets
        paths = export(source.store, source.selection, RunFilter(), Folder(root / "tables"), [format_], progress)
        facts = writer.facts(packed)
        writer.write_documents(root, facts, public.remaining)
        writer.write_codebook(root, facts, {path.stem for path in paths})
        writer.write_crate(root, facts)
    files = tuple(sorted(path for path in final.rglob("*") if path.is_file()))
    return Deposit(final, files, public.remaining, facts.has_archive)


@dataclass(frozen=True, slots=True)
class _Writer:
    source: DepositSource
    options: DepositOptions
    study: Survey
    redaction: Redaction

    @property
    def _has_archive(self) -> bool:
        return not self.options.is_public or self.redaction.keeps_runs

    @property
    def _creator(self) -> str | None:
        return None if self.options.is_public else self.source.everything.experiment.creator

    def write_archive(self, root: Path) -> dict[str, Any]:
        """The archive and the manifest beside it; returns the manifest."""
        if not self._has_archive:
            recorded, hash_ = self.study.recorded, self.study.hash
            manifest = {
                "of": "the complete records, of which the archive is left out",
                "recorded": recorded.model_dump(mode="json"),
                "packing": self._pack(recorded).model_dump(mode="json"),
                "hash": hash_,
            }
            _write_json(root / MANIFEST, manifest)
            return manifest
        every = parts(self.source.store, self.source.everything)
        packed = public_parts(every, self.redaction) if self.options.is_public else every
        path = export_archive(
            packed, Folder(root), _ARCHIVE, exported=self.options.now, progress=lambda _done: None, pack=self._pack
        )
        with zipfile.ZipFile(path) as archive:
            data = archive.read(MANIFEST)
        (root / MANIFEST).write_bytes(data)
        manifest = json.loads(data)
        return dict(manifest)

    def _pack(self, recorded: RecordTotals) -> Packing:
        redacted_from = self.study.hash if self.options.is_public and self._has_archive else None
        return packing(recorded, prices=self.options.prices, folder=Path.cwd(), redacted_from=redacted_from)

    def facts(self, manifest: Mapping[str, Any]) -> StudyFacts:
        """What the program knows, and may say here."""
        experiment, study = self.source.everything.experiment, self.study
        document = json.loads(self.source.selection.version.document)
        is_public = self.options.is_public
        return StudyFacts(
            title=experiment.title,
            note=self.redaction.text(experiment.note) if is_public else experiment.note,
            environment=str(document.get("environment", "conversation")),
            document=self.redaction.document(document) if is_public else document,
            levels=codebook.levels_of(self.source.store, self.source.selection),
            recorded=study.recorded,
            hash=str(manifest["hash"]),
            program=__version__,
            cost_usd=manifest["packing"]["cost_usd"],
            annotators=len(study.personal.annotators),
            labels=study.labels,
            judge_labels=study.judge_labels,
            real_people=len(study.personal.handles),
            outside_acts=study.outside_acts,
            is_public=is_public,
            has_archive=self._has_archive,
        )

    def write_documents(self, root: Path, facts: StudyFacts, remaining: Mapping[str, set[str]]) -> None:
        """README, CITATION.cff, LICENSE, checklists and the experiment."""
        licence, day = self.options.licence, self.options.now[:10]
        definition = from_json(json.dumps(facts.document))
        favourite = self.source.everything.experiment.favourite
        definition = definition.model_copy(update={"note": facts.note, "favourite": favourite})
        texts = {
            "README.md": readme(facts, licence, remaining),
            "CITATION.cff": citation(facts, licence, published=day, creator=self._creator),
            "experiment.yaml": to_yaml(definition),
            **({"LICENSE": licence.text} if licence else {}),
            **{f"checklists/{one.name}.md": checklists.page(one, facts) for one in checklists.CHECKLISTS},
        }
        for name, text in texts.items():
            path = root / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")

    def write_codebook(self, root: Path, facts: StudyFacts, files: Collection[str]) -> None:
        """The codebook, for people and as a table."""
        store, selection = self.source.store, self.source.selection
        declared = tables(overview_of(store, selection, RunFilter()).factors)
        text = codebook.page(declared, facts.levels, files, is_public=facts.is_public)
        (root / "codebook.md").write_text(text, encoding="utf-8", newline="\n")
        with csv_sheet(root / "codebook.csv", [Column(name) for name in codebook.HEAD]) as write:
            for row in codebook.rows([one for one in declared if one.name in files], is_public=facts.is_public):
                write(row)

    def write_crate(self, root: Path, facts: StudyFacts) -> None:
        """The metadata, of all that stands there."""
        day = self.options.now[:10]
        _write_json(root / METADATA, crate(root, facts, self.options.licence, published=day, creator=self._creator))


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


@contextmanager
def _whole_folder(path: Path) -> Iterator[Path]:
    """A folder that is there when all of it is."""
    if path.exists():
        raise BadInput(f"{path} is there already; remove it, or choose another --out")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        unfinished.mkdir()
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
