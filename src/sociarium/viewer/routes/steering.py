"""Orders about a sweep, given on its page."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.api.preparation import used_models
from sociarium.api.steering import steer_sweep
from sociarium.runner.library import lookup
from sociarium.runner.sweep.save import reopen
from sociarium.viewer.forms import SentForm
from sociarium.viewer.pages.steering import order_request, steering_of, target_choices
from sociarium.viewer.routes.requests import Context

router = APIRouter()


@router.get("/sweeps/{id_}/steer")
def steering_form(request: Request, context: Context, id_: str, part: str = "") -> HTMLResponse:
    """What can be ordered about a sweep; as a part of its page, or on a page of its own."""
    begun = reopen(context.store, lookup.find_sweep(context.store, id_))
    choices = target_choices(context.store, begun.sweep, used_models(begun.definition, begun.sweep.name))
    return context.pages.page(
        request,
        "sweep/order_form.html" if part else "steer.html",
        place="sweeps",
        experiment=begun.experiment,
        sweep=begun.sweep,
        choices=choices,
        steering=steering_of(context.store.orders(begun.sweep.id)),
        counts=context.digests.of(begun.sweep).counts,
    )


@router.post("/sweeps/{id_}/orders")
def give_order(context: Context, form: SentForm, id_: str) -> Response:
    """Give an order; whoever plays the sweep reads it within two seconds."""
    sweep = lookup.find_sweep(context.store, id_)
    steer_sweep(
        context.store,
        sweep,
        lambda steerable: [
            order_request(
                steerable,
                form.text("order"),
                form.text("about"),
                reason=form.text("reason"),
                number=form.whole_number("number"),
            )
        ],
        by=context.settings.user,
        me=context.digests.me,
    )
    context.forget_sweep(sweep.id)
    return RedirectResponse(f"/sweeps/{sweep.id}#steering", 303)
