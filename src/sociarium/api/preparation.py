"""What is looked at, and fetched, before a sweep starts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sociarium.api.own_code import load_own_code
from sociarium.bootstrap import ServingOptions, open_models, open_prices
from sociarium.environments.feed.optional_libraries import refuse_missing
from sociarium.errors import BadInput, ModelError, SetupError
from sociarium.experiment.definition import Definition
from sociarium.experiment.design_review import model_users_of
from sociarium.experiment.validation import design_of
from sociarium.ports.prices import may_cost_money, price_of
from sociarium.runner.planning.preflight import ModelCheck, check_models, missing_models, pull_missing, refuse_unable
from sociarium.runner.sweep.play_options import PlayOptions

_WITHOUT_SERVER = {"offline", "person"}


def used_models(definition: Definition, sweep: str) -> list[str]:
    """The names of the models that a sweep uses."""
    return sorted(model_users_of(definition, design_of(definition, sweep)))


def costs_money(definition: Definition, sweep: str) -> bool:
    """Whether a sweep uses models that may cost money."""
    return may_cost_money(definition.models[name] for name in used_models(definition, sweep))


async def prepare_start(
    definition: Definition,
    sweep: str,
    options: PlayOptions,
    serving: ServingOptions,
    *,
    folders: Sequence[Path] = (),
    rankers: Sequence[str] | None = None,
) -> None:
    """Refuse what would stop a sweep before anything begins, and fetch models where that is wished.

    Args:
        folders: where code of the researcher's own is looked for, beside the current one.
        rankers: of the researcher's own that are called; None: all that the definition names.

    Raises:
        BadInput: a model has no price, and the cost is bounded.
        SetupError, Misconfigured: a model cannot be asked or fetched; every such model is named, with its mend. Or a
            library is missing, or code of the researcher's own may not be loaded, or cannot.
    """
    load_own_code(definition, allow=options.allow_code, folders=folders, names=rankers)
    if options.max_cost is not None:
        refuse_unpriced(definition, sweep, option="max_cost")
    await prepare_models(definition, await check_sweep_models(definition, sweep, serving), serving)


def refuse_unpriced(definition: Definition, sweep: str, *, option: str) -> None:
    """Raise `BadInput` where a bound on the cost cannot be held, because a model has no price.

    Args:
        option: the bound's name, as the person wrote it.
    """
    refuse_unpriced_models(definition, used_models(definition, sweep), option=option)


def refuse_unpriced_models(definition: Definition, names: Sequence[str], *, option: str) -> None:
    """Raise `BadInput` where one of some models has no price; see `refuse_unpriced`."""
    prices = open_prices()
    for name in names:
        if price_of(definition.models[name], prices) is None:
            raise BadInput(f"{option} needs the price of {name!r}; add `price: {{input: ..., output: ...}}` to it")


async def check_sweep_models(definition: Definition, sweep: str, serving: ServingOptions) -> list[ModelCheck]:
    """Look at every model of a sweep that has a server; nothing is asked of a model, nothing fetched.

    Raises:
        MissingExtra: a library that feeds need is not installed.
        SetupError, Misconfigured: a key or an address cannot be used.
    """
    if definition.environment == "feed":
        refuse_missing()
    return await check_named_models(definition, used_models(definition, sweep), serving)


async def check_named_models(definition: Definition, names: Sequence[str], serving: ServingOptions) -> list[ModelCheck]:
    """Look at those of some models that have a server, as `check_sweep_models` does."""
    served = [name for name in names if definition.models[name].provider not in _WITHOUT_SERVER]
    return await check_models(definition, open_models(definition, served, serving), pull=serving.pull) if served else []


async def prepare_models(definition: Definition, checks: Sequence[ModelCheck], serving: ServingOptions) -> None:
    """Refuse models that cannot be asked, and fetch those that may be fetched.

    Raises:
        SetupError: one cannot be asked or fetched.
    """
    refuse_unable(checks)
    if missing := missing_models(checks):
        await pull_models(definition, missing, serving)


async def pull_models(definition: Definition, names: Sequence[str], serving: ServingOptions) -> None:
    """Fetch models that their servers lack.

    Raises:
        SetupError: one could not be fetched; nothing was started.
    """
    try:
        await pull_missing(definition, open_models(definition, names, serving))
    except ModelError as error:
        raise SetupError(f"nothing was started, because a model cannot be fetched: {error}") from error
