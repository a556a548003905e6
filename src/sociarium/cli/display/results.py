"""Results as tables on a terminal, as lines, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console

from sociarium.analysis.positive_spread import spread_notes, spreads_text
from sociarium.analysis.result_rows import PREFIX, USE_NAMES, Condition, ProbeRow, Results, TalkRow
from sociarium.analysis.student_t import Estimate
from sociarium.cli.display.account import account_line
from sociarium.cli.display.brief import NO_BRIEF, print_brief
from sociarium.cli.display.columns import ListColumn, print_columns, width_of, write_tab_separated_line
from sociarium.cli.display.command_hints import pasteable
from sociarium.cli.display.conditions import short_heads
from sociarium.cli.display.interval_plot import interval_plot
from sociarium.cli.display.measures import measure_notes
from sociarium.cli.display.output import console, words
from sociarium.cli.display.ownership import earlier_runs_message
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.exchange.tables.read import RunAccount
from sociarium.records.lists import dollars_text, label_of

if TYPE_CHECKING:
    from sociarium.analysis.report.brief import Brief

_LONGEST_NOTE = 2_000
NONE = "–"
_UNBOUNDED = 100_000
_LEAST_PLOT, _WIDEST_PLOT, _GAP = 16, 40, 2
_FIRST_TO_GO = 1000
_TALK = {"messages": "msgs", "words": "words", "flagged": "flags", "empty": "empty", "cost": "cost"}
_INTERVAL = (
    "95 %: t interval of the mean over runs, each run one value (its agents' answers averaged first); where a run is "
    "one yes or no (a choice or another), Wilson's interval of the share of runs. "
)
_SHARED_DRAWS = (
    "Replicate k has the same random draws in every condition, so intervals of two conditions do not say whether these "
    "differ; nor do they speak of other models or wordings."
)
_OWN_DRAWS = "They do not speak of other models or wordings."


def results_screen() -> Console:
    """Where results are shown; where nobody looks at a screen, every line is whole."""
    screen = console()
    if not screen.is_terminal:
        screen.width = _UNBOUNDED
    return screen


def print_results(
    screen: Console, title: str, results: Results, account: RunAccount, flagged: Flagged, brief: Brief | None
) -> None:
    """What is shared, a table of each probe, one of the messages, what reports add, and what is to be known of them."""
    shared = [f"{factor}={label_of(level)}" for factor, level in results.shared.items()]
    head = " · ".join(one_line(text, most=60) for text in (title, *shared))
    screen.print()
    screen.print(words(f"{head} · {_count(results.runs, 'run')}", "bold"))
    # A row of no run has nothing to show; the notes count what is missing, and where nothing is left.
    with_value = [row for row in results.probes if row.estimate.n]
    for _, rows in groupby(with_value, key=lambda row: row.probe):
        _print_probe(screen, results, list(rows))
    if results.talk:
        screen.print()
        what = "posts that models wrote a run, words a post" if results.feeds else "messages a run, words a message"
        screen.print(words(f"What was said · {what} and more, means over runs", "bold"))
        print_columns(screen, _talk_columns(results, results.talk))
    if brief is not None:
        print_brief(screen, brief)
    screen.print()
    lines = notes(results, account, flagged)
    for note in lines if brief is not None else [*lines, NO_BRIEF]:
        screen.print(words(note, "yellow" if note.startswith("!") else "dim"))


@dataclass(frozen=True, slots=True)
class Flagged:
    """Runs in which a message has a flag.

    Attributes:
        runs: how many of those that are finished.
        left_out: whether they are left out of the results.
    """

    runs: int
    left_out: bool


def notes(results: Results, account: RunAccount, flagged: Flagged) -> list[str]:
    """What stands below the tables: what the numbers are, what went in, what did not and why."""
    lines = [f"{'! ' if account.left_out else ''}{account_line(account)}"]
    if flagged.left_out:
        lines.append(f"! --without-flagged leaves out {flagged.runs} of them, in which a message has a flag")
    elif flagged.runs:
        lines.append(
            f"{_count(flagged.runs, 'run')} with a flagged message: in, too; --without-flagged leaves them out"
        )
    lines += measure_notes(results.measures)
    most = max((row.runs for row in results.talk), default=0)
    if below := sum(row.runs < most for row in results.talk):
        lines.append(
            f"! {below} of {count_text(len(results.talk), 'condition')} "
            f"{one_or_many(below, 'has', 'have')} fewer than {count_text(most, 'run')}"
        )
    if any(row.estimate.low is not None for row in results.probes):
        lines.append(_INTERVAL + (_SHARED_DRAWS if account.shares_draws else _OWN_DRAWS))
    reasons = {row.estimate.reason: None for row in results.probes if row.estimate.reason}
    if reasons:
        lines.append(f"{NONE}: no interval; {', '.join(reasons)}")
    lines += [f"! {one_line(spread, most=_LONGEST_NOTE)}" for spread in [spreads_text(results.spreads)] if spread]
    if missing := _missing(results.probes):
        lines.append(f"! left out, for they have no value: {missing}")
    lines += _rows_left_out(results)
    for name, count in results.free_text.items():
        lines.append(
            f"{one_line(name)}: {_count(count, 'answer')} in words; `{pasteable('export', 'SWEEP')}` writes them"
        )
    if results.pooled:
        lines.append(f"averaged over runs of other levels of: {', '.join(map(one_line, results.pooled))}")
    if results.ended:
        how = ", ".join(f"{count} {name}" for name, count in results.ended.items())
        lines.append(f"! runs that ended early count, too: {how}")
    if len(results.protocols) > 1:
        lines.append(
            f"! played under different rules (protocols {', '.join(map(str, results.protocols))}): do not pool"
        )
    if results.feeds:
        lines.append("written: posts in words of a model; lists and `status` count reposts and posts from outside, too")
    if results.several:
        lines.append(f"{_count(results.several, 'run')} of several conditions count in each")
    if account.sweeps_left_out:
        lines.append(f"! left out: {_count(account.sweeps_left_out, 'sweep')} of colleagues who changed the experiment")
    if account.earlier:
        lines.append(f"! {earlier_runs_message(account.earlier)}")
    if results.offline:
        lines.append(f"! {_count(results.offline, 'run')} offline: stand-in words, not a model's")
    return lines


def print_tsv(results: Results) -> None:
    """A line for each number: whose it is, runs, mean, interval, and why there is none."""
    head = ["measure", "option", "role", "moment", *results.factors, "runs", "mean", "low", "high", "reason", "answers",
            "missing", "note"]  # fmt: skip
    write_tab_separated_line(head)
    marks = {use.outcome: use.mark for use in results.measures}
    notes = spread_notes((*results.spreads, *results.talk_spreads))
    for row in results.probes:
        levels = _levels(row.condition, results.factors)
        is_measure = row.probe.startswith(PREFIX)
        own = row.probe, row.role, row.moment
        place = [row.probe if is_measure else f"probe.{row.probe}", row.option or "", row.role, row.moment]
        write_tab_separated_line([*place, *levels, *_numbers(row.estimate), str(row.answers), str(row.missing),
                                   "; ".join(filter(None, (marks.get(row.probe), notes.get(own))))])  # fmt: skip
    for talk in results.talk:
        for name, value in talk.measures.items():
            levels, note = _levels(talk.condition, results.factors), notes.get((name, "", ""), "")
            write_tab_separated_line([name, "", "", "", *levels, *_numbers(value), "", "", note])


def as_json_value(results: Results, account: RunAccount, flagged: Flagged) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        **{name: value for name, value in asdict(results).items() if name not in {"probes", "talk"}},
        "account": asdict(account),
        "probes": [asdict(row) | {"condition": dict(row.condition)} for row in results.probes],
        "talk": [asdict(row) | {"condition": dict(row.condition)} for row in results.talk],
        "flagged": asdict(flagged),
        "notes": notes(results, account, flagged),
    }


def _print_probe(screen: Console, results: Results, rows: Sequence[ProbeRow]) -> None:
    roles, moments = {row.role for row in rows}, {row.moment for row in rows}
    share = rows[0].option is not None
    title = one_line(rows[0].probe, most=60)
    title = f"{USE_NAMES[rows[0].use]}: {title}" if USE_NAMES[rows[0].use] else title
    title += f" of {one_line(rows[0].role, most=40)}" if len(roles) == 1 and rows[0].role else ""
    title += f", {rows[0].moment}" if len(moments) == 1 and rows[0].moment else ""
    places = {factor: [_levels(row.condition, [factor])[0] for row in rows] for factor in results.factors}
    if len(roles) > 1:
        places["role"] = [row.role for row in rows]
    if len(moments) > 1:
        places["at"] = [row.moment for row in rows]
    if share:
        places["answer"] = [row.option or NONE for row in rows]
    columns = [
        *_place_columns(places),
        ListColumn("runs", [str(row.estimate.n) for row in rows], "number", 0),
        ListColumn("share" if share else "mean", [_number_text(row.estimate.mean, share) for row in rows], "number", 0),
        ListColumn("95 %", [_interval(row.estimate, share) for row in rows], "number", 0),
    ]
    screen.print()
    screen.print(words(f"{title} · {'share of answers' if share else 'mean'} over runs", "bold"))
    print_columns(screen, [*columns, *_plot(screen, columns, [row.estimate for row in rows], share)])


def _plot(
    screen: Console, columns: Sequence[ListColumn], estimates: Sequence[Estimate], share: bool
) -> list[ListColumn]:
    """The intervals as a picture in the room that is left, or nothing where there is too little."""
    if not screen.is_terminal or all(one.low is None for one in estimates):
        return []
    room = screen.width - width_of(columns) - _GAP
    if room < _LEAST_PLOT:  # texts may give way for it
        if width_of(columns, least=True) + _GAP + _LEAST_PLOT > screen.width:
            return []
        room = _LEAST_PLOT
    scale, lines = interval_plot(estimates, width=min(room, _WIDEST_PLOT), is_share=share)
    return [ListColumn(scale, lines, "plot", _FIRST_TO_GO)]


def _place_columns(places: Mapping[str, Sequence[str]]) -> list[ListColumn]:
    """Where a row belongs; the last of its factors goes first where there is no room."""
    heads = short_heads(places)
    return [ListColumn(heads[name], cells, rank=1 + at) for at, (name, cells) in enumerate(places.items())]


def _talk_columns(results: Results, rows: Sequence[TalkRow]) -> list[ListColumn]:
    places = {factor: [_levels(row.condition, [factor])[0] for row in rows] for factor in results.factors}
    heads = _TALK | ({"messages": "written"} if results.feeds else {})
    return [
        *_place_columns(places),
        ListColumn("runs", [str(row.runs) for row in rows], "number", 0),
        *(
            ListColumn(head, [_talk_cell(name, row.measures[name].mean) for row in rows], "number", 0)
            for name, head in heads.items()
        ),
    ]


def _talk_cell(name: str, mean: float | None) -> str:
    if mean is None:
        return NONE
    match name:
        case "cost":
            return dollars_text(mean)
        case "flagged" | "empty":
            return _number_text(mean, True)
        case _:
            return f"{mean:.1f}"


def _levels(condition: Condition, factors: Iterable[str]) -> list[str]:
    levels = dict(condition)
    return [label_of(levels[factor]) if factor in levels else NONE for factor in factors]


def _number_text(value: float | None, share: bool) -> str:
    if value is None:
        return NONE
    return f"{100 * value:.0f} %".replace("-", "−") if share else f"{value:.2f}".replace("-", "−")


def _interval(value: Estimate, share: bool) -> str:
    if value.low is None or value.high is None:
        return NONE
    return f"{_number_text(value.low, share)} … {_number_text(value.high, share)}"


def _numbers(value: Estimate) -> list[str]:
    return [
        str(value.n),
        *("" if one is None else repr(one) for one in (value.mean, value.low, value.high)),
        value.reason,
    ]


def _missing(rows: Iterable[ProbeRow]) -> str:
    counts: dict[str, dict[tuple[Condition, str, str], int]] = {}
    for row in rows:
        # Each option's row counts the same answers.
        counts.setdefault(row.probe, {})[row.condition, row.role, row.moment] = row.missing
    sums = {name: sum(places.values()) for name, places in counts.items()}
    return ", ".join(f"{count} of {one_line(name)}" for name, count in sums.items() if count)


def _rows_left_out(results: Results) -> Iterable[str]:
    """Of each question with values, how many of its rows have none and are not shown."""
    for name, group in groupby(results.probes, key=lambda row: row.probe):
        rows = list(group)
        without = sum(not row.estimate.n for row in rows)
        if without and name not in results.free_text:
            yield (
                f"! {one_line(name)}: {without} of {count_text(len(rows), 'row')} "
                f"{one_or_many(without, 'has', 'have')} "
                f"no run with a value and {one_or_many(without, 'is', 'are')} not shown"
            )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
