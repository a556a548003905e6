"""What is said of runs that were played by older rules: at the end of a start, and by `status`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sociarium.cli.display.command_hints import pasteable
from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.sanitize import one_line
from sociarium.records.plans import SweepRecord
from sociarium.runner.library.older_protocols import Doubts, run_names
from sociarium.runner.library.status import SweepStatus


def older_protocol_messages(sweep: SweepRecord, tally: SweepStatus, doubts: Doubts, *, protocol: int) -> list[str]:
    """In prose, with the commands that mend it; empty where all runs are of one set of rules.

    Args:
        protocol: by which this version plays the sweep.
    """
    lines = []
    resume = ("resume", sweep.id[:8])
    if tally.old:
        rules = ", ".join(str(number) for number in sorted({one.protocol for one in tally.old}))
        lines.append(
            f"{_runs(len(tally.old))} finished under other rules (protocol {rules}; this version plays by {protocol}): "
            f"do not pool them with the others. `{pasteable(*resume, '--replace', 'older')}` plays them anew."
        )
    if doubts.messages:
        count, copies = len(doubts.messages), sum(doubts.messages.values())
        lines.append(
            f"{_runs(count)} of them {one_or_many(count, 'is', 'are')} in doubt: one agent spoke twice running, and "
            f"{count_text(copies, 'message')} may be words that no agent said ({run_names(doubts.messages)}). "
            f"`{pasteable(*resume, '--replace', 'doubtful')}` plays {_them(count)} anew."
        )
    if doubts.unchecked:
        lines.append(f"{doubts.unchecked} more of them were not looked at; that command looks at all.")
    if tally.old_unfinished:
        count = len(tally.old_unfinished)
        options = ("--restart", "--retry-failed") if tally.old_failed else ("--restart",)
        lines.append(
            f"{_runs(count)} began under other rules and did not finish: left alone, for they cannot go on under "
            f"these. `{pasteable(*resume, *options)}` plays {_them(count)} anew, and takes away what was said so far; "
            "what others began it leaves to them."
        )
    return lines


def left_to_others_messages(sweep: SweepRecord, left: Mapping[str, str]) -> list[str]:
    """Which runs a restart left as they are, with what mends it.

    Args:
        left: run -> who began it.
    """
    lines = []
    for who in dict.fromkeys(left.values()):
        runs = [run for run, beginner in left.items() if beginner == who]
        them, whom = _them(len(runs)), one_line(who)
        lines.append(
            f"{_runs(len(runs))} ({run_names(runs)}) stayed unchanged: {whom} began {them}, and only who began a run "
            f"may have it begun anew. Ask {whom} for `{pasteable('resume', sweep.id[:8], '--restart')}`, or make the "
            f"experiment your own with `{pasteable('duplicate', sweep.experiment[:12])}` and run that."
        )
    return lines


def as_dict(tally: SweepStatus, doubts: Doubts, *, protocol: int) -> dict[str, Any]:
    """As `status --json` prints it."""
    return {
        "protocol": protocol,
        "finished": len(tally.old),
        "unfinished": len(tally.old_unfinished),
        "doubtful": [{"run": run, "messages": count} for run, count in doubts.messages.items()],
        "unchecked": doubts.unchecked,
    }


def _runs(count: int) -> str:
    return count_text(count, "run")


def _them(count: int) -> str:
    return "it" if count == 1 else "them"
