"""Put a rubric to judges: every text that has no answer yet, until all have or the switch says stop."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from loguru import logger

from sociarium.environments.judging import JudgedText, ask_judge
from sociarium.environments.probes import ReadAnswer, answer, flags
from sociarium.environments.requests import AskResult, RunEnded
from sociarium.errors import EndpointUnavailable, ModelError, RateLimited, StoreError
from sociarium.experiment.rng import Draws
from sociarium.experiment.rubric import Rubric
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ModelReply, ModelRequest, ServedReply
from sociarium.ports.observer import CallDone
from sociarium.records.events import SPOKEN, Event
from sociarium.records.judgements import JUDGE, judgement_version
from sociarium.records.labels import MISSING, WHOLE_RUN, Measure
from sociarium.runner.interviews.interviewer import Interviewer
from sociarium.runner.interviews.questions import provider_model
from sociarium.runner.run import journal_codec
from sociarium.runner.workers.shutdown import WorkStopped

_RUNS_AT_ONCE = 20
_SEEDS = 2**31
_WHY = {"refused": "refused by the model", "context_cut": "longer than the model takes", "invalid": "no valid answer"}


@dataclass(slots=True)
class Judged:
    """What judging came to, in answers: texts by judges by repeats.

    Attributes:
        asked: answered now; `cached` stood in the store.
        missing: why an answer is none -> how many, of now and before.
        failed: why a judge did not answer -> how many; they are asked again the next time.
        empty: texts without words, which nobody is asked about.
    """

    asked: int = 0
    cached: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    empty: int = 0

    def add(self, value: Mapping[str, Any]) -> None:
        """Count why an answer is none, where it is."""
        if value.get(MISSING) is not None:
            self.missing[str(value[MISSING])] += 1


@dataclass(frozen=True, slots=True)
class _Task:
    run: str
    subject: str
    text: JudgedText
    model: str
    version: str
    repeat: int

    @property
    def asker(self) -> str:
        """Who asks, to the router: texts are asked about each for itself."""
        return f"{self.run}/{self.subject}/{self.version}"


async def judge_runs(
    interviewer: Interviewer, rubric: Rubric, runs: Sequence[str], *, concurrency: int, progress: Callable[[int], None]
) -> Judged:
    """Ask each model of a rubric about each text of some runs, where it has no answer yet; each is kept as it comes.

    Args:
        runs: that are finished.
        concurrency: calls under way at once.
        progress: told how many answers stand.

    Raises:
        StoreUnavailable: the store stayed away.
        StoreError: an answer could not be kept.
    """
    return await _Judging(interviewer, rubric, progress).work(runs, concurrency)


def judged_texts(rubric: Rubric, events: Sequence[Event]) -> Iterator[tuple[str, JudgedText]]:
    """The texts of a run that a rubric is about, by the names under which answers are kept."""
    spoken = [one for one in events if one.happening.kind in SPOKEN and one.happening.data.get("kind") != "repost"]
    if rubric.of == "run":
        if spoken:
            yield WHOLE_RUN, JudgedText(tuple(map(_line, spoken)), is_run=True)
        return
    for place, one in enumerate(spoken):
        if rubric.of == "message" or one.happening.kind == "post":
            yield one.key, JudgedText(tuple(map(_line, spoken[max(0, place - rubric.context) : place + 1])))


def _line(event: Event) -> tuple[str, str]:
    return event.happening.author, event.happening.content


class _Judging:
    def __init__(self, interviewer: Interviewer, rubric: Rubric, progress: Callable[[int], None]) -> None:
        self._interviewer = interviewer
        self._rubric = rubric
        self._progress = progress
        self._name = f"{JUDGE}{rubric.name}"
        self._contents = {
            name: ModelContent(provider=spec.provider, model=spec.model, options=spec.options)
            for name, spec in rubric.models.items()
        }
        self._result = Judged()
        self._failure: BaseException | None = None

    async def work(self, runs: Sequence[str], concurrency: int) -> Judged:
        tasks = self._tasks(runs)
        turn = asyncio.Lock()
        workers = [asyncio.create_task(self._take(tasks, turn)) for _ in range(concurrency)]
        ending = asyncio.create_task(self._interviewer.stop.at_once.wait())
        working = asyncio.ensure_future(asyncio.gather(*workers, return_exceptions=True))
        await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        for worker in workers:
            worker.cancel()
        await working
        await tasks.aclose()
        if self._failure is not None:
            raise self._failure
        return self._result

    async def _take(self, tasks: AsyncGenerator[_Task, None], turn: asyncio.Lock) -> None:
        while not self._interviewer.stop.draining.is_set():
            try:
                async with turn:
                    task = await anext(tasks, None)
            except Exception as error:  # noqa: BLE001  # raised when the others have ended
                self._fail(error)
                return
            if task is None:
                return
            await self._run(task)

    async def _tasks(self, runs: Sequence[str]) -> AsyncGenerator[_Task, None]:
        """What has no answer yet, by run; one batch of runs is looked at when the one before is given out."""
        retry, store = self._interviewer.store_retry, self._interviewer.store
        for start in range(0, len(runs), _RUNS_AT_ONCE):
            batch = runs[start : start + _RUNS_AT_ONCE]
            known = await retry.in_thread(partial(self._standing_answers, batch))
            for run in batch:
                events = await retry.in_thread(partial(store.events, run))
                for task in self._tasks_of(run, events, known):
                    yield task

    def _standing_answers(self, runs: Sequence[str]) -> dict[tuple[str, str, str], Any]:
        """(version, run, subject) -> the answer that stands."""
        store = self._interviewer.store
        return {
            (version, one.run, one.subject): one.value
            for version in {self._version(name, repeat) for name, repeat in self._judges()}
            for one in store.measures(self._name, version, runs)
        }

    def _tasks_of(
        self, run: str, events: Sequence[Event], known: Mapping[tuple[str, str, str], Any]
    ) -> Iterator[_Task]:
        for subject, text in judged_texts(self._rubric, events):
            if not any(words.strip() for _, words in text.lines[-1:]) and not text.is_run:
                self._result.empty += 1
                continue
            for name, repeat in self._judges():
                version = self._version(name, repeat)
                if (standing := known.get((version, run, subject))) is not None:
                    self._result.cached += 1
                    self._result.add(standing)
                    self._progress(self._result.asked + self._result.cached)
                    continue
                yield _Task(run, subject, text, name, version, repeat)

    def _judges(self) -> Iterator[tuple[str, int]]:
        return ((name, repeat) for repeat in range(1, self._rubric.repeats + 1) for name in self._contents)

    def _version(self, name: str, repeat: int) -> str:
        content = self._contents[name]
        entry = (content.provider, content.model, dict(content.options))
        return judgement_version(self._rubric.digest, entry, repeat)

    async def _run(self, task: _Task) -> None:
        stop = self._interviewer.stop
        try:
            await self._ask(task)
        except WorkStopped:
            return
        except (EndpointUnavailable, RateLimited) as error:
            stop.drain("endpoint", str(error))
        except StoreError as error:
            self._fail(error)
        except ModelError as error:
            logger.warning("{} of run {} could not be judged by {}: {}", task.subject, task.run, task.model, error)
            self._result.failed[str(error)] += 1
        except Exception as error:  # noqa: BLE001  # raised when the others have ended
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._interviewer.stop.drain("store", str(error))

    async def _ask(self, task: _Task) -> None:
        interviewer = self._interviewer
        calls = _Calls(interviewer, task)
        result: AskResult[ReadAnswer] | None = None
        key = f"judge/{self._rubric.digest}/{task.subject}/{task.repeat}"
        with suppress(RunEnded):  # the prompt does not fit: an answer that says nothing, and stays on record
            result = await ask_judge(self._contents, task.model, self._rubric, task.text, via=calls, key=key)
        value = self._value(task, calls.calls, result)
        record = Measure(self._name, task.version, task.run, task.subject, value, interviewer.clock.now())
        [kept] = await interviewer.store_retry.in_thread(lambda: interviewer.store.put_measures([record]))
        self._result.asked += 1
        self._result.add(kept.value)
        self._progress(self._result.asked + self._result.cached)
        if reached := interviewer.spending.bound_reason(interviewer.bounds):
            interviewer.stop.drain("budget", reached)

    def _value(
        self, task: _Task, calls: Sequence[tuple[ModelRequest, ServedReply, int]], result: AskResult[ReadAnswer] | None
    ) -> dict[str, Any]:
        marks = ("context_cut",) if result is None else flags(result)
        value = None if result is None else answer(result)
        reason = next((_WHY[mark] for mark in marks if mark in _WHY), "no valid answer") if value is None else None
        *former, (request, served, attempts) = calls
        costs = [self._interviewer.spending.cost_of(task.model, one.reply) for _, one, _ in calls]
        known = [cost for cost in costs if cost is not None]
        call = journal_codec.call_of(task.model, served, attempts)
        return {
            "answer": value, MISSING: reason, "judge": task.model,
            "model": provider_model(self._contents[task.model]), "repeat": task.repeat,
            "request": request.fingerprint(), "reply": journal_codec.reply_as_json(served.reply),
            "sent": dict(call.sent), "served_model": call.served_model, "digest": call.digest,
            "endpoint": call.endpoint, "seconds": call.seconds, "attempts": attempts, "flags": list(marks),
            "cost": sum(known) if len(known) == len(costs) else None, "by": self._interviewer.by,
            "former": [journal_codec.reply_as_json(one.reply) for _, one, _ in former],
        }  # fmt: skip


@dataclass(slots=True)
class _Calls:
    """Asks the router, and keeps what came of each call."""

    interviewer: Interviewer
    task: _Task
    calls: list[tuple[ModelRequest, ServedReply, int]] = field(default_factory=list)

    async def ask(self, key: str, request: ModelRequest) -> ModelReply:
        """See `Asking`; nothing is journaled."""
        interviewer = self.interviewer
        interviewer.stop.check()
        try:
            served, attempts = await interviewer.router.ask(self.task.asker, request)
        finally:
            interviewer.router.forget(self.task.asker)
        self.calls.append((request, served, attempts))
        interviewer.spending.add(request.model.name, served.reply)
        tokens = (served.reply.prompt_tokens or 0, served.reply.completion_tokens or 0)
        notice = CallDone(self.task.run, request.model.name, request.purpose, *tokens, served.seconds)
        interviewer.observer.notice(notice)
        return served.reply

    def seed(self, key: str) -> int:
        """See `Asking`: from the run and the key, which names rubric, text and repeat."""
        return Draws("seed", self.task.run, key).below(_SEEDS)
