"""What one does with runs that were played: what is left of them, and what can be seen of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sociarium.cli.command_names import COMMANDS
from sociarium.cli.hub.ceiling import ask_ceiling
from sociarium.cli.hub.export import export
from sociarium.cli.hub.moments import entries_for_moments, stand_in_moment
from sociarium.cli.hub.runs import read_command, read_one
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.wizard.context import WizardContext
from sociarium.editing.drafts import Draft
from sociarium.experiment.document import to_tree
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.older_protocols import doubts, protocol_of_sweep
from sociarium.runner.library.status import sweep_status
from sociarium.runner.models.silent_models import Silence
from sociarium.runner.sweep.save import StartedSweep, reopen
from sociarium.runner.workers.process import this_worker

_RESULTS, _READ, _BROWSER, _EXPORT, _DUPLICATE, _PAGE = "results", "read", "browser", "export", "duplicate", "page"


@dataclass(frozen=True, slots=True)
class Continuation:
    """A way to go on with a sweep.

    Attributes:
        words: as a list offers it.
        options: of the command that does it.
        asks: whether the command has a question of its own.
    """

    words: str
    options: tuple[str, ...] = ()
    asks: bool = False


def continuations(context: WizardContext, sweep: SweepRecord) -> list[Continuation]:
    """How a sweep can go on; nothing where all of it is done."""
    with context.store() as store:
        protocol = protocol_of_sweep(store, sweep)
        status = sweep_status(store, sweep, me=this_worker(), protocol=protocol)
        doubtful = len(doubts(store, sweep, status.old).messages)
    counts, silence = status.counts, Silence(allow=False)
    silence.before(status.faults)
    left = counts.pending + counts.running - (len(status.old_unfinished) - status.old_failed)
    ways = []
    if silence.paused and left:
        names = ", ".join(silence.paused)
        ways.append(Continuation(f"Go on, although {names} said nothing so far ({left} left)", ("--allow-empty",)))
    elif left:
        ways.append(Continuation(f"Go on with the {left} that are left"))
    if counts.failed:
        ways.append(Continuation(f"Try the {counts.failed} failed again", ("--retry-failed",)))
    if status.old_unfinished:
        words = f"Play the {len(status.old_unfinished)} unfinished of older rules from their beginning"
        ways.append(Continuation(words, ("--restart", "--retry-failed")))
    if doubtful:
        words = f"Play anew the {doubtful} in which one agent spoke twice running, under older rules"
        ways.append(Continuation(words, ("--replace", "doubtful"), asks=True))
    if status.old:
        words = f"Play anew all {len(status.old)} finished ones of older rules"
        ways.append(Continuation(words, ("--replace", "older"), asks=True))
    return ways


def go_on(context: WizardContext, sweep: SweepRecord, way: Continuation) -> None:
    """Go on with a sweep in one of its ways; where models cost money, only after a bound was asked for."""
    with context.store() as store:
        definition = reopen(store, sweep).definition
    bound = ask_ceiling(context, definition, sweep.name)
    if not isinstance(bound, Back):
        quietly = () if way.asks else ("--yes",)
        context.command("resume", sweep.id[:12], *way.options, *bound.options, quietly=quietly)


def ask_what_next(context: WizardContext, begun: StartedSweep, *, is_feed: bool) -> Draft | None:
    """Offer what one does with runs that were just played; returns a duplicate to go on with, if any."""
    sweep = begun.sweep.id[:12]
    while True:
        ways = continuations(context, begun.sweep)
        is_cut_short = bool(ways) and not ways[0].words.startswith("Try")
        then = context.prompts.choose("What next?", _entries(ways, is_cut_short=is_cut_short))
        match then:
            case Continuation():
                go_on(context, begun.sweep, then)
            case "results":
                read_command(context, "results", sweep)
            case "read":
                read_one(context, begun.experiment, sweep=begun.sweep.id)
            case "browser":
                # Another one may have the usual port.
                context.command("view", sweep, quietly=("--port", "0"))
            case "ask" | "fork" | "extend":
                stand_in_moment(context, begun.sweep.id, then)
            case "export":
                export(context, sweep, is_feed=is_feed)
            case "duplicate":
                return Draft(to_tree(begun.definition), origin=begun.experiment.id)
            case _:
                return None


def _entries(ways: Sequence[Continuation], *, is_cut_short: bool) -> list[TypedAnswer]:
    """What is left comes first where somebody stopped, and after the results where some failed."""
    further = [TypedAnswer(way.words, way) for way in ways]
    seen = [
        *([TypedAnswer("Results: each private question, and what was said, by condition", _RESULTS)]
          if "results" in COMMANDS else []),
        TypedAnswer("Read one", _READ),
        *([TypedAnswer("Look at them in the browser", _BROWSER)] if "view" in COMMANDS else []),
    ]  # fmt: skip
    after = [
        *entries_for_moments(of_sweep=True),
        TypedAnswer("Export them", _EXPORT),
        TypedAnswer("Duplicate the experiment, and change the copy", _DUPLICATE),
        TypedAnswer("Back to the experiment", _PAGE),
    ]
    return [*further, *seen, *after] if is_cut_short else [*seen, *further, *after]
