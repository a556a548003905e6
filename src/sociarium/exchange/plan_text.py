"""What a plan comes to, in the words of screens and pages."""

from __future__ import annotations

from sociarium.count_text import count_text
from sociarium.exchange.quantity_text import duration, number
from sociarium.runner.planning.duration import Range
from sociarium.runner.planning.plan import Plan


def between(ends: Range) -> str:
    """One count where it is known, else `12 to 40`."""
    low, high = ends
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def runs_text(plan: Plan) -> str:
    """`4 conditions x 2 replicates = 8 runs`, with how many are shared."""
    shared = plan.conditions * plan.replicates - plan.runs
    parts = ((plan.conditions, "condition"), (plan.replicates, "replicate"), (plan.runs, "run"))
    conditions, replicates, total = (count_text(count, what) for count, what in parts)
    runs = f"{conditions} x {replicates} = {total}"
    return f"{runs} ({number(shared)} shared)" if shared else runs


def calls_text(plan: Plan) -> str:
    """`40 to 60 (40 agent, 0 to 20 probe)`; `none` where no model is asked."""
    calls = ", ".join(f"{between(ends)} {kind}" for kind, ends in plan.calls_range.items() if ends[1])
    lows, highs = (sum(ends[at] for ends in plan.calls_range.values()) for at in (0, 1))
    return f"{between((lows, highs))} ({calls})" if calls else "none"


def tokens_text(plan: Plan) -> str:
    """Tokens of prompts and of replies."""
    return f"{between(plan.tokens['prompt'])} in, {between(plan.tokens['completion'])} out"


def cost_text(plan: Plan) -> str:
    """US dollars, or why they are not known."""
    if plan.cost_usd is None:
        return "unknown: a model has no price; write one, or pip install 'sociarium[prices]' for the usual ones"
    return "nothing" if not any(plan.cost_usd) else f"{plan.cost_usd[0]:.2f} to {plan.cost_usd[1]:.2f} USD"


def duration_text(plan: Plan) -> str:
    """From fast models to slow ones."""
    return f"{' to '.join(dict.fromkeys(map(duration, plan.seconds)))}, by how fast the models are"


def measured_text(plan: Plan) -> str:
    """By what tokens, cost and time are told; empty where they are assumed."""
    if not plan.measured:
        return ""
    assumed = f"; nothing is measured yet of {', '.join(plan.assumed)}" if plan.assumed else ""
    return f"tokens, cost and duration, by {count_text(plan.measured, 'finished run')}{assumed}"
