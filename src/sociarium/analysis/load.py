"""The numbers of a selection's runs, read in one pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sociarium.analysis.label_measures import LabelMeasure
from sociarium.analysis.measure_results import (
    begin_count,
    choices_of_measures,
    numbers_with_measures,
    read_tables,
)
from sociarium.analysis.result_rows import MeasureUse
from sociarium.analysis.results import CHECK_ORDER, RunNumbers, run_numbers, with_labels
from sociarium.analysis.talk import Over
from sociarium.errors import DefinitionError
from sociarium.exchange.stored_run import RUNS_AT_ONCE, batches
from sociarium.exchange.tables.read import Cells, RunAccount, RunPlace, TableSource
from sociarium.experiment.definition import ProbeUse
from sociarium.experiment.document import from_json
from sociarium.experiment.models import Price
from sociarium.ports.prices import Prices, price_of

RunKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class LoadedRuns:
    """What results are computed from.

    Attributes:
        choices: probe -> its options, of probes that have some; of measures whose values are words, too.
        measures: that were asked for; the answers of runs are then their values, and none of probes.
        uses: probe -> what it is for, where that is no outcome.
        known: run and token of its last claim -> its numbers, for who reads the same source again.
    """

    runs: Sequence[RunNumbers]
    choices: Mapping[str, Sequence[str]]
    account: RunAccount
    measures: Sequence[MeasureUse] = ()
    uses: Mapping[str, ProbeUse] = field(default_factory=dict)
    known: Mapping[RunKey, RunNumbers] = field(default_factory=dict, compare=False, repr=False)


def load_runs(
    source: TableSource,
    prices: Prices,
    progress: Callable[[int], None],
    *,
    measures: Sequence[str] = (),
    labels: Sequence[LabelMeasure] = (),
    known: Mapping[RunKey, RunNumbers] | None = None,
    over: Over = "",
) -> LoadedRuns:
    """Read the runs of a selection; no more are held in full at a time than `stored_runs` holds.

    Args:
        progress: called with how many runs are read.
        measures: names of measures that stand in place of the probes.
        labels: what people said, which stands in place of the probes, too.
        known: numbers of runs that were read before, with no measures or labels, and are not read again.
        over: at which moments the values of measures of messages stand.

    Raises:
        BadInput: no finished run has values of one of the measures.
    """
    documents = [source.selection.version.document]
    versions = dict.fromkeys(sweep.version for sweep in source.selection.sweeps)
    documents += [source.store.version(version).document for version in versions]
    cost_of = cost_reader(documents, prices)
    count = begin_count(source, measures, over=over)
    numbers_by_run: dict[RunKey, RunNumbers] = {}
    tables = (*read_tables(count.uses), *(["labels"] if labels else []))
    known = known or {}
    places_so_far = 0
    for places in batches(source.places(), RUNS_AT_ONCE):
        runs_read = source.read([place for place in places if _key(place) not in known], tables)
        for number, place in enumerate(places, start=places_so_far + 1):
            key = _key(place)
            if key in known:
                # Its words are the same; it may stand in further conditions by now.
                numbers_by_run[key] = replace(known[key], conditions=place.conditions)
                continue
            run = next(runs_read)
            numbers = run_numbers(run, cost_of)
            if labels:
                numbers = replace(numbers, answers=())
            numbers = numbers_with_measures(run, numbers, count, with_probes=False)
            for label in labels:
                numbers = with_labels(numbers, run.rows["labels"], label)
            numbers_by_run[key] = numbers
            progress(number)
        places_so_far += len(places)
    measured = count.result()
    choices = choices_of(documents) | choices_of_measures(measured)
    choices |= {label.name: list(label.choices) for label in labels if label.choices}
    runs = list(numbers_by_run.values())
    return LoadedRuns(runs, choices, source.account(), measured, uses_of(documents), numbers_by_run)


def _key(place: RunPlace) -> RunKey:
    return place.slot.status.run, place.slot.status.token


def choices_of(documents: Sequence[str]) -> dict[str, list[str]]:
    """The options of probes; a version that has other ones adds to them."""
    options: dict[str, dict[str, None]] = {}
    for document in documents:
        for probe in json.loads(document).get("probes") or ():
            answer = probe.get("answer")
            if isinstance(answer, dict) and answer.get("choices"):
                options.setdefault(probe["name"], {}).update(dict.fromkeys(map(str, answer["choices"])))
    return {name: list(values) for name, values in options.items()}


def uses_of(documents: Sequence[str]) -> dict[str, ProbeUse]:
    """What probes are for, of those that are no outcomes; the first version that says so counts."""
    uses: dict[str, ProbeUse] = {}
    for document in documents:
        for probe in json.loads(document).get("probes") or ():
            if (use := probe.get("use", "outcome")) in CHECK_ORDER[:-1]:
                uses.setdefault(probe["name"], use)
    return uses


def prices_of(documents: Sequence[str], prices: Prices) -> dict[str, Price | None]:
    """Every model of some versions of an experiment with its price; None where no version knows one."""
    price_by_model: dict[str, Price | None] = {}
    for document in documents:
        with suppress(DefinitionError):  # a document of an earlier version of the file format names no price
            for name, spec in from_json(document).models.items():
                if price_by_model.get(name) is None:
                    price_by_model[name] = price_of(spec, prices)
    return price_by_model


def cost_reader(documents: Sequence[str], prices: Prices) -> Callable[[Sequence[Cells]], float | None]:
    """What calls cost by the prices of some versions of an experiment; the first that knows a model counts."""
    price_by_model = prices_of(documents, prices)

    def cost_of(calls: Sequence[Cells]) -> float | None:
        total = 0.0
        for call in calls:
            price = price_by_model.get(call["model"])
            if price is None:
                return None
            total += (call["prompt_tokens"] or 0) * price.input + (call["completion_tokens"] or 0) * price.output
        return total / 1e6

    return cost_of
