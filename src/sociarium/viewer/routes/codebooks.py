"""/label, the codebooks of an experiment, and what is drawn for them."""

from __future__ import annotations

from typing import Annotated, get_args

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.analysis.annotation.codebook import text_of
from sociarium.analysis.annotation.codebooks import save_codebook
from sociarium.analysis.annotation.samples import Draw, Rule, draw_sample
from sociarium.errors import BadInput
from sociarium.exchange.targets import selection
from sociarium.ports.clock import SystemClock
from sociarium.runner.library import lookup
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import SentForm
from sociarium.viewer.pages.codebook_form import (
    MEASUREMENTS,
    CodebookFields,
    codebook_of,
    fields_of,
    read_fields,
)
from sociarium.viewer.pages.codebooks import codebook_page, item_words, label_page
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_SEE_OTHER = 303


@router.get("/label")
def label(request: Request, context: Context) -> HTMLResponse:
    """All codebooks."""
    return context.pages.page(request, "label.html", place="label", shown=label_page(context.store))


@router.get("/experiments/{id_}/codebook")
def write(request: Request, context: Context, id_: str, of: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """The form for a new codebook, or for the next version of one."""
    fields = fields_of(text_of(context.store.codebook(of))) if of else CodebookFields()
    return _form(request, context, id_, fields)


@router.post("/experiments/{id_}/codebook")
def save(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Keep a codebook as a new version; or show the form with room for more items, or with what is wrong."""
    fields = read_fields(form.text)
    if form.text("more"):
        return _form(request, context, id_, fields)
    experiment = lookup.find_experiment(context.store, id_, creator=context.settings.user)
    try:
        text = codebook_of(fields)
    except BadInput as error:
        return _form(request, context, id_, fields, fault=str(error))
    codebook = save_codebook(context.store, experiment.id, text, me=context.settings.user, clock=SystemClock())
    return RedirectResponse(f"/codebooks/{codebook.id}", _SEE_OTHER)


@router.get("/codebooks/{id_}")
def codebook(request: Request, context: Context, id_: str) -> HTMLResponse:
    """What a codebook says, and what was drawn for it."""
    shown = codebook_page(context.store, id_, me=context.settings.user)
    return context.pages.page(request, "codebook.html", place="label", shown=shown, item_words=item_words)


@router.post("/codebooks/{id_}/samples")
def draw(context: Context, form: SentForm, id_: str) -> Response:
    """Draw messages or runs, and begin to label them."""
    record = context.store.codebook(id_)
    rule = form.text("rule")
    if rule not in get_args(Rule):
        raise BadInput("this is no way to draw; choose all, at random, by a flag or by a check")
    seed = form.whole_number("seed")
    if form.text("seed") and seed is None:
        raise BadInput("a seed is a whole number")
    criterion = form.text("criterion").strip()
    if rule in {"flag", "check"} and not criterion:
        raise BadInput(f"name the {rule} whose cases are to be labelled")
    chosen = selection(context.store, form.text("sweep") or record.experiment, creator=context.settings.user)
    if chosen.experiment.id != record.experiment:
        raise BadInput("this sweep is of another experiment than the codebook")
    drawn: Draw = Draw(rule, form.whole_number("size"), criterion, seed)  # type: ignore[arg-type]  # is checked above
    sample = draw_sample(context.store, record, chosen, drawn, me=context.settings.user, clock=SystemClock())
    return RedirectResponse(f"/codebooks/{record.id}/samples/{sample.number}", _SEE_OTHER)


def _form(
    request: Request, context: ViewerContext, id_: str, fields: CodebookFields, *, fault: str = ""
) -> HTMLResponse:
    experiment = lookup.find_experiment(context.store, id_, creator=context.settings.user)
    return context.pages.page(
        request, "codebook_form.html", place="label", status=400 if fault else 200, experiment=experiment,
        fields=fields.with_blank_items(), measurements=MEASUREMENTS, fault=fault,
    )  # fmt: skip
