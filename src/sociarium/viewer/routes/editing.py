"""/experiments/ID/edit: change an experiment's texts, or duplicate it, by the rules of the guided program."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.editing.faults import Fault, read_document
from sociarium.errors import BadInput
from sociarium.experiment.definition import Definition
from sociarium.ports.clock import SystemClock
from sociarium.runner.library import lookup
from sociarium.runner.library.duplicate import latest
from sociarium.runner.sweep.save_edited import Source, save_edited_experiment
from sociarium.viewer.forms import Overtaken, SentForm
from sociarium.viewer.pages.editing import changed_document, edit_page
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_SEE_OTHER = 303


@router.get("/experiments/{id_}/edit")
def edit(request: Request, context: Context, id_: str) -> HTMLResponse:
    """The form over the latest version."""
    me = context.settings.user
    experiment = lookup.find_experiment(context.store, id_, creator=me)
    shown = edit_page(context.store, experiment, me=me)
    return context.pages.page(request, "edit.html", place="experiments", shown=shown)


@router.post("/experiments/{id_}/edit")
def save(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Check what was sent, or keep it: as a version of one's own experiment, or as a duplicate.

    Raises:
        Overtaken: a later version stands.
    """
    me = context.settings.user
    experiment = lookup.find_experiment(context.store, id_, creator=me)
    version, _ = latest(context.store, experiment)
    if form.text("version") != version.id:
        raise Overtaken(
            "The experiment was changed meanwhile, and yours was not kept; load the page again, and change it once more"
        )
    document = changed_document(version, form.text, frozenset(form.fields))
    result = read_document(document)
    faults: tuple[Fault, ...] = ()
    if isinstance(result, Definition) and not form.text("check"):
        source = Source(experiment.id, is_own=experiment.creator == me and not form.text("copy"))
        try:
            saved, _ = save_edited_experiment(context.store, result, source, me=me, clock=SystemClock())
        except BadInput as error:
            faults = (Fault("Title", str(error), ("title",)),)
        else:
            return RedirectResponse(f"/experiments/{saved.id}", _SEE_OTHER)
    shown = edit_page(context.store, experiment, me=me, document=document, faults=faults)
    return context.pages.page(
        request, "edit.html", place="experiments", status=400 if shown.faults else 200, shown=shown
    )
