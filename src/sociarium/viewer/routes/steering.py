"""Orders about a sweep, given on its page."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.api.preparation import used_models
from sociarium.api.steering import steer_sweep
from sociarium.errors import SociariumError
from sociarium.experiment.address import public_text
from sociarium.records.plans import SweepRecord
from sociarium.runner.library import lookup
from sociarium.runner.sweep.save import reopen
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import SentForm
from sociarium.viewer.pages.steering import CHANGES, TypedOrder, order_request, steering_of, target_choices
from sociarium.viewer.routes.requests import Context
from sociarium.viewer.statuses import status_of

router = APIRouter()


@router.get("/sweeps/{id_}/steer")
def steering_form(request: Request, context: Context, id_: str, part: str = "") -> HTMLResponse:
    """What can be ordered about a sweep; as a part of its page, or on a page of its own."""
    template = "sweep/order_form.html" if part else "steer.html"
    return _page(request, context, lookup.find_sweep(context.store, id_), template)


@router.post("/sweeps/{id_}/orders")
def give_order(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Give an order; whoever plays the sweep reads it within two seconds. What is refused stands in the form again."""
    sweep = lookup.find_sweep(context.store, id_)
    typed = TypedOrder(*(form.text(name) for name in ("about", "reason", "number", "what", "value")))
    try:
        _give_order(context, form.text("order"), typed, sweep)
    except SociariumError as error:
        typed = replace(typed, fault=public_text(str(error)))
        return _page(request, context, sweep, "steer.html", typed=typed, status=status_of(error))
    context.forget_sweep(sweep.id)
    return RedirectResponse(f"/sweeps/{sweep.id}#steering", 303)


def _give_order(context: ViewerContext, action: str, typed: TypedOrder, sweep: SweepRecord) -> None:
    steer_sweep(
        context.store,
        sweep,
        lambda steerable: [order_request(steerable, action, typed)],
        by=context.settings.user,
        me=context.digests.me,
    )


def _page(
    request: Request,
    context: ViewerContext,
    sweep: SweepRecord,
    template: str,
    *,
    typed: TypedOrder | None = None,
    status: int = 200,
) -> HTMLResponse:
    begun = reopen(context.store, sweep)
    steering = steering_of(context.store.orders(sweep.id))
    return context.pages.page(
        request,
        template,
        place="sweeps",
        status=status,
        experiment=begun.experiment,
        sweep=sweep,
        choices=target_choices(context.store, sweep, used_models(begun.definition, sweep.name)),
        changes=CHANGES,
        steering=steering,
        counts=context.digests.of(sweep).counts,
        typed=typed or TypedOrder(number=str(steering.concurrency or "")),
    )
