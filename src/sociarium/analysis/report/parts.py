"""The parts of the page that say what was run: design, losses, models, passages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from sociarium.analysis.report.html import Cell, Markup, fold, interval, link, listing, paragraph, part, table, text
from sociarium.analysis.report.inputs import ModelUse, ReportInputs
from sociarium.analysis.report.records import Computed, Passage, TranscriptPages
from sociarium.analysis.statistics.design import condition_name
from sociarium.analysis.statistics.loss import DifferentialLoss
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.canary_text import change_texts, same_texts
from sociarium.figures.charts import number_text
from sociarium.records.canary import CanaryAnswer
from sociarium.records.hardware import models_apart
from sociarium.records.lists import dollars_text
from sociarium.records.minute_text import minute_text
from sociarium.records.runs import RunState

_MOST_ORDERS = 12
"""Orders that a reader sees at once; more are folded away."""
_MOST_PAIRS = 6
_STATES = {RunState.PENDING.value: "waiting to go on"}


def design_part(inputs: ReportInputs, baselines: dict[str, str]) -> Markup:
    """Factors and their levels, replicates, seeds."""
    rows: list[list[Cell]] = [
        [factor, len(levels), ", ".join(levels), baselines.get(factor)] for factor, levels in inputs.factors.items()
    ]
    rows += [[factor, 1, level, None] for factor, level in inputs.fixed.items()]
    block = inputs.declaration.keys.block if inputs.table and inputs.declaration else None
    blocks = (
        f"Runs of one {block!r} belong together over the conditions, so contrasts take it as a block."
        if block
        else "Replicate k has the same draws in every condition, so contrasts take replicates as blocks."
        if inputs.shared
        else "Runs do not share draws, so contrasts take runs as independent (Welch)."
    )
    content = (
        table("Factors of the runs that were begun", ["factor", "levels", "which", "baseline"], rows, numeric=(1,))
        if rows
        else paragraph("No factor: all runs are of one condition.")
    )
    seeds = ", ".join(map(str, inputs.seeds)) or "none"
    aside = inputs.table.name if inputs.table else f"{count_text(inputs.replicates, 'replicate')} · seed {seeds}"
    return part("design", "Design", aside, content, paragraph(blocks))


def _state_lines(inputs: ReportInputs) -> list[str]:
    """Runs that were begun and are not finished, by how they stand."""
    states = inputs.runs.drop_duplicates("id")["state"].value_counts()
    return [
        f"begun, and not finished: {count} {_STATES.get(str(state), state)}"
        for state, count in states.items()
        if state != RunState.DONE.value
    ]


def missing_part(inputs: ReportInputs, computed: Computed, steered: Sequence[str]) -> Markup:
    """What ran, what is missing and why, whether losses depend on the condition, and what was steered meanwhile.

    Args:
        steered: orders about the sweeps, a line each.
    """
    account = inputs.account
    out = [f"{count} {why}" for why, count in account.left_out.items()]
    counted = (
        f"{inputs.table.name} has {count_text(account.planned, 'run')}; {computed.finished} of them did not fail and "
        "count."
        if inputs.table
        else f"{count_text(account.planned, 'run is', 'runs are')} planned; {account.taken:,} were begun and are in "
        f"the tables; {computed.finished} of them are finished and in the results."
    )
    content = [
        paragraph(counted),
        listing(inputs.table.intake if inputs.table else [*_state_lines(inputs), *(f"left out: {one}" for one in out)]),
    ]
    if inputs.several_conditions:
        content.append(
            paragraph(
                f"{count_text(inputs.several_conditions, 'run stands', 'runs stand')} in several conditions and "
                f"{one_or_many(inputs.several_conditions, 'counts', 'count')} in each of them."
            )
        )
    if account.sweeps_left_out:
        content.append(
            paragraph(f"{account.sweeps_left_out} sweeps that colleagues changed for themselves are left out.")
        )
    if account.earlier:
        runs = count_text(sum(account.earlier.values()), "run is", "runs are")
        ids = ", ".join(sweep[:8] for sweep in account.earlier)
        content.append(paragraph(f"{runs} left out, of earlier versions of the experiment (sweep {ids})."))
    if len(inputs.protocols) > 1:
        names = " and ".join(map(str, inputs.protocols))
        content.append(
            paragraph(f"Runs were played under different rules (protocols {names}): do not pool them.", css="alert")
        )
    content += [_losses(one) for one in computed.losses]
    if computed.loss_note:
        content.append(paragraph(computed.loss_note))
    content += _order_list(steered)
    return part(
        "ran",
        "What ran, and what is missing",
        f"{account.taken:,} of {count_text(account.planned, 'run')} begun",
        *content,
    )


def _order_list(lines: Sequence[str]) -> list[Markup]:
    if not lines:
        return []
    if len(lines) <= _MOST_ORDERS:
        return [paragraph("Steered while it was played (UTC):"), listing(lines)]
    return [fold(f"{len(lines)} orders steered it while it was played (UTC)", listing(lines))]


def _losses(loss: DifferentialLoss) -> Markup:
    rows: list[list[Cell]] = [
        [
            condition_name(loss.factors, one.levels),
            one.runs,
            *one.counts,
            one.lost.share,
            interval(one.lost.low, one.lost.high),
        ]
        for one in loss.conditions
    ]
    by = ", ".join(loss.factors) or "all runs"
    counted = table(
        f"Lost runs by {by}; share with Wilson's 95 % interval",
        ["level", "runs", *loss.kinds, "lost", "95 %"],
        rows,
        numeric=tuple(range(1, 4 + len(loss.kinds))),
    )
    tests = [
        (one.note if one.lost else "no run is lost")
        if one.p is None
        else f"{one.kind}: p {number_text(one.p)} ({one.method}, of {count_text(one.lost, 'run')})"
        for one in loss.tests[:1]
    ]
    return Markup(counted + paragraph("Do losses depend on it? ", "; ".join(tests), css="meta"))


def models_part(inputs: ReportInputs, canary: Sequence[Sequence[CanaryAnswer]]) -> Markup:
    """Models, tokens, cost, and what they answered to the canary.

    Args:
        canary: of each sweep, the answers in their order.
    """
    rows: list[list[Cell]] = [
        [one.name, "; ".join(sorted(one.served)), one.calls, one.prompt_tokens, one.completion_tokens,
         "no price is known" if one.cost is None else dollars_text(one.cost)]
        for one in inputs.models
    ]  # fmt: skip
    if not rows:
        return part("models", "Models and cost", "", paragraph("No call of a model is kept with these runs."))
    head = ["model", "what answered", "calls", "prompt tokens", "completion tokens", "cost"]
    listed = table("All calls of runs that were begun; tokens as servers count them", head, rows, numeric=(2, 3, 4, 5))
    return part(
        "models",
        "Models and cost",
        f"{sum(one.calls for one in inputs.models):,} calls",
        listed,
        *_hardware_notes(inputs.models),
        *_server_notes(inputs.models),
        *(one for answers in canary for one in _canary_notes(answers)),
    )


def _canary_notes(answers: Sequence[CanaryAnswer]) -> list[Markup]:
    """What hosted models answered to the fixed question of a sweep, and where that changed."""
    if not answers:
        return []
    rows: list[list[Cell]] = [
        [one.model, one.moment, f"{one.finished} of {one.planned}", minute_text(one.at),
         ", ".join(filter(None, (one.served_model, one.fingerprint))) or "not said", one.text,
         "no price is known" if one.cost is None else dollars_text(one.cost)]
        for one in answers
    ]  # fmt: skip
    head = ["model", "moment", "runs finished", "asked (UTC)", "what answered", "answer", "cost"]
    changes = [paragraph(f"{one[:1].upper()}{one[1:]}.", css="alert") for one in change_texts(answers)]
    same = [paragraph(f"{one[:1].upper()}{one[1:]}.") for one in same_texts(answers)]
    return [table("One fixed question to hosted models (no message of an agent)", head, rows), *changes, *same]


def _hardware_notes(models: Sequence[ModelUse]) -> list[Markup]:
    """On which hardware each model was played, and which models never on the same."""
    known = {one.name: one.hardware for one in models if one.hardware}
    if not known:
        return []
    rows: list[list[Cell]] = [
        [name, kind, calls] for name, of_model in known.items() for kind, calls in sorted(of_model.items())
    ]
    listed = table("Calls by kind of hardware, where it is known", ["model", "hardware", "calls"], rows, numeric=(2,))
    apart = [f"{one} and {other}" for one, other in models_apart(known)]
    if not apart:
        return [listed]
    more = f"; and {len(apart) - _MOST_PAIRS} further pairs" if len(apart) > _MOST_PAIRS else ""
    return [
        listed,
        paragraph(f"Played on different hardware: {'; '.join(apart[:_MOST_PAIRS])}{more}. Model and hardware are "
                  "confounded there: what differs between these models may come from the hardware.", css="alert"),
    ]  # fmt: skip


def _server_notes(models: Sequence[ModelUse]) -> list[Markup]:
    """Says of which models no server answered both, so that a model goes with a server."""
    known = [one for one in models if one.servers]
    apart = [f"{one.name} and {other.name}" for one, other in combinations(known, 2)
             if one.servers.isdisjoint(other.servers)]  # fmt: skip
    if not apart:
        return []
    more = f"; and {len(apart) - _MOST_PAIRS} further pairs" if len(apart) > _MOST_PAIRS else ""
    pairs = "; ".join(apart[:_MOST_PAIRS])
    return [
        paragraph(f"No server answered both of: {pairs}{more}. What differs between them may come from the servers and "
                  "their hardware, too.", css="alert")
    ]  # fmt: skip


def passages_part(passages: tuple[Passage, ...], pages: TranscriptPages | None) -> Markup:
    """The ends of three runs.

    Args:
        pages: the transcripts beside the report, to which they link; without them the command that shows a run.
    """
    if not passages:
        return part("passages", "Passages", "", paragraph("No outcome differs between runs that have messages."))
    content = [
        paragraph(f"The last messages of the runs that stand highest, in the middle and lowest in "
                  f"{passages[0].outcome}; the choice is the numbers'.", css="meta")
    ]  # fmt: skip
    for one in passages:
        turns = "".join(
            f'<div class="turn"><p class="meta"><bdi>{text(m.speaker)}</bdi> · <bdi>{text(m.role)}</bdi> · '
            f"{link(m.place, pages.link(m.address) if pages else None)}</p>"
            f'<blockquote class="voice clip" dir="auto">{text(m.content[:4000])}</blockquote></div>'
            for m in one.messages
        )
        head = f"{one.which}: {number_text(one.value)}"
        where = f"{one.condition} · last {len(one.messages)} of {one.length} messages"
        run = link(f"run {one.run[:12]}", pages.link(f"/runs/{one.run}") if pages else None)
        command = "" if pages else f"; <code>sociarium show {text(one.run[:12])}</code>"
        content.append(Markup(f'<h3>{text(head)}</h3><p class="meta">{run} · {text(where)}{command}</p>{turns}'))
    if pages:
        indexes = [link(name, path) for name, path in pages.indexes.items()]
        content.append(Markup(f"<p>All transcripts: {', '.join(indexes)}.</p>"))
    return part("passages", "Passages", passages[0].outcome, *content)
