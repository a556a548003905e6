"""Rubrics put to judges in this process, by models that tests give."""

from __future__ import annotations

from sociarium.experiment.models import Price
from sociarium.experiment.rubric import Rubric, read_rubric
from sociarium.ports.model import Model
from sociarium.ports.store import Store
from sociarium.providers.offline import Offline
from sociarium.runner.interviews.open import open_interviewer
from sociarium.runner.judging.judge import Judged, judge_runs
from sociarium.runner.models.budget import Bounds
from sociarium.runner.models.router import RouteSpec
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.start import SweepPorts
from tests.support.interviewed import ports

RUBRIC = """\
name: tone
of: {of}
question: How friendly is it?
answer: {answer}
context: {context}
repeats: {repeats}
models: {models}
"""


def rubric(
    *,
    of: str = "message",
    answer: str = "{from: 1, to: 5}",
    context: int = 0,
    repeats: int = 1,
    models: str = "{one: {provider: offline}}",
) -> Rubric:
    """A rubric of few words."""
    fields = {"of": of, "answer": answer, "context": str(context), "repeats": str(repeats), "models": models}
    text = RUBRIC
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", value)
    return read_rubric(text, "tone.yaml")


def judge_in_process(
    store: Store,
    asked: Rubric,
    runs: list[str],
    *,
    model: Model | None = None,
    tokens: int | None = None,
    start: SweepPorts | None = None,
    concurrency: int = 3,
) -> Judged:
    """Put a rubric to one model, which plays all of its judges.

    Args:
        tokens: after which nothing new is asked.
    """

    async def work() -> Judged:
        routes = {name: [RouteSpec(model or Offline(), "server")] for name in asked.models}
        prices = dict.fromkeys(routes, Price(input=1.0, output=2.0))
        opening = open_interviewer(store, routes, prices, start or ports(), by="eve", bounds=Bounds(tokens=tokens))
        async with opening as interviewer:
            return await judge_runs(interviewer, asked, runs, concurrency=concurrency, progress=lambda _count: None)

    return finish(work())
