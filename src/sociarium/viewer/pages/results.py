"""Results of a sweep: which factor matters, by how much, how surely?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sociarium.analysis.load import LoadedRuns
from sociarium.analysis.result_rows import Change, Condition, ProbeRow, Results
from sociarium.analysis.results import results
from sociarium.analysis.run_values import moment_order
from sociarium.analysis.student_t import Estimate
from sociarium.analysis.talk import Over
from sociarium.exchange.selection import RunFilter, Selection
from sociarium.exchange.tables.read import RunAccount, TableSource, table_source
from sociarium.ports.store import Store
from sociarium.records.lists import dollars_text, label_of
from sociarium.records.plans import Experiment, SweepRecord
from sociarium.records.runs import RunState
from sociarium.viewer.labels import condition_text
from sociarium.viewer.pages.factor_means import OneAtATime, chosen_factors, factors_of_rows, one_at_a_time
from sociarium.viewer.pages.means import NONE, MeanScale, MeanView, number_text
from sociarium.viewer.pages.narrowed_runs import OTHER, changes_of, of_role, roles_of, with_others
from sociarium.viewer.pages.outcomes import (
    OutcomeGroup,
    StoredMeasures,
    outcome_groups,
    outcome_label,
    overs_of,
    probes_of,
    said_of,
)
from sociarium.viewer.pages.overall import Overall, overall
from sociarium.viewer.pages.runs_behind import Where, where_of

_MOST_ROWS = 600
_TALK = (("messages", "Messages a run"), ("words", "Words a message"), ("flagged", "Flagged"), ("empty", "Empty"),
         ("cost", "Cost a run"))  # fmt: skip
_SHARES = frozenset({"flagged", "empty"})


@dataclass(frozen=True, slots=True)
class ResultsQuery:
    """What is computed.

    Attributes:
        probe: the name of a question, or of another outcome; empty: all questions.
        by: factors that rows differ by; empty: all that differ.
        change: two moments, `start:end`; with `OTHER` whether choices became others; empty: the answers themselves.
        over: at which moments messages are taken together, where the outcome is of messages.
        role: whose answers; empty: everybody's.
    """

    probe: str = ""
    by: tuple[str, ...] = ()
    change: str = ""
    over: Over = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A condition's mean. `where` names its runs."""

    levels: tuple[str, ...]
    where: Where
    role: str
    moment: str
    option: str
    mean: MeanView
    missing: int


@dataclass(frozen=True, slots=True)
class MeasureChoice:
    """A private question, or another outcome, by condition; all pictures have one scale.

    Attributes:
        outcome: its name in an address.
        ends: of the scale, as text; `zero` is where zero stands in it.
    """

    name: str
    outcome: str
    rows: tuple[MeasureRow, ...]
    more: int
    has_options: bool
    ends: tuple[str, str]
    zero: float | None


@dataclass(frozen=True, slots=True)
class TalkLine:
    """What was said in a condition, one mean for each of the columns."""

    levels: tuple[str, ...]
    where: Where
    runs: int
    means: tuple[MeanView, ...]


@dataclass(frozen=True, slots=True)
class Extremes:
    """The lowest and the highest mean of a question at its last moment."""

    name: str
    moment: str
    role: str
    low: tuple[str, str, Where]
    high: tuple[str, str, Where]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The results of a sweep's finished runs.

    Attributes:
        query: with the factor that was chosen for who chose none of many.
        overall: of a page for which no factors were chosen.
        one_at_a_time: of a page for which no factors were chosen.
        crossed: conditions for which one factor was chosen; 0 where none was.
        overs: at which moments the outcome can be taken together, where it is of messages.
    """

    sweep: SweepRecord
    experiment: Experiment
    query: ResultsQuery
    computed: Results
    account: RunAccount
    groups: tuple[OutcomeGroup, ...]
    factors: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    roles: tuple[str, ...]
    measures: tuple[MeasureChoice, ...]
    columns: tuple[str, ...]
    talk: tuple[TalkLine, ...]
    extremes: Extremes | None
    overall: Overall | None
    one_at_a_time: OneAtATime | None
    crossed: int
    overs: tuple[Over, ...] = ()


def results_source(store: Store, sweep: SweepRecord) -> TableSource:
    """Where the finished runs of a sweep are read from."""
    selection = Selection(store.experiment(sweep.experiment), store.version(sweep.version), (sweep,), kind="sweep")
    return table_source(store, selection, RunFilter(RunState.DONE))


def results_page(
    store: Store,
    sweep: SweepRecord,
    loaded: LoadedRuns,
    query: ResultsQuery,
    *,
    most: int | None = None,
    stored: StoredMeasures = (),
    measured: LoadedRuns | None = None,
) -> ResultsPage:
    """The results of a sweep; names that its runs do not know are as if they were not given.

    Args:
        most: conditions; of more, rows are by the factor whose levels lie furthest apart, unless factors are named.
        stored: measures that can be chosen.
        measured: the same runs with the measure that the query names in place of their answers.
    """
    groups = outcome_groups(loaded.runs, stored)
    is_question = query.probe in probes_of(loaded.runs)
    said = None if is_question else said_of(loaded, query.probe, query.over)
    former, loaded = loaded, measured or said or loaded
    probe = query.probe if is_question or measured or said else None
    roles, changes = roles_of(loaded.runs, probe), changes_of(loaded, probe)
    role, chosen = (query.role if query.role in roles else "", query.change if query.change in changes else "")
    loaded = of_role(loaded, role) if role else loaded
    change: Change | None = None
    if chosen:
        first, _, second = chosen.removesuffix(OTHER).partition(":")
        change = None if chosen.endswith(OTHER) else (first, second)
        loaded = loaded if change else with_others(loaded, (first, second))
    runs = loaded.runs
    by = chosen_factors(query.by, runs, most)
    alone = None if by else one_at_a_time(loaded, probe=probe, change=change)
    whole = None if by else overall(loaded, probe=probe, change=change)
    by, crossed = factors_of_rows(loaded, by, alone, most)
    computed = results(runs, choices=loaded.choices, by=by or None, change=change, probe=probe, uses=loaded.uses)
    return ResultsPage(
        sweep=sweep,
        experiment=store.experiment(sweep.experiment),
        query=ResultsQuery(probe or "", by, chosen, query.over if measured or said else "", role),
        computed=computed,
        account=loaded.account,
        groups=groups,
        factors=tuple(dict.fromkeys((*computed.factors, *computed.pooled))),
        shared=tuple((factor, label_of(level)) for factor, level in computed.shared.items()),
        changes=changes,
        roles=roles,
        measures=tuple(_measures(computed, is_change=change is not None)),
        columns=tuple(label for _, label in _TALK),
        talk=_talk_lines(computed),
        extremes=_extremes(computed, is_change=change is not None),
        overall=whole,
        one_at_a_time=alone,
        crossed=crossed,
        overs=overs_of(former.runs, query.probe) if said else (),
    )


def _measures(computed: Results, *, is_change: bool) -> Iterator[MeasureChoice]:
    for name in dict.fromkeys(row.probe for row in computed.probes):
        rows = [row for row in computed.probes if row.probe == name]
        # What is to be compared stands together: the conditions at one moment.
        roles, options = (list(dict.fromkeys(getattr(row, name) for row in rows)) for name in ("role", "option"))
        rows.sort(key=lambda row: (roles.index(row.role), moment_order(row.moment), options.index(row.option)))
        scale = MeanScale.of(rows, is_change=is_change)
        has_options = any(row.option is not None for row in rows)
        yield MeasureChoice(
            outcome_label(name, rows[0].use),
            name,
            tuple(
                MeasureRow(
                    shown_levels(row.condition, computed.factors),
                    where_of(row.condition),
                    row.role,
                    row.moment,
                    row.option or "",
                    scale.mean(row.estimate, is_share=row.option is not None, is_signed=is_change),
                    row.missing,
                )
                for row in rows[:_MOST_ROWS]
            ),
            max(0, len(rows) - _MOST_ROWS),
            has_options,
            (number_text(scale.low, has_options, is_change), number_text(scale.high, has_options, is_change)),
            scale.place(0.0) if scale.low < 0 < scale.high else None,
        )


def _talk_lines(computed: Results) -> tuple[TalkLine, ...]:
    return tuple(TalkLine(shown_levels(row.condition, computed.factors), where_of(row.condition), row.runs,
                          tuple(_talk_mean(name, row.measures[name]) for name, _ in _TALK))
                 for row in computed.talk)  # fmt: skip


def _talk_mean(name: str, one: Estimate) -> MeanView:
    if one.mean is None:
        return MeanView(NONE, NONE, one.n, reason=one.reason)
    if name == "cost":
        return MeanView(dollars_text(one.mean), "", one.n)
    scale = MeanScale(one.mean - 1, one.mean + 1)
    return scale.mean(one, is_share=name in _SHARES, is_signed=False)


def _extremes(computed: Results, *, is_change: bool) -> Extremes | None:
    """Of the first question that is no check, with a number, or else of its first option, at its last moment."""
    with_mean = [row for row in computed.probes if row.estimate.mean is not None and row.use == "outcome"]
    if not with_mean or not computed.factors:
        return None
    first = with_mean[0]
    moments = {row.moment for row in with_mean if (row.probe, row.role) == (first.probe, first.role)}
    moment = max(moments, key=moment_order)
    rows = [row for row in with_mean if (row.probe, row.role, row.moment, row.option)
            == (first.probe, first.role, moment, first.option)]  # fmt: skip
    if len(rows) < 2:
        return None
    low, high = (choose(rows, key=lambda row: row.estimate.mean or 0.0) for choose in (min, max))
    if low.estimate.mean == high.estimate.mean:
        return None
    label = outcome_label(first.probe)
    name = f"{label}, {first.option}" if first.option is not None else label
    lowest, highest = (_extreme(row, computed, is_change=is_change) for row in (low, high))
    return Extremes(name, moment, first.role, lowest, highest)


def _extreme(row: ProbeRow, computed: Results, *, is_change: bool) -> tuple[str, str, Where]:
    mean = row.estimate.mean or 0.0
    return (
        condition_text(dict(row.condition), computed.factors),
        number_text(mean, row.option is not None, is_change),
        where_of(row.condition),
    )


def shown_levels(condition: Condition, factors: Iterable[str]) -> tuple[str, ...]:
    """The levels of a condition, a text for each of some factors."""
    levels = dict(condition)
    return tuple(label_of(levels[factor]) if factor in levels else NONE for factor in factors)
