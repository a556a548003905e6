"""/experiments, the search, and what is changed in a list: notes and stars."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.ports.clock import SystemClock
from sociarium.runner.library import edit_delete, lookup
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import Overtaken, SentForm
from sociarium.viewer.pages.experiments import KINDS, ORDERS, ExperimentFilter, experiments_page
from sociarium.viewer.routes.requests import Context
from sociarium.viewer.words import now

router = APIRouter()
_Text = Annotated[str, Query(max_length=500)]
_SEE_OTHER = 303


@router.get("/", include_in_schema=False)
def first() -> Response:
    """The first page."""
    return RedirectResponse("/experiments", _SEE_OTHER)


@router.get("/experiments")
def experiments(
    request: Request,
    context: Context,
    q: _Text = "",
    person: _Text = "",
    role: _Text = "",
    model: _Text = "",
    kind: _Text = "",
    star: _Text = "",
    sort: _Text = "activity",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    edit: _Text = "",
) -> HTMLResponse:
    """The list; `edit` names the experiment whose note is open."""
    query = ExperimentFilter(
        q.strip(), person, role, model, kind if kind in KINDS else "", bool(star),
        sort if sort in ORDERS else "activity", page,
    )  # fmt: skip
    shown = experiments_page(context.store, query, me=context.settings.user, now=now(), digest_of=context.digests.of)
    return context.pages.page(
        request, "experiments.html", place="experiments", shown=shown, orders=ORDERS, kinds=KINDS, editing=edit
    )


@router.get("/search")
def search(context: Context, q: _Text = "") -> Response:
    """What a text names: a run, a sweep or an experiment by the beginning of its id; else experiments that hold it."""
    text = q.strip()
    kinds: tuple[Literal["run", "sweep", "experiment"], ...] = ("run", "sweep", "experiment")
    for kind in kinds:
        ids = context.store.ids_with_prefix(kind, text.lower()) if lookup.exists(context.store, kind, text) else []
        if len(ids) == 1:
            return RedirectResponse(f"/{kind}s/{ids[0]}", _SEE_OTHER)
    return RedirectResponse(f"/experiments?{urlencode({'q': text})}", _SEE_OTHER)


@router.post("/{kind}/{id_}/star")
def star(context: Context, form: SentForm, kind: Literal["experiments", "runs"], id_: str) -> Response:
    """Mark an experiment or a run as a favourite, or take the mark back."""
    return _save_edit(context, form, id_, favourite=form.text("star") == "1")


@router.post("/{kind}/{id_}/note")
def note(context: Context, form: SentForm, kind: Literal["experiments", "runs"], id_: str) -> Response:
    """Write the note of an experiment or a run."""
    return _save_edit(context, form, id_, text=form.text("note"))


def _save_edit(
    context: ViewerContext, form: SentForm, id_: str, *, text: str | None = None, favourite: bool | None = None
) -> Response:
    me = context.settings.user
    owned = lookup.find_target(context.store, id_, creator=me)
    result = edit_delete.edit(
        context.store,
        owned,
        me=me,
        clock=SystemClock(),
        note=text,
        favourite=favourite,
        revision=form.whole_number("revision") if text is not None else None,
    )
    if not result.is_kept:
        raise Overtaken(
            f"{result.standing.editor} edited this meanwhile, and yours was not kept. It says now: "
            f"{result.standing.note or 'nothing'}. Load the page again, and write yours once more"
        )
    return RedirectResponse(form.next, _SEE_OTHER)
