"""Interviews from Python: agents of runs are asked at a moment, beside the run; and what was asked so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

from sociarium.api.html import html_table
from sociarium.api.interviewing import (
    ask_in_sitting,
    ask_in_sweep,
    find_interview_target,
    open_sitting,
    refuse_unpriced_questions,
)
from sociarium.api.keywords import AskKeywords, read_keywords
from sociarium.api.stores import StoreAddress, store_at
from sociarium.api.targets import RunOrSweep, id_text, run_ids
from sociarium.bootstrap import open_prices
from sociarium.config import load as load_config
from sociarium.exchange.interviews import interview_document
from sociarium.experiment.answer_form import read_answer_form
from sociarium.records.interviews import LABEL
from sociarium.records.interviews import Interview as InterviewRecord
from sociarium.runner.interviews.questions import AgentQuestion
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.start import SweepPorts


@dataclass(frozen=True, slots=True)
class Interview:
    """What an agent answered who was asked after the run: no evidence of why it acted so.

    Attributes:
        id: names it among those of its run.
        answer: as read: a number or one of the choices, or the words where free text was asked for; None where the
            reply holds no such answer.
        text: of the reply, as it came.
        provider_model: what was asked, such as `openai:gpt-4.1-mini`; other_model: not what played the agent.
        cost_usd: None where no price is known.
        by: who asked. asked: when, UTC, ISO 8601.
    """

    run: str
    id: str
    agent: str
    at: str
    question: str
    answer: str | int | None
    text: str
    flags: tuple[str, ...]
    model: str
    provider_model: str
    other_model: bool
    cost_usd: float | None
    by: str
    asked: str


class Interviews(list[Interview]):
    """Interviews in a list that a notebook shows as a table.

    Attributes:
        left_out: of a sweep, finished runs in which nobody could be asked so -> why.
        failed: of a sweep, runs in which nobody answered -> why.
        stopped: why asking stopped before all were asked; empty where it did not.
        warnings: what is to be said of who answered.
    """

    left_out: Mapping[str, str] = {}
    failed: Mapping[str, str] = {}
    stopped: str = ""
    warnings: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        head = ("run", "agent", "at", "question", "answer", "model", f"interviews: {LABEL}")
        rows = (
            (one.run[:12], one.agent, one.at, one.question, one.answer, one.model,
             "another model's reading" if one.other_model else "")
            for one in self
        )  # fmt: skip
        return html_table(rows, head=head)


def ask(
    target: RunOrSweep,
    *,
    agent: str,
    at: str | int,
    question: str,
    answer: str | None = None,
    model: str | None = None,
    store: StoreAddress = None,
    **options: Unpack[AskKeywords],
) -> Interviews:
    """Ask an agent of a run, or agents of every finished run of a sweep, at a moment; runs stay as they are.

    The agent is sent what the run sent it at that moment, and the question. In a sweep the same question with the same
    model is asked once: a repeated call asks only where an answer lacks, and returns all.

    Args:
        target: a run or sweep, or the beginning of its id.
        agent: a name, its number, a handle, or `role:guard`: of a run the only one, of a sweep's runs all of that role.
        at: `day2/turn7` or a number of messages in a conversation, `day3` or a number of days in a feed, or `end`.
        answer: its form: a scale such as `0-10`, or choices such as `yes,no,unsure`; free text without one.
        model: another one than played the agent: a name of the file, or `NAME=PROVIDER:MODEL`.
        options: concurrency, max_cost, max_tokens, max_time, pull, observer: as of `run`.

    Raises:
        NotFound, Ambiguous: nothing or nobody is meant, or several.
        BadInput: there is no such moment, form or model, the question is blank, or the run has not come there.
        NoJournal, OtherRules, Divergence: the run cannot be stood in again.
        SetupError, ModelError: the model cannot be asked, or of a run: did not answer.
        StoreUnavailable: the store stayed away.
        TypeError: there is no such option.
    """
    config = load_config()
    played, observer = read_keywords(options, lease=config.lease, known=AskKeywords)
    form = read_answer_form(answer)
    with store_at(store) as opened:
        chosen = find_interview_target(opened, id_text(target), model)
        refuse_unpriced_questions(chosen, played, option="max_cost")
        asked = AgentQuestion(agent, str(at), question, form, chosen.other)
        ports = SweepPorts(observer=observer, prices=open_prices())
        if chosen.run is None:
            result, _ = finish(ask_in_sweep(opened, chosen, asked, ports, config=config, options=played))
            answers = Interviews(_row(one) for some in result.answers.values() for one in some)
            answers.left_out, answers.failed = result.left_out, result.failed
            answers.stopped, answers.warnings = ports.stop.message, tuple(result.warnings)
            return answers

        async def ask_once() -> Interviews:
            async with open_sitting(opened, chosen, agent, str(at), ports, config=config, options=played) as sitting:
                answered = await ask_in_sitting(sitting, question, form)
            answers = Interviews([_row(answered.interview)])
            answers.warnings = answered.warnings
            return answers

        return finish(ask_once())


def interviews(target: RunOrSweep, *, store: StoreAddress = None) -> Interviews:
    """What agents of a run, or of all runs of a sweep, were asked so far, run by run, in the order of asking.

    Args:
        target: a run or sweep, or the beginning of its id.

    Raises:
        NotFound, Ambiguous: there is none, or several.
    """
    with store_at(store) as opened:
        runs = run_ids(opened, target)
        position = {run: number for number, run in enumerate(runs)}
        records = sorted(opened.interviews_of(runs), key=lambda one: position[one.run])
        return Interviews(map(_row, records))


def _row(record: InterviewRecord) -> Interview:
    document: dict[str, Any] = interview_document(record)
    return Interview(
        run=record.run,
        id=record.id,
        agent=record.agent,
        at=record.at,
        question=record.question,
        answer=document["answer"],
        text=record.text,
        flags=record.flags,
        model=record.model,
        provider_model=record.provider_model,
        other_model=record.other_model,
        cost_usd=record.cost,
        by=record.by,
        asked=record.asked,
    )
