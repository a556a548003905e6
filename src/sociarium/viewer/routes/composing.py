"""Writing as somebody in a feed that is played: the form, drafts by a person's model, and the acts themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from loguru import logger
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.api.post_drafts import ask_for_draft
from sociarium.config import load
from sociarium.errors import BadInput, ModelError, NotFound, SociariumError
from sociarium.experiment.address import public_text
from sociarium.ports.clock import SystemClock
from sociarium.records.inputs import WITH_WORDS, ActKind
from sociarium.runner.library import lookup
from sociarium.runner.library.consent import consent_text
from sociarium.runner.run.drafting import draft_record, read_draft, wish_draft
from sociarium.runner.run.event_loop import finish
from sociarium.runner.run.inputs import Act, act, read_handle
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import FormRefused, HtmlForm, SentForm
from sociarium.viewer.pages.composer import KINDS, PostDraft, Typed, composer_page
from sociarium.viewer.routes.consent import lacking_consent, take_consent
from sociarium.viewer.routes.requests import Context

router = APIRouter()
_Text = Annotated[str, Query(max_length=500)]


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the address of the form names: an act, what it is about and who does it, or a draft, which says all that."""

    kind: ActKind
    target: str
    author: str
    draft: str


def _choice(
    kind: ActKind = "post",
    target: _Text = "",
    author: Annotated[str, Query(alias="as", max_length=500)] = "",
    draft: _Text = "",
) -> _Choice:
    return _Choice(kind, target, author, draft)


@router.get("/runs/{id_}/compose")
def compose(
    request: Request, context: Context, id_: str, chosen: Annotated[_Choice, Depends(_choice)], part: str = ""
) -> HTMLResponse:
    """The form; as a part of a page it stands alone."""
    run = lookup.find_run_id(context.store, id_)
    drafted = (chosen.draft, context.drafts.find(run, chosen.draft)) if chosen.draft else None
    shown = composer_page(
        context.store,
        context.feed(run),
        kind=chosen.kind,
        target=chosen.target,
        author=chosen.author,
        draft=drafted,
    )
    template = "feed/composer.html" if part else "compose.html"
    return context.pages.page(
        request, template, place="sweeps", shown=shown, kinds=KINDS, may_draft=context.settings.allow_run, fault="",
        consent=lacking_consent(context, *_consent_text(context, run)),
    )  # fmt: skip


@router.post("/runs/{id_}/acts")
def put_in(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Put an act into the run; it takes effect at the run's next tick. What is refused stands in the form again."""
    run = lookup.find_run_id(context.store, id_)
    try:
        return _put_in(context, run, form)
    except (BadInput, NotFound) as error:
        return _again(request, context, run, form, error)


def _put_in(context: ViewerContext, run: str, form: HtmlForm) -> Response:
    wish = _wish(form)
    if (draft_id := form.text("draft")) and wish.kind in WITH_WORDS:
        wish = _act_of_draft(wish, context.drafts.find(run, draft_id))
    take_consent(context, form, *_consent_text(context, run))
    kept = act(context.store, run, wish, creator=context.settings.user, clock=SystemClock()).input
    logger.info("{} let @{} {} in the run {}: input {}", kept.creator, kept.author, kept.kind, run, kept.number)
    query = {"kind": "post", "as": kept.author if form.text("author") else ""}
    return RedirectResponse(f"/runs/{run}/compose?{urlencode(query)}#waiting", 303)


def _act_of_draft(wish: Act, drafted: PostDraft) -> Act:
    """An act whose words a model drafted. Raises `BadInput` where that was in somebody else's name."""
    author, drafted_for = read_handle(wish.author), read_handle(drafted.author)
    if author.casefold() != drafted_for.casefold():
        raise BadInput(
            f"these words were drafted as @{drafted_for}'s; write as @{drafted_for}, let a draft be made anew for "
            f"@{author}, or open the form anew for words of your own"
        )
    return Act(wish.kind, wish.author, wish.text, wish.target, drafted.record)


@router.post("/runs/{id_}/drafts")
def draft(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Let the person's model write a draft from an idea; nothing is posted by it, and nothing lost where it fails."""
    if not context.settings.allow_run:
        raise FormRefused(
            "These pages were started without --allow-run, so that no model is asked from here; write the words "
            "yourself, or use `sociarium post --idea` in a terminal"
        )
    run = lookup.find_run_id(context.store, id_)
    try:
        return _draft(context, run, form)
    except (BadInput, NotFound, ModelError) as error:
        return _again(request, context, run, form, error)


def _draft(context: ViewerContext, run: str, form: HtmlForm) -> Response:
    wish = _wish(form)
    asked = wish_draft(context.store, run, wish, form.text("idea"))
    served = finish(ask_for_draft(asked, load()))
    text = read_draft(asked, served)
    kept = PostDraft(wish.author, wish.kind, wish.target, form.text("idea"), text, draft_record(asked, served))
    return RedirectResponse(f"/runs/{run}/compose?draft={context.drafts.keep(run, kept)}#composer", 303)


def _again(request: Request, context: ViewerContext, run: str, form: HtmlForm, error: SociariumError) -> HTMLResponse:
    """The form with what was typed, and why it was refused."""
    kind: ActKind = next((known for known in KINDS if known == form.text("kind")), "post")
    target = form.text("whom") if kind == "follow" else form.text("target")
    shown = composer_page(
        context.store,
        context.feed(run),
        kind=kind,
        target=target,
        author=form.text("author"),
        draft=_kept_draft(context, run, form.text("draft")),
        typed=Typed(form.text("text"), form.text("idea"), form.text("outside")),
    )
    status = 404 if isinstance(error, NotFound) else 502 if isinstance(error, ModelError) else 400
    return context.pages.page(
        request, "compose.html", place="sweeps", status=status, shown=shown, kinds=KINDS,
        may_draft=context.settings.allow_run, fault=public_text(str(error)),
        consent=lacking_consent(context, *_consent_text(context, run)),
    )  # fmt: skip


def _kept_draft(context: ViewerContext, run: str, draft: str) -> tuple[str, PostDraft] | None:
    """A draft by its id, that its words stay known as a model's; None where there is none."""
    try:
        return (draft, context.drafts.find(run, draft)) if draft else None
    except NotFound:
        return None


def _consent_text(context: ViewerContext, run: str) -> tuple[str, str]:
    """The experiment of a run, and what it asks of who acts."""
    experiment = context.store.run(run).experiment
    return experiment, consent_text(context.store, experiment)


def _wish(form: HtmlForm) -> Act:
    kind, person, outside = form.text("kind"), form.text("author").strip(), form.text("outside").strip()
    if person and outside:
        raise BadInput(
            f"{person} is chosen, and {outside} is named as an account outside; say which of them does it: choose "
            "“an account outside”, or leave its name empty"
        )
    author = person or outside
    if not author:
        raise BadInput("say who does it: choose a person, or name an account outside")
    for known in KINDS:
        if kind == known:
            target = form.text("whom") if known == "follow" else form.text("target")
            return Act(known, author, form.text("text"), "" if known == "post" else target.strip())
    raise BadInput(f"{kind!r} is nothing that can be done in a feed; load the page again")
