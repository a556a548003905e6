"""TARGET is an experiment's title or id, or the beginning of a sweep's or run's id.

A table for each private question and one of the messages, with a row for each condition. The unit is the run: answers
of a run's agents are averaged first; mean and 95 % interval are over runs (by t; of one yes or no a run by Wilson).
Finished runs count; how many others there are, and why, stands below. Then, in short and as `analyze` has it: changed
forks less their shams, how alike runs of a replicate and rows of a run are, and whether losses depend on a factor.
--tsv prints every number of the tables, a line each, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sociarium.analysis.label_measures import PREFIX as LABEL
from sociarium.analysis.label_measures import LabelMeasure, find_label_measure
from sociarium.analysis.load import LoadedRuns, load_runs
from sociarium.analysis.result_rows import Change, Results
from sociarium.analysis.results import factors_of, moments_of, results
from sociarium.bootstrap import open_prices, open_store
from sociarium.cli.display.brief import brief_value
from sociarium.cli.display.counter import show_count
from sociarium.cli.display.output import print_json
from sociarium.cli.display.results import Flagged, as_json_value, print_results, print_tsv, results_screen
from sociarium.cli.factor_levels import levels
from sociarium.cli.looks import keep_looks
from sociarium.cli.options import JsonOption, NoPagerOption, StoreOption, TargetArgument
from sociarium.cli.paging import pager_around
from sociarium.cli.targets import filter_in_full, selection
from sociarium.config import load
from sociarium.errors import BadInput, MissingExtra
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import TableSource, table_source
from sociarium.experiment.problems import did_you_mean
from sociarium.records.lists import factors_by_name
from sociarium.records.runs import RunState

if TYPE_CHECKING:
    from sociarium.analysis.report.brief import Brief

MeasureOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="what `measure` or `judge` made, or label:ITEM of a codebook, in place of questions; several may be",
    ),
]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="FACTOR,...", help="rows differ by these factors; runs are pooled over others"),
]
ChangeOption = Annotated[
    str | None,
    typer.Option("--change", metavar="FROM:TO", help="differences within runs, e.g. start:end or day1:day3"),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="FACTOR=LEVEL", help="only runs with this level; several must all hold"),
]


def command(
    target: TargetArgument,
    probe: Annotated[str | None, typer.Option("--probe", metavar="NAME", help="only this question")] = None,
    measure: MeasureOption = None,
    by: ByOption = None,
    change: ChangeOption = None,
    where: WhereOption = None,
    without_flagged: Annotated[
        bool, typer.Option("--without-flagged", help="leave out runs in which a message has a flag")
    ] = False,
    store: StoreOption = None,
    no_pager: NoPagerOption = False,
    as_json: JsonOption = False,
    as_tsv: Annotated[bool, typer.Option("--tsv", help="one line a number, tab-separated, nothing rounded")] = False,
) -> None:
    _refuse_two_choices(as_json and as_tsv, bool(probe and measure))
    config, narrowing = load(), RunFilter(RunState.DONE, levels(where or []))
    opened = open_store(store or config.store_url, create=False)
    try:
        chosen = selection(opened, target, creator=config.creator)
        narrowing = filter_in_full(opened, chosen, narrowing)
        source = table_source(opened, chosen, narrowing)
        names = measure or []
        labels = [find_label_measure(opened, chosen.experiment.id, one) for one in names if one.startswith(LABEL)]
        others = [one for one in names if not one.startswith(LABEL)]
        with show_count("Reading runs", quiet=as_json or as_tsv) as progress:
            loaded = load_runs(source, open_prices(), progress, measures=others, labels=labels)
        keep_looks(opened, chosen, "results", by=config.creator)
        loaded, flagged = _runs_by_flag(loaded, is_wanted=without_flagged)
        result = replace(_requested_results(loaded, probe, labels, by, change), measures=tuple(loaded.measures))
        begun = replace(narrowing, state=None)
        brief = None if as_tsv else _brief(table_source(opened, chosen, begun), others, result, flagged, quiet=as_json)
    finally:
        opened.close()
    title = chosen.experiment.title
    if as_json:
        print_json({"title": title, **as_json_value(result, loaded.account, flagged), **brief_value(brief)})
    elif as_tsv:
        print_tsv(result)
    else:
        screen = results_screen()
        with pager_around(screen, pager=config.pager, is_wanted=not no_pager):
            print_results(screen, title, result, loaded.account, flagged, brief)


def _brief(
    source: TableSource, measures: Sequence[str], result: Results, flagged: Flagged, *, quiet: bool
) -> Brief | None:
    """What a report says of forks, likeness and loss; None where the statistics are not installed."""
    # They take their time to import, and name the extra that is missing.
    try:
        from sociarium.analysis.report.brief import brief_of
        from sociarium.analysis.report.gather import gather
    except MissingExtra:
        return None
    with show_count("Reading runs for forks, likeness and loss", quiet=quiet) as progress:
        gathered = gather(source, open_prices(), progress, measures=measures, with_checks=False)
    return brief_of(gathered, {row.probe for row in result.probes}, without_flagged=flagged.left_out)


def _refuse_two_choices(two_forms: bool, two_tables: bool) -> None:
    if two_tables:
        raise BadInput("--probe and --measure each choose one table; leave one out")
    if two_forms:
        raise BadInput("--json and --tsv are two forms of the same; leave one out")


def _runs_by_flag(loaded: LoadedRuns, *, is_wanted: bool) -> tuple[LoadedRuns, Flagged]:
    """The runs that count, and how many have a flagged message."""
    clean = [run for run in loaded.runs if not run.is_flagged]
    flagged = Flagged(len(loaded.runs) - len(clean), is_wanted)
    return (replace(loaded, runs=clean) if is_wanted else loaded), flagged


def _requested_results(
    loaded: LoadedRuns, probe: str | None, labels: Sequence[LabelMeasure], by: str | None, change: str | None
) -> Results:
    """The results of what was asked for; each name is checked. Raises `BadInput` with the nearest names."""
    runs = loaded.runs
    asked = {answer.probe for run in runs for answer in run.answers}
    if lacking := next((label.name for label in labels if label.name not in asked), None):
        raise BadInput(
            f"no finished run has labels for {lacking!r} of what was drawn with a known probability; `sociarium "
            "annotate` draws, and the pages show who has labelled"
        )
    if probe is not None:
        _check("probe", probe, list(dict.fromkeys(answer.probe for run in runs for answer in run.answers)))
    factors = None
    if by is not None:
        names = [name.strip() for name in by.split(",") if name.strip()]
        factors = [_factor_by_name(name, factors_of(runs)) for name in names]
    moments = moments_of(runs, probe)
    pair = None if change is None else _change(change, moments)
    return results(runs, choices=loaded.choices, by=factors, change=pair, probe=probe, uses=loaded.uses)


def _factor_by_name(name: str, factors: Sequence[str]) -> str:
    """A factor, which may be called what lists call it. Raises `BadInput` where none or several are called so."""
    called = factors_by_name(name, factors)
    if len(called) > 1:
        raise BadInput(f"--by {name}: several factors are called {name!r}; write one of {', '.join(called)}")
    if not called:
        _check("factor", name, factors)
    return called[0]


def _check(kind: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        mend = did_you_mean(name, names) or f"no finished run has a {kind}"
        raise BadInput(f"there is no {kind} {name!r} in these runs; {mend}")


def _change(text: str, moments: Sequence[str]) -> Change:
    first, colon, second = text.partition(":")
    if not colon:
        raise BadInput(f"--change {text!r} names one moment; write FROM:TO, e.g. --change start:end")
    pair = (_moment(first), _moment(second))
    for moment in pair:
        _check("moment", moment, moments)
    if pair[0] == pair[1]:
        raise BadInput(f"--change {text!r} compares a moment with itself")
    return pair


def _moment(text: str) -> str:
    """A moment as it is shown: `day2`, `day 2` and `2` are the same."""
    name = text.strip().lower()
    day = name.removeprefix("day").strip()
    return f"day {int(day)}" if day.isdecimal() else name
