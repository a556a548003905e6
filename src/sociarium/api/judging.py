"""Judges from commands and notebooks: what is judged, by whom, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from loguru import logger

from sociarium.api.html import html_table
from sociarium.api.interviewing import ready_interviewer
from sociarium.api.keywords import AskKeywords, read_keywords
from sociarium.api.preparation import refuse_unpriced_models
from sociarium.api.stores import StoreAddress, store_at
from sociarium.api.targets import RunOrSweep, id_text
from sociarium.bootstrap import open_prices
from sociarium.config import Config
from sociarium.config import load as load_config
from sociarium.errors import BadInput
from sociarium.exchange.definition_files import with_models
from sociarium.exchange.judgements import mark_of
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import RunAccount, table_source
from sociarium.exchange.targets import selection
from sociarium.experiment.rubric import Rubric, read_rubric
from sociarium.ports.prices import may_cost_money
from sociarium.ports.store import Store
from sociarium.records.judgements import JUDGE
from sociarium.records.runs import RunState
from sociarium.runner.judging.judge import Judged, judge_runs
from sociarium.runner.judging.records import judges_of, save_rubric, validations
from sociarium.runner.models.budget import Spending
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.start import SweepPorts


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judging came to.

    Attributes:
        experiment: its id.
        measure: under which the answers are a measure.
        judged: answers, counted.
        account: which runs went in, and why others did not: finished ones alone are judged.
        stopped: why it stopped before all was judged; empty where it did not.
        offline: whether the answers are stand-ins.
        mark: what is to be said of the numbers wherever they show.
    """

    experiment: str
    title: str
    measure: str
    version: str
    judged: Judged
    account: RunAccount
    spending: Spending
    stopped: str
    offline: bool
    mark: str

    def _repr_html_(self) -> str:
        rows = [
            ("measure", self.measure), ("asked now", self.judged.asked), ("from the store", self.judged.cached),
            ("without an answer", self.judged.missing.total()), ("failed", self.judged.failed.total()),
            ("cost_usd", self.spending.cost_usd), ("stopped", self.stopped),
        ]  # fmt: skip
        return html_table(rows)


def load_rubric(path: Path, *, models: Sequence[str] = (), repeats: int | None = None) -> Rubric:
    """A rubric from its file, with some of its models played by others, or asked more often.

    Raises:
        BadInput: the file cannot be read, or a model names none of it.
        DefinitionError: it has faults.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the rubric {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    rubric = read_rubric(text, str(path))
    if models:
        rubric = rubric.model_copy(update={"models": with_models(rubric.as_definition(), models).models})
    if (person := next((name for name, one in rubric.models.items() if one.provider == "person"), None)) is not None:
        raise BadInput(f"the judge {person!r} is a person; people label by codebooks, and models judge by rubrics")
    return rubric if repeats is None else rubric.model_copy(update={"repeats": repeats})


def costs_money(rubric: Rubric) -> bool:
    """Whether one of its models may cost money."""
    return may_cost_money(rubric.models.values())


async def judge_target(
    store: Store,
    target: str,
    rubric: Rubric,
    ports: SweepPorts,
    options: PlayOptions,
    *,
    config: Config,
    progress: Callable[[int], None] = lambda _count: None,
) -> Judgement:
    """Put a rubric to its models about the finished runs that a text names, where an answer lacks.

    Raises:
        NotFound, Ambiguous: the target names nothing, or things of two kinds.
        BadInput: other words stand under the rubric's name and version; a bound on the cost is set and a price lacks.
        SetupError, Misconfigured: a model cannot be asked.
        StoreUnavailable: the store stayed away.
    """
    definition, names = rubric.as_definition(), list(rubric.models)
    if options.max_cost is not None:
        refuse_unpriced_models(definition, names, option="max_cost")
    chosen = selection(store, target, creator=config.creator)
    source = table_source(store, chosen, RunFilter(RunState.DONE))
    runs = [slot.status.run for _, slot in chosen.runs(store, source.run_filter)]
    async with ready_interviewer(store, definition, names, ports, config=config, options=options) as interviewer:
        save_rubric(store, chosen.experiment.id, rubric, creator=config.creator, now=ports.clock.now())
        judged = await judge_runs(interviewer, rubric, runs, concurrency=options.concurrency, progress=progress)
    logger.info("{} put the rubric {} to {}, named {!r}: {} answers, {} stood before, {} of both not valid, {} failed",
                config.creator, rubric.name, chosen.log_name, target, judged.asked, judged.cached,
                judged.missing.total(), judged.failed.total())  # fmt: skip
    name, validated = f"{JUDGE}{rubric.name}", validations(store, chosen.experiment.id)
    mark = mark_of(name, rubric.digest, judges_of(rubric), validated)
    offline = all(one.provider == "offline" for one in rubric.models.values())
    return Judgement(
        chosen.experiment.id,
        chosen.experiment.title, name, rubric.digest, judged, source.account(),
        interviewer.spending, ports.stop.message, offline, mark,
    )  # fmt: skip


def judge(
    target: RunOrSweep,
    rubric: str | Path,
    *,
    models: Sequence[str] = (),
    repeats: int | None = None,
    store: StoreAddress = None,
    **options: Unpack[AskKeywords],
) -> Judgement:
    """Put a rubric to its models about finished runs, where an answer lacks; the table `measures` has the values.

    Args:
        target: an experiment's title or id, or a sweep or run, or the beginning of its id.
        rubric: its file.
        models: play one of its models by another, `NAME=PROVIDER:MODEL`.
        options: concurrency, max_cost, max_tokens, max_time, pull, observer: as of `run`.

    Raises:
        NotFound, Ambiguous, BadInput, SetupError, ModelError, StoreUnavailable: as the command says.
        TypeError: there is no such option.
    """
    config = load_config()
    played, observer = read_keywords(options, lease=config.lease, known=AskKeywords)
    chosen = load_rubric(Path(rubric), models=models, repeats=repeats)
    ports = SweepPorts(observer=observer, prices=open_prices())
    with store_at(store) as opened:
        return finish(judge_target(opened, id_text(target), chosen, ports, played, config=config))
