"""Letting a process of its own play a sweep, as `--detach` does: what every form that begins one goes through."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.api.background import refuse_background
from sociarium.api.preparation import prepare_start
from sociarium.bootstrap import ServingOptions
from sociarium.config import Config, load
from sociarium.errors import SociariumError
from sociarium.experiment.address import public_text
from sociarium.experiment.definition import Definition
from sociarium.runner.library.steering import refuse_paused
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.save import StartedSweep
from sociarium.stores.urls import url_of
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import FormRefused, HtmlForm
from sociarium.viewer.pages.running import StartChoice
from sociarium.viewer.starts import StartForm
from sociarium.viewer.statuses import status_of


def start_choice(context: ViewerContext, form: HtmlForm) -> StartChoice:
    """How a start that was sent is played.

    Raises:
        FormRefused: these pages may not play.
    """
    if not context.settings.allow_run:
        raise FormRefused(
            "These pages were started without --allow-run, so that nothing is played from here; start them with it, or "
            "use `sociarium run` in a terminal"
        )
    return StartChoice(
        sweep=form.text("sweep"),
        replicates=form.text("replicates"),
        max_cost=form.text("max_cost"),
        concurrency=form.text("concurrency"),
        retry_failed=form.text("retry") == "true",
    )


def prepare_background(
    definition: Definition, sweep: str, choice: StartChoice, me: str, *, rankers: Sequence[str] | None = None
) -> None:
    """Refuse what a process without a terminal could not play, before anything is stored.

    Args:
        rankers: of the researcher's own that are called; None: all that the definition names.

    Raises:
        BadInput: a field cannot be read, or a model has no price and the cost is bounded.
        SetupError, Misconfigured: as of `refuse_background` and `prepare_start`.
    """
    config = Config({**load().values, "SOCIARIUM_USER": me})
    options = choice.options
    refuse_background(definition, sweep)
    finish(prepare_start(definition, sweep, options, ServingOptions(config, options.pull), rankers=rankers))


def begin_in_background(
    context: ViewerContext,
    form: HtmlForm,
    choice: StartChoice,
    begin: Callable[[], StartedSweep],
    again: Callable[[str, int], HTMLResponse],
) -> Response:
    """Begin, and go to the sweep's page; where that is refused the form stands there again, with the reason.

    Args:
        begin: saves what is new.
        again: the page of the form, by the reason and the status of the response.
    """
    try:
        begun = begin()
        refuse_paused(begun.sweep, context.store.orders(begun.sweep.id))
        words = [*choice.words, "--no-pull", "--yes"]
        environment = {"SOCIARIUM_STORE": url_of(context.store), "SOCIARIUM_USER": context.settings.user}
        start = StartForm(form.text("start") or secrets.token_urlsafe(9), words, environment)
        context.starts.begin(context.store, begun, start, me=context.digests.me)
    except SociariumError as error:
        return again(public_text(str(error)), status_of(error))
    context.forget_sweep(begun.sweep.id)
    return RedirectResponse(f"/sweeps/{begun.sweep.id}", 303)
