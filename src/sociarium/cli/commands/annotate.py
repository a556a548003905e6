"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id. With --codebook FILE its codebook
is kept with the experiment, as a new version where it changed; a title or id names one that is kept.

--draw draws messages or finished runs, as the codebook says, and keeps which and with which probability: all,
random:N, flag:NAME or check:NAME. --out writes what was drawn as a blinded sheet, in an order of the annotator's own;
--read takes a filled sheet in, all of it or, where a row has an error, nothing. --agreement shows percent agreement,
Cohen's kappa and Krippendorff's alpha, as the pages do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from loguru import logger

from sociarium.analysis.annotation.codebook import CodebookText, read_codebook, text_of
from sociarium.analysis.annotation.codebooks import find_codebook, latest_codebooks, save_codebook
from sociarium.analysis.annotation.labelling import read_labels, refuse_reserved_name, save_labels
from sociarium.analysis.annotation.samples import Draw, Sample, draw_sample, find_sample, samples_of, units_of
from sociarium.bootstrap import open_store
from sociarium.cli.consent import ask_consent
from sociarium.cli.display.agreement import agreement_value, print_agreement
from sociarium.cli.display.output import console, print_json, words
from sociarium.cli.logs import session_log
from sociarium.cli.options import TARGET_WORDS, JsonOption, StoreOption
from sociarium.config import load
from sociarium.count_text import count_text, one_or_many
from sociarium.errors import BadInput
from sociarium.exchange.selection import Selection
from sociarium.exchange.targets import selection
from sociarium.experiment.loading.parse import parse_yaml
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.labels import Codebook

_FILES = frozenset({".yaml", ".yml", ".json"})
CodebookOption = Annotated[
    str | None,
    typer.Option("--codebook", metavar="FILE|ID", help="a YAML file, or the title or id of one that is kept"),
]
DrawOption = Annotated[
    str | None,
    typer.Option("--draw", metavar="HOW", help="all, random:N, flag:NAME or check:NAME"),
]
SampleOption = Annotated[
    int | None,
    typer.Option("--sample", metavar="N", min=1, help="which of those that were drawn [the latest]"),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE.xlsx", help="write a blinded sheet of what was drawn"),
]
ReadOption = Annotated[
    Path | None,
    typer.Option("--read", metavar="FILE.xlsx", help="take a filled sheet in"),
]
AnnotatorOption = Annotated[
    str | None,
    typer.Option("--annotator", metavar="NAME", help="whose sheet it is [you; of --read: who it was written for]"),
]


def command(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TARGET",
            help=f"{TARGET_WORDS}; none with --read",
        ),
    ] = None,
    *,
    codebook: CodebookOption = None,
    draw: DrawOption = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", min=0, help="of --draw random:N")] = None,
    sample: SampleOption = None,
    out: OutOption = None,
    read: ReadOption = None,
    annotator: AnnotatorOption = None,
    agreement: Annotated[bool, typer.Option("--agreement", help="show how far annotators agree")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    session_log("annotate")
    opened = open_store(store or config.store_url, create=False)
    try:
        if read is not None:
            _refuse_with_read(target, codebook, draw, out, agreement)
            _read_in(opened, read, annotator, as_json=as_json)
            return
        if target is None:
            raise BadInput("name what is to be labelled: an experiment, or the beginning of a sweep's or run's id")
        chosen = selection(opened, target, creator=config.creator)
        book = _codebook(opened, chosen, codebook, me=config.creator)
        if draw is not None:
            if sample is not None:
                raise BadInput("--draw draws a new sample, and --sample names one that was drawn; leave one out")
            how = _draw(draw, seed)
            sample = draw_sample(opened, book, chosen, how, me=config.creator, clock=SystemClock()).number
        elif not (out or agreement):
            _say_codebook(opened, book, as_json=as_json)
            return
        drawn = find_sample(opened, book, sample)
        if agreement:
            _show_agreement(opened, book, drawn, as_json=as_json)
        else:
            _write_out(opened, book, drawn, out, annotator or config.creator, as_json=as_json)
    finally:
        opened.close()


def _refuse_with_read(
    target: str | None, codebook: str | None, draw: str | None, out: Path | None, agreement: bool
) -> None:
    if target or codebook or draw or out or agreement:
        raise BadInput("--read needs nothing else than --annotator: the sheet says what it is of")


def _codebook(store: Store, chosen: Selection, name: str | None, *, me: str) -> Codebook:
    experiment = chosen.experiment.id
    if name is None:
        books = latest_codebooks(store, experiment)
        if len(books) == 1:
            return books[0]
        names = ", ".join(repr(one.title) for one in books)
        raise BadInput(
            f"name one with --codebook: {names}" if books else "there is no codebook; give a file: --codebook FILE"
        )
    path = Path(name)
    if path.suffix.lower() in _FILES or path.is_file():
        return save_codebook(store, experiment, _file_text(path), me=me, clock=SystemClock())
    return find_codebook(store, experiment, name)


def _file_text(path: Path) -> CodebookText:
    try:
        tree = parse_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error
    if tree.problems:
        raise BadInput(f"{path}: {'; '.join(map(str, tree.problems))}")
    if not isinstance(tree.value, dict):
        raise BadInput(f"{path} is no codebook: write title, and items with categories or a scale")
    return read_codebook(tree.value)


def _draw(text: str, seed: int | None) -> Draw:
    rule, _, rest = text.partition(":")
    match rule:
        case "all" if not rest:
            return Draw("all")
        case "random" if rest.isascii() and rest.isdigit():
            return Draw("random", int(rest), seed=seed)
        case "flag" | "check" if rest:
            return Draw(rule, criterion=rest)
        case _:
            raise BadInput(f"--draw {text!r} says no way to draw; write all, random:200, flag:NAME or check:NAME")


def _read_in(store: Store, path: Path, annotator: str | None, *, as_json: bool) -> None:
    # The libraries of spreadsheets are an extra.
    from sociarium.analysis.annotation.sheets import read_sheet, sheet_head

    id_, number, made_for = sheet_head(path)
    who = annotator or made_for
    if not who:
        raise BadInput(f"{path} does not say whose it is; name them with --annotator")
    refuse_reserved_name(who)
    book = store.codebook(id_)
    drawn = find_sample(store, book, number)
    if who == load().creator:
        ask_consent(store, book.experiment, text_of(book).consent, person=who)
    sheet = read_sheet(path, book, drawn, units_of(store, drawn))
    changed = 0
    for row in sheet.rows:
        changed += save_labels(
            store, book, row.unit, row.answers, annotator=who, clock=SystemClock(), note=row.note or None
        )
    filled = len(sheet.rows) - sheet.empty
    logger.info("{} took labels of {} in from {}, for the codebook {}: {} new or changed", load().creator, who, path,
                book.id, changed)  # fmt: skip
    if as_json:
        print_json({"codebook": book.id, "sample": number, "annotator": who, "rows": len(sheet.rows),
                    "filled": filled, "empty": sheet.empty, "changed": changed})  # fmt: skip
        return
    console().print(words(
        f"{filled:,} of {count_text(len(sheet.rows), 'row')} {one_or_many(filled, 'has', 'have')} "
        f"labels of {who}; {count_text(changed, 'label is', 'labels are')} new or changed."
    ))  # fmt: skip


def _write_out(store: Store, book: Codebook, drawn: Sample, out: Path | None, annotator: str, *, as_json: bool) -> None:
    refuse_reserved_name(annotator)
    report: dict[str, Any] = {**_codebook_value(book), "sample": sample_value(drawn)}
    lines = [f"Sample {drawn.number} of {book.title!r}, version {book.number}: {_words_for_me(store, book, drawn)}."]
    if out is not None:
        if out.suffix.lower() != ".xlsx":
            raise BadInput(f"{out} is no name of a sheet; write one that ends in .xlsx")
        # The libraries of spreadsheets are an extra.
        from sociarium.analysis.annotation.sheets import write_sheet

        rows = write_sheet(out, store, book, drawn, units_of(store, drawn), annotator=annotator)
        logger.info("{} exported the sample {} of the codebook {} as a sheet for {} into {}", load().creator,
                    drawn.number, book.id, annotator, out)  # fmt: skip
        report |= {"sheet": str(out), "rows": rows, "annotator": annotator}
        lines.append(
            f"{count_text(rows, 'row')} for {annotator} in {out}; take it in with `sociarium annotate --read {out}`."
        )
    if as_json:
        print_json(report)
        return
    for line in lines:
        console().print(words(line))


def _show_agreement(store: Store, book: Codebook, drawn: Sample, *, as_json: bool) -> None:
    # The libraries of the analysis are an extra.
    from sociarium.analysis.annotation.item_agreement import codebook_agreement

    units = units_of(store, drawn)
    results = codebook_agreement(text_of(book), read_labels(store, book, units), units)
    if as_json:
        report = {**_codebook_value(book), "sample": sample_value(drawn)}
        print_json({**report, "items": [agreement_value(one) for one in results]})
    else:
        told = _words_for_me(store, book, drawn)
        print_agreement(f"{book.title}, version {book.number}, sample {drawn.number}: {told}", results)


def _say_codebook(store: Store, book: Codebook, *, as_json: bool) -> None:
    samples = samples_of(store, book)
    if as_json:
        print_json({**_codebook_value(book), "samples": [sample_value(one) for one in samples]})
        return
    lines = [f"Codebook {book.title!r}, version {book.number}, {book.id}."]
    lines += [f"  sample {one.number}: {_words_for_me(store, book, one)}" for one in samples] or [
        "  nothing was drawn yet: --draw random:200"
    ]
    for line in lines:
        console().print(words(line))


def _words_for_me(store: Store, book: Codebook, sample: Sample) -> str:
    """What a sample is; by which flag or check it was chosen is told to who has labelled it."""
    units = units_of(store, sample)
    marks, text, me = read_labels(store, book, units), text_of(book), load().creator
    return sample.words if all(marks.is_done(unit, me, text) for unit in units) else sample.blind_words


def _codebook_value(book: Codebook) -> dict[str, Any]:
    return {"codebook": book.id, "title": book.title, "version": book.number}


def sample_value(sample: Sample) -> dict[str, Any]:
    """A sample as `--json` has it."""
    return {"number": sample.number, "rule": sample.rule, "criterion": sample.criterion, "size": sample.size,
            "of": sample.of, "seed": sample.seed, "probability": sample.probability}  # fmt: skip
