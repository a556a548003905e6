"""Acting in a feed while it is played: drafts of a person's model."""

from __future__ import annotations

from sociarium.api.keywords import SilentObserver
from sociarium.bootstrap import ServingOptions, open_models
from sociarium.config import Config
from sociarium.ports.model import ServedReply
from sociarium.runner.interviews.open import open_router
from sociarium.runner.models.retry_policy import RetryPolicy
from sociarium.runner.run.drafting import DraftWish
from sociarium.runner.sweep.start import SweepPorts

WHO_WAITS = RetryPolicy(longest_patience=60.0)
"""Somebody sits there and waits for the draft, so that a server that is away is given a minute and no hour."""


async def ask_for_draft(wish: DraftWish, config: Config, ports: SweepPorts | None = None) -> ServedReply:
    """Ask a person's model for a draft, as a run asks: again where a server fails, and all servers that have it.

    Args:
        ports: whose patience counts; by default nobody listens, and `WHO_WAITS` is how long a server is waited for.

    Raises:
        SetupError, Misconfigured: the model cannot be served here.
        ModelError: it did not answer, for good.
    """
    routes = open_models(wish.definition, [wish.model], ServingOptions(config, pull=False))
    ports = ports or SweepPorts(observer=SilentObserver(), retry_policy=WHO_WAITS)
    async with open_router(routes, ports) as router:
        served, _ = await router.ask(wish.run, wish.request)
    return served
