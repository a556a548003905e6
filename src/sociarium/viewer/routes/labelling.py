"""/codebooks/ID/samples/N: label, take back, see how far people agree, and settle what they disagree on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from loguru import logger
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.analysis.annotation.codebook import CodebookText, Value
from sociarium.analysis.annotation.labelling import save_labels, settle, take_back
from sociarium.analysis.annotation.samples import Unit
from sociarium.errors import BadInput
from sociarium.ports.clock import SystemClock
from sociarium.viewer.forms import HtmlForm, SentForm
from sociarium.viewer.pages.agreement import agreement_page
from sociarium.viewer.pages.labelling import (
    MOST_LINES,
    MOST_TEXT,
    Work,
    labelling_page,
    settled_order,
    settling_page,
    work_of,
)
from sociarium.viewer.routes.consent import lacking_consent, take_consent
from sociarium.viewer.routes.requests import Context

if TYPE_CHECKING:
    from sociarium.analysis.annotation.item_agreement import ItemAgreement

router = APIRouter()
_At = Annotated[int | None, Query(ge=1, le=10**9)]
_SEE_OTHER = 303
_LIMITS = {"most_text": MOST_TEXT, "most_lines": MOST_LINES}


@router.get("/codebooks/{id_}/samples/{number}")
def label(request: Request, context: Context, id_: str, number: int, at: _At = None) -> HTMLResponse:
    """A message or run with the items; by default the first that is not labelled yet."""
    work = work_of(context.store, id_, number, me=context.settings.user)
    shown = labelling_page(context.store, work, at)
    place = work.place
    consent = lacking_consent(context, place.experiment.id, place.text.consent)
    return context.pages.page(request, "labelling.html", place="label", shown=shown, consent=consent, **_LIMITS)


@router.post("/codebooks/{id_}/samples/{number}")
def save(context: Context, form: SentForm, id_: str, number: int) -> Response:
    """Keep the labels of a unit, and go on with the next one."""
    me = context.settings.user
    work = work_of(context.store, id_, number, me=me)
    at = work.position(form.text("unit"))
    answers = _answers(form, work.place.text)
    if not any(value is not None for value in answers.values()):
        raise BadInput("nothing was chosen, and nothing was saved; choose a value, or skip this one")
    take_consent(context, form, work.place.experiment.id, work.place.text.consent)
    changed = save_labels(
        context.store, work.place.codebook, work.order[at], answers, annotator=me, clock=SystemClock(),
        note=form.text("note").strip(),
    )  # fmt: skip
    _log(me, "labelled", work, work.order[at], changed)
    work = work_of(context.store, id_, number, me=me)
    following = work.undone_after(at)
    return RedirectResponse(work.place.path + ("" if following is None else f"?at={following + 1}"), _SEE_OTHER)


@router.post("/codebooks/{id_}/samples/{number}/undo")
def undo(context: Context, form: SentForm, id_: str, number: int) -> Response:
    """Take the labels back that were given last, and show their unit again."""
    me = context.settings.user
    work = work_of(context.store, id_, number, me=me)
    last = work.marks.last.get(me)
    if last is None:
        raise BadInput("you have labelled nothing here that could be taken back")
    changed = take_back(context.store, work.place.codebook, last, annotator=me, clock=SystemClock())
    _log(me, "took back labels of", work, last, changed)
    return RedirectResponse(f"{work.place.path}?at={work.order.index(last) + 1}", _SEE_OTHER)


@router.get("/codebooks/{id_}/samples/{number}/agreement")
def agreement(request: Request, context: Context, id_: str, number: int) -> HTMLResponse:
    """Percent, kappa and alpha, as the labels stand now."""
    work = work_of(context.store, id_, number, me=context.settings.user)
    shown = agreement_page(work, _agreement_of)
    return context.pages.page(request, "agreement.html", place="label", shown=shown)


@router.get("/codebooks/{id_}/samples/{number}/settle")
def dispute(request: Request, context: Context, id_: str, number: int, at: _At = None) -> HTMLResponse:
    """What people disagree on, one at a time."""
    work = work_of(context.store, id_, number, me=context.settings.user)
    shown = settling_page(context.store, work, at or 1)
    return context.pages.page(request, "settling.html", place="label", shown=shown, **_LIMITS)


@router.post("/codebooks/{id_}/samples/{number}/settle")
def decide(context: Context, form: SentForm, id_: str, number: int) -> Response:
    """Keep what was decided, under the annotator that settles."""
    work = work_of(context.store, id_, number, me=context.settings.user)
    unit = work.order[work.position(form.text("unit"))]
    answers = {name: value for name, value in _answers(form, work.place.text).items() if value is not None}
    if not answers:
        raise BadInput("nothing was chosen, and nothing was saved")
    me = context.settings.user
    changed = settle(context.store, work.place.codebook, unit, answers, me=me, clock=SystemClock())
    _log(me, "settled", work, unit, changed)
    disputes = [one for one, _ in settled_order(work)]
    at = disputes.index(unit) + 2 if unit in disputes else 1
    path = f"{work.place.path}/settle?at={at}" if at <= len(disputes) else f"{work.place.path}/agreement"
    return RedirectResponse(path, _SEE_OTHER)


def _log(me: str, what: str, work: Work, unit: Unit, changed: int) -> None:
    """Say in the log who did what; not which value was chosen, which the store has."""
    of = f"{unit.subject} of the run {unit.run}" if unit.subject else f"the run {unit.run}"
    logger.info("{} {} {} by the codebook {}, sample {}: {} labels changed", me, what, of, work.place.codebook.id,
                work.place.sample.number, changed)  # fmt: skip


def _answers(form: HtmlForm, text: CodebookText) -> dict[str, Value | None]:
    """What was chosen of each item; None where nothing was."""
    sent = {item.name: form.text(f"item-{number}") for number, item in enumerate(text.items)}
    return {name: text.item(name).value(value) if value else None for name, value in sent.items()}


def _agreement_of(work: Work) -> Sequence[ItemAgreement]:
    # Needs the libraries of the analysis; labelling does not.
    from sociarium.analysis.annotation.item_agreement import codebook_agreement

    return codebook_agreement(work.place.text, work.marks, work.order)
