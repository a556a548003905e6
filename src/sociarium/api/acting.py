"""Acting in a feed while it is played: drafts of a person's model."""

from __future__ import annotations

from dataclasses import replace

from sociarium.bootstrap import ServingOptions, open_models
from sociarium.config import Config
from sociarium.ports.model import ServedReply, whole_turn
from sociarium.runner.run.drafting import DraftWish


async def ask_for_draft(wish: DraftWish, config: Config) -> ServedReply:
    """Ask a person's model for a draft, once, at the first of its servers.

    Raises:
        SetupError, Misconfigured: the model cannot be served here.
        ModelError: it did not answer.
    """
    [route, *_] = routes = open_models(wish.definition, [wish.model], ServingOptions(config, pull=False))[wish.model]
    try:
        served = await route.model.ask(wish.request)
    finally:
        for one in routes:
            await one.model.aclose()
    return replace(served, reply=whole_turn(served.reply))
