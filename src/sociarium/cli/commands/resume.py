"""SWEEP is the beginning of a sweep's id; without it the sweep that is played now, else your latest, which is said.
Anyone may go on with a sweep; who ran each run is kept.

--replace plays finished runs of older rules anew: `doubtful` those in which one agent spoke twice running, so that some
words in them may be no agent's; `older` all. What they hold is taken away, after a question or with --yes: export an
archive before."""

from __future__ import annotations

from functools import partial

import typer

from sociarium.api.preparation import refuse_unpriced
from sociarium.bootstrap import open_store
from sociarium.cli.commands.play_options import DetachOption, PlayFlags, ReplaceOption, with_play_flags
from sociarium.cli.detach import play_in_background, refuse_background
from sociarium.cli.display.meant_sweep import say_which
from sociarium.cli.display.output import print_json
from sociarium.cli.display.ownership import notice, resumed_message
from sociarium.cli.logs import session_log
from sociarium.cli.options import JsonOption, MeantSweepArgument, StoreOption
from sociarium.cli.pilot import play_after_pilot
from sociarium.cli.play_session import confirm_cost, refuse_misconfigured
from sociarium.cli.replace_runs import confirm_replacement
from sociarium.config import load
from sociarium.ports.store import Store
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.played_now import find_meant_sweep
from sociarium.runner.library.status import counts
from sociarium.runner.library.steering import refuse_paused
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.save import reopen
from sociarium.runner.workers.process import this_worker


@with_play_flags
def command(
    sweep: MeantSweepArgument = None,
    *,
    replace: ReplaceOption = None,
    flags: PlayFlags,
    detach: DetachOption = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    config = load()
    request = flags.request(config, as_json=as_json)
    opened = open_store(store or config.store_url, create=False)
    try:
        meant = find_meant_sweep(opened, sweep, creator=config.creator)
        say_which(opened, meant, command="resume", me=config.creator)
        begun = reopen(opened, meant.sweep)
        refuse_paused(begun.sweep, opened.orders(begun.sweep.id))
        if request.options.max_cost is not None:
            refuse_unpriced(begun.definition, begun.sweep.name, option="--max-cost")
        if begun.sweep.creator != config.creator:
            notice(resumed_message(begun.sweep, begun.experiment.title, config.creator))
        if detach:
            refuse_background(begun.definition, begun.sweep.name, request)
        take_away = replace and confirm_replacement(opened, begun, replace, creator=config.creator, yes=request.yes)
        left = partial(_count_left, opened, begun.sweep, request.options)
        if (replace and not take_away) or not confirm_cost(begun.definition, begun.sweep.name, request, left=left):
            raise typer.Exit(0)
        refuse_misconfigured(begun.definition, begun.sweep.name, config, request, rankers=begun.rankers)
        log = session_log("resume")
        # Only now: what is taken away can be played anew.
        replaced = {"replaced": take_away()} if take_away else {}
        if detach:
            code = play_in_background(opened, begun, flags.words(), command="resume", url=store, as_json=as_json)
        else:
            code = play_after_pilot(
                opened, begun, config, request, log=log, tell=lambda document: print_json(document | replaced)
            )
    finally:
        opened.close()
    raise typer.Exit(code)


def _count_left(store: Store, sweep: SweepRecord, options: PlayOptions) -> int:
    """Runs that a start plays, as far as they stand: failed ones where they are tried again."""
    standing = counts(store, sweep, me=this_worker())
    return standing.left + (standing.failed if options.retry_failed else 0)
