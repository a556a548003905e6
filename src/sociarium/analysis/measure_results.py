"""Measures that the store has, as outcomes of runs: which version counts, and what the rows of a run say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sociarium.analysis.corrections import Correction, correction_of
from sociarium.analysis.label_measures import PREFIX as LABEL
from sociarium.analysis.measures.own import is_own
from sociarium.analysis.measures.registry import MEASURES
from sociarium.analysis.result_rows import PREFIX, Answer, MeasureUse
from sociarium.analysis.results import TABLES, RunNumbers
from sociarium.analysis.talk import Over
from sociarium.errors import BadInput
from sociarium.exchange.judgements import mark_of
from sociarium.exchange.tables.read import Cells, RunTables, TableSource
from sociarium.experiment.problems import did_you_mean
from sociarium.experiment.rubric import rubric_of
from sociarium.records.judgements import JUDGE, RUBRIC, judge_entry, shown_version
from sociarium.records.runs import RunState
from sociarium.runner.judging.records import rubrics, validations

_AT_ONCE = 200
_UNITS = {"message": "messages", "person": "people", "run": "run"}


def measure_uses(source: TableSource, names: Sequence[str]) -> list[MeasureUse]:
    """Which values of some measures count among the finished runs of a selection.

    Raises:
        BadInput: no finished run has values of one; the message says how they are computed.
    """
    if not names:
        return []
    finished = [
        slot.status.run for _, slot in source.selection.runs(source.store, source.run_filter)
        if slot.status.state is RunState.DONE
    ]  # fmt: skip
    store, experiment = source.store, source.selection.experiment.id
    latest: dict[str, dict[str, str]] = {}
    options: dict[tuple[str, str], set[str]] = {}
    judges: dict[tuple[str, str], set[str]] = {}
    for start in range(0, len(finished), _AT_ONCE):
        for one in store.measures_of(finished[start : start + _AT_ONCE]):
            versions = latest.setdefault(one.name, {})
            version = shown_version(one)
            versions[version] = max(one.at, versions.get(version, ""))
            judges.setdefault((one.name, version), set()).add(judge_entry(one.version))
            if isinstance(one.value, str):
                options.setdefault((one.name, version), set()).add(one.value)
    uses = []
    for name in dict.fromkeys(names):
        if name not in latest:
            raise BadInput(_absence(name, list(latest)))
        # The last one; of two that were computed at one moment the greater name, so that it is always the same.
        version = max(latest[name], key=lambda one: (latest[name][one], one))
        others = tuple(sorted(set(latest[name]) - {version}))
        choices = tuple(sorted(options.get((name, version), ())))
        if name.startswith(JUDGE) and (record := rubrics(store, experiment).get(version)) is not None:
            choices = tuple(map(str, rubric_of(record.document[RUBRIC]).form.choices or ()))
        mark = mark_of(name, version, judges[name, version], validations(store, experiment))
        uses.append(MeasureUse(name, version, others, 0, len(finished), 0, {}, choices, mark))
    return uses


def _absence(name: str, computed: Sequence[str]) -> str:
    """Why runs have no values of a measure, and what makes them; of a name that no measure has the nearest names."""
    if name.startswith(LABEL):
        return f"labels are measures of `sociarium results` alone: `sociarium results TARGET --measure {name}`"
    if not (name.startswith(JUDGE) or name in MEASURES or is_own(name)):
        near = did_you_mean(name, [*computed, *MEASURES], most=len(MEASURES))
        return (
            f"there is no measure {name!r}; {near}{'' if near.endswith('?') else '.'} docs/reference/measures.md lists "
            "them; those of judges are called judge:RUBRIC, your own MODULE:FUNCTION"
        )
    near = did_you_mean(name, computed) or "none is computed"
    way = "judge TARGET --rubric FILE" if name.startswith(JUDGE) else f"measure TARGET --measure {name}"
    return f"no finished run here has values of the measure {name!r} ({near}); `sociarium {way}` makes them"


def begin_count(source: TableSource, names: Sequence[str], *, over: Over = "") -> MeasureCount:
    """Some measures, as `measure_uses` has them, with what corrects those of judges; nothing is counted yet.

    Args:
        over: at which moments the values of messages stand.
    """
    uses, corrections = [], []
    for use in measure_uses(source, names):
        correction, reason = correction_of(source.store, source.selection.experiment.id, use)
        uses.append(replace(use, correction=correction.words if correction else reason))
        corrections += [correction] if correction else []
    return MeasureCount(uses, corrections, over=over)


def measured_answers(
    rows: Iterable[Cells], uses: Sequence[MeasureUse], *, over: Over = "", turns: Mapping[int, int] | None = None
) -> list[Answer]:
    """What the rows of a run's table of measures say, of the versions that count; rows without a value are kept.

    Args:
        over: of messages: at which moments their values stand.
        turns: number of a message's event -> its turn.
    """
    version_of = {use.name: use.version for use in uses}
    answers = []
    for row in rows:
        if version_of.get(row["name"]) != row["version"]:
            continue
        value = row["number"] if row["number"] is not None else row["value"]
        agent = str(row["seq"] if row["level"] == "message" else row["person"] or "")
        moment = _moment_of(row, over, turns or {})
        answers.append(Answer(f"{PREFIX}{row['name']}", row["role"] or "", agent, moment, value))
    return answers


def corrected_answers(run: RunTables, corrections: Iterable[Correction], *, over: Over = "") -> list[Answer]:
    """Judges' numbers of a run as people's labels correct them, at the moments of the uncorrected ones."""
    turns = turns_of(run)
    return [
        Answer(name, row["role"] or "", str(row["seq"] or row["person"] or ""), _moment_of(row, over, turns), value)
        for correction in corrections
        for row, name, value in correction.values(run.run, run.rows["measures"])
    ]


def turns_of(run: RunTables) -> dict[int, int]:
    """Number of a message's event -> its turn."""
    return {row["seq"]: turn for turn, row in enumerate(run.rows["messages"], start=1)}


def _moment_of(row: Cells, over: Over, turns: Mapping[int, int]) -> str:
    is_message = row["level"] == "message"
    if row["day"] is not None and (row["level"] == "run" or (is_message and over == "day")):
        return f"day {row['day']}"
    if is_message and over == "turn" and row["seq"] in turns:
        return f"turn {turns[row['seq']]}"
    return _UNITS[row["level"]]


@dataclass(slots=True)
class MeasureCount:
    """Counts what runs had, while they are read."""

    uses: Sequence[MeasureUse]
    corrections: Sequence[Correction] = ()
    over: Over = ""
    runs: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    missing: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def uncorrected_uses(self) -> list[MeasureUse]:
        """Those whose numbers no labels correct."""
        corrected = {one.use.name for one in self.corrections}
        return [use for use in self.uses if use.name not in corrected]

    def add(self, rows: Iterable[Cells]) -> None:
        """Count the table of measures of a finished run."""
        version_of, seen = {use.name: use.version for use in self.uses}, set()
        for row in rows:
            name = row["name"]
            if version_of.get(name) != row["version"]:
                continue
            if row["missing"] is not None:
                self.missing.setdefault(name, Counter())[row["missing"]] += 1
                continue
            seen.add(name)
            self.values[name] += 1
        self.runs.update(seen)

    def result(self) -> list[MeasureUse]:
        """The measures with what was counted."""
        return [
            replace(
                use,
                runs=self.runs[use.name],
                runs_without=use.runs_without - self.runs[use.name],
                values=self.values[use.name],
                missing=dict(self.missing.get(use.name, {})),
            )
            for use in self.uses
        ]


def choices_of_measures(uses: Sequence[MeasureUse]) -> dict[str, list[str]]:
    """The values of measures whose values are words."""
    return {use.outcome: list(use.choices) for use in uses if use.choices}


def read_tables(uses: Sequence[MeasureUse]) -> tuple[str, ...]:
    """The tables that are read of each run."""
    return (*TABLES, "measures") if uses else TABLES


def numbers_with_measures(run: RunTables, numbers: RunNumbers, count: MeasureCount, *, with_probes: bool) -> RunNumbers:
    """The numbers of a run with the values of measures, in place of its probes' answers or beside them."""
    if not count.uses:
        return numbers
    rows = run.rows["measures"]
    if run.rows["runs"][0]["state"] == RunState.DONE.value:
        count.add(rows)
    answers = measured_answers(rows, count.uses, over=count.over, turns=turns_of(run))
    answers += corrected_answers(run, count.corrections, over=count.over)
    return replace(numbers, answers=(*(numbers.answers if with_probes else ()), *answers))
