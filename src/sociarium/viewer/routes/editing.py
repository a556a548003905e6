"""/experiments/ID/edit: change an experiment, or duplicate it, by the rules of the guided program."""

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
from sociarium.runner.sweep.save_edited import EditedSource, save_edited_experiment
from sociarium.viewer.forms import HtmlForm, SentForm
from sociarium.viewer.pages.edit_form import change_by_form
from sociarium.viewer.pages.edit_people import PeopleShown
from sociarium.viewer.pages.editing import EditPage, edit_page, sent_document, version_document
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
    """Change the form by what was sent, or keep it: as a version of one's own experiment, or as a duplicate.

    Nothing that was typed is lost where it is not kept: it stands in the form again, with the reason at its field.
    """
    me, store = context.settings.user, context.store
    experiment = lookup.find_experiment(store, id_, creator=me)
    stored = version_document(store, experiment, form.text("version"))
    document = sent_document(form.text("document")) or stored
    people = PeopleShown(form.whole_number("people-from") or 0, form.text("people-like"))
    result = change_by_form(document, form.lists, stored=stored, act=form.text("act"), people=people)
    definition = read_document(result.document)
    faults: tuple[Fault, ...] = ()
    notice, version = "", latest(store, experiment)[0]
    is_kept = not any(form.text(button) for button in ("check", "act", "show"))
    is_saved = is_kept and not result.faults and isinstance(definition, Definition)
    if is_saved and form.text("version") != version.id:
        notice = (
            f"The experiment was changed meanwhile: version {version.number} stands now. What you wrote stands below; "
            "saved once more, it becomes the version after that one."
        )
    elif is_saved and isinstance(definition, Definition):
        source = EditedSource(experiment.id, is_own=experiment.creator == me and not form.text("copy"))
        try:
            saved, kept = save_edited_experiment(store, definition, source, me=me, clock=SystemClock())
        except BadInput as error:
            faults = (Fault("Title", str(error), ("title",)),)
        else:
            last = latest(store, saved)[0]
            if kept.id == last.id:
                return RedirectResponse(f"/experiments/{saved.id}", _SEE_OTHER)
            notice = (
                f"This is word for word version {kept.number}, which stands already, and version {last.number} is the "
                "latest all the same; change something more to make a new one."
            )
    following = people if result.faults else _people_after(form, people) if result.people == people else result.people
    shown = edit_page(store, experiment, me=me, result=result, faults=faults, notice=notice, people=following)
    return context.pages.page(request, "edit.html", place="experiments", status=_status(shown), shown=shown)


def _people_after(form: HtmlForm, people: PeopleShown) -> PeopleShown:
    """Which people are shown next: those at the button that was pressed, or whoever is looked for."""
    like = form.text("like").strip() if "like" in form.lists else people.like
    start = form.whole_number("show")
    if like != people.like:
        return PeopleShown(like=like)
    return people if start is None else PeopleShown(start, like)


def _status(shown: EditPage) -> int:
    if shown.notice:
        return 409
    return 400 if shown.is_wrong else 200
