"""Measures of what was said: computed where the store has none, for commands and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loguru import logger

from sociarium.analysis.measures.compute import MeasureCounts, compute_measures
from sociarium.analysis.measures.moderation import ModerationScores
from sociarium.analysis.measures.own import is_own, own_refusal
from sociarium.analysis.measures.registry import MEASURES, MeasureSpec, bound_to, measure_specs
from sociarium.api.html import html_table
from sociarium.api.stores import StoreAddress, store_at
from sociarium.api.targets import RunOrSweep, id_text
from sociarium.bootstrap import open_moderation, open_own_measures
from sociarium.config import load as load_config
from sociarium.errors import BadInput, SetupError
from sociarium.exchange.selection import RunFilter
from sociarium.exchange.tables.read import RunAccount, table_source
from sociarium.exchange.targets import selection
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.judgements import JUDGE
from sociarium.records.runs import RunState


@dataclass(frozen=True, slots=True)
class Measured:
    """What measuring came to.

    Attributes:
        title: of the experiment.
        measures: what became of each; see `MeasureCounts`.
        account: which runs went in, and why others did not: finished ones alone are measured.
    """

    title: str
    measures: Sequence[MeasureCounts]
    account: RunAccount

    def _repr_html_(self) -> str:
        head = ("measure", "level", "unit", "computed", "from the store", "without a value", "failed")
        rows = (
            (one.name, one.level, one.unit, one.computed, one.cached, reasons(one.missing), reasons(one.failed))
            for one in self.measures
        )
        return html_table(rows, head=head)


def reasons(counts: Mapping[str, int]) -> str:
    """Counts with what they are of, in words."""
    return ", ".join(f"{count} {reason}" for reason, count in counts.items())


def chosen_measures(
    names: Sequence[str], *, allow_code: bool, send_texts: bool = False, folders: Sequence[Path] = ()
) -> list[MeasureSpec]:
    """Measures by their names, each once; those of a researcher's own are loaded.

    Args:
        send_texts: whether texts may leave this machine, for measures that send them.

    Raises:
        BadInput: there is none of a name, or none is named; or one sends texts, which is not allowed.
        SetupError: code may not be loaded, or cannot be.
        Misconfigured: the address or key of who is sent texts cannot be used.
    """
    listed = list(dict.fromkeys(names))
    if not listed:
        raise BadInput(f"no measure is named; write --measure NAME, of {', '.join(MEASURES)}, or MODULE:FUNCTION")
    for name in listed:
        if name.startswith(JUDGE):
            raise BadInput(f"{name} is a judge's; `sociarium judge TARGET --rubric FILE` asks it")
    own = [name for name in listed if is_own(name)]
    if own and not allow_code:
        raise SetupError(own_refusal(own[0]))
    specs = {one.name: one for one in measure_specs([name for name in listed if not is_own(name)])}
    specs |= {one.name: one for one in open_own_measures(own, [*folders, Path.cwd()])}
    if sending := [one for one in specs.values() if one.sends]:
        if not send_texts:
            raise BadInput(
                f"{sending[0].name} sends the words of every message to {sending[0].sends}; where they may leave this "
                "machine, write --send-texts (in Python `send_texts=True`)"
            )
        moderated = ModerationScores(open_moderation(load_config()))
        specs |= {one.name: bound_to(one, moderated) for one in sending}
    return [specs[name] for name in listed]


def measure_target(
    store: Store,
    target: str,
    specs: Sequence[MeasureSpec],
    *,
    creator: str,
    progress: Callable[[int], None] = lambda _count: None,
) -> Measured:
    """Compute measures of the finished runs that a text names, where the store lacks them.

    Raises:
        NotFound, Ambiguous: the target names nothing, or things of two kinds.
        MissingExtra: a measure needs a library that is not here.
    """
    chosen = selection(store, target, creator=creator)
    source = table_source(store, chosen, RunFilter(RunState.DONE))

    runs = (slot.status.run for _, slot in chosen.runs(store, source.run_filter))
    counts = compute_measures(store, runs, specs, clock=SystemClock(), progress=progress)
    logger.info("{} measured {} of {}, named {!r}: {} computed, {} stood before", creator,
                ", ".join(one.name for one in counts), chosen.log_name, target,
                sum(one.computed for one in counts), sum(one.cached for one in counts))  # fmt: skip
    return Measured(chosen.experiment.title, counts, source.account())


def measure(
    target: RunOrSweep,
    *names: str,
    store: StoreAddress = None,
    allow_code: bool = False,
    send_texts: bool = False,
    folders: Sequence[Path] = (),
) -> Measured:
    """Compute measures of finished runs where the store lacks them; `table("measures", target)` has the values.

    Args:
        target: an experiment's title or id, or a sweep or run, or the beginning of its id.
        names: of docs/reference/measures.md, or `module:function` of one's own.
        allow_code: load modules of one's own; read them before where they are not yours.
        send_texts: let measures that ask a service send it the texts.
        folders: where own modules are looked for, beside the current folder and Python's path.

    Raises:
        BadInput: there is no such measure, or it may not send texts.
        ModelError: a service refuses, or does not answer.
        SetupError: code may not be loaded, or cannot be; a library is missing.
        NotFound, Ambiguous: the target names nothing, or things of two kinds.
    """
    specs = chosen_measures(names, allow_code=allow_code, send_texts=send_texts, folders=folders)
    with store_at(store) as opened:
        return measure_target(opened, id_text(target), specs, creator=load_config().creator)
