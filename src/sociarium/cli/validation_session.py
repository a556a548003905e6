"""Validating judges from a command: the comparison with people, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Console

from sociarium.cli.display.columns import ListColumn, print_columns
from sociarium.cli.display.measures import reason_counts
from sociarium.cli.display.output import console, print_json, words
from sociarium.config import Config
from sociarium.exchange.sanitize import one_line
from sociarium.experiment.rubric import Rubric
from sociarium.ports.store import Store

NONE = "–"


@dataclass(frozen=True, slots=True)
class ValidationRequest:
    """What a command asks; see `validate_judges`."""

    labels: str
    item: str | None
    seed: int
    dev: float
    as_json: bool


def validate_rubric(store: Store, rubric: Rubric, request: ValidationRequest, config: Config) -> None:
    """Compare judges with people, keep the result and print it. Errors as `validate_judges`."""
    # The statistics take their time to import, and name the extra that is missing.
    from sociarium.api.validating import find_codebook, validate_judges, validation_document

    codebook = find_codebook(store, request.labels)
    result = validate_judges(
        store, rubric, codebook, item=request.item, seed=request.seed, dev=request.dev, creator=config.creator
    )
    document = validation_document(result)
    if request.as_json:
        print_json(document)
    else:
        _print(console(), document)


def _print(screen: Console, document: dict[str, Any]) -> None:
    test, dev = document["test"], document["dev"]
    title = one_line(document["title"], most=60)
    head = f"{document['measure']} against {title} (version {document['number']}), {one_line(document['item'])}"
    screen.print(words(head, "bold"))
    print_columns(screen, [
        ListColumn("", ["test: counts", "dev: to improve by"]),
        ListColumn("texts", [str(side["texts"]) for side in (test, dev)], "number", 0),
        ListColumn("runs", [str(side["runs"]) for side in (test, dev)], "number", 0),
        ListColumn("kappa", [_coefficient(side["kappa"] and side["kappa"]["kappa"]) for side in (test, dev)]),
        ListColumn("alpha", [_coefficient(side["alpha"]) for side in (test, dev)]),
        ListColumn("same", [_share(side["percent"]) for side in (test, dev)]),
    ])  # fmt: skip
    notes = [test["note"], *(one["note"] for one in _coefficients(test))]
    for note in dict.fromkeys(filter(None, notes)):
        screen.print(words(f"! {one_line(note)}", "yellow"))
    _print_confusion(screen, test["confusion"])
    _print_drift(screen, test["drift"])
    if document["left_out"]:
        screen.print(words(f"! labelled texts left out: {reason_counts(document['left_out'])}", "yellow"))
    last = "The dev runs are for changing the rubric; a changed rubric is another, and is judged and validated anew."
    screen.print(words(last, "dim"))


def _print_confusion(screen: Console, table: dict[str, Any]) -> None:
    labels = [one_line(one, most=20) for one in table["labels"]]
    screen.print()
    screen.print(words("Test: people (rows) and judges (columns)", "bold"))
    print_columns(screen, [
        ListColumn("people", labels),
        *(ListColumn(label, [str(row[place]) for row in table["counts"]], "number", 0)
          for place, label in enumerate(labels)),
    ])  # fmt: skip


def _print_drift(screen: Console, drift: list[dict[str, Any]]) -> None:
    if not drift:
        return
    screen.print()
    screen.print(words("Test, by condition: where agreement differs, contrasts of the judge are biased", "bold"))
    numeric = any(one["difference"] for one in drift)
    print_columns(screen, [
        ListColumn("factor", [one_line(one["factor"]) for one in drift]),
        ListColumn("level", [one_line(one["level"]) for one in drift]),
        ListColumn("texts", [str(one["same"]["n"]) for one in drift], "number", 0),
        ListColumn("same", [_share(one["same"]) for one in drift]),
        *([ListColumn("judges less people", [_estimate(one["difference"]) for one in drift])] if numeric else []),
    ])  # fmt: skip


def _coefficients(side: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in (side["kappa"] and side["kappa"]["kappa"], side["alpha"]) if one]


def _coefficient(one: dict[str, Any] | None) -> str:
    if one is None:
        return NONE
    return f"{one['value']:.2f}" + ("" if one["low"] is None else f" ({one['low']:.2f} … {one['high']:.2f})")


def _share(one: dict[str, Any] | None) -> str:
    if one is None:
        return NONE
    return f"{100 * one['share']:.0f} % ({100 * one['low']:.0f} … {100 * one['high']:.0f})"


def _estimate(one: dict[str, Any] | None) -> str:
    if one is None or one["mean"] is None:
        return NONE
    return f"{one['mean']:+.2f}" + ("" if one["low"] is None else f" ({one['low']:+.2f} … {one['high']:+.2f})")
