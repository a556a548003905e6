"""Asking an agent about a run: the form, and the question itself, asked by this machine."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.api.interviewing import ask_in_sitting, find_interview_target, open_sitting
from sociarium.api.keywords import SilentObserver
from sociarium.bootstrap import open_prices
from sociarium.config import Config, load
from sociarium.errors import BadInput, SociariumError
from sociarium.experiment.address import public_text
from sociarium.experiment.answer_form import read_answer_form
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.stored_content import read_content
from sociarium.runner.interviews.interviewer import InterviewResult
from sociarium.runner.library import lookup
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.start import SweepPorts
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import FormRefused, HtmlForm, SentForm
from sociarium.viewer.pages.asking import (
    AskingPage,
    TypedQuestion,
    agents_of_conversation,
    asking_page,
    people_of_feed,
)
from sociarium.viewer.routes.requests import Context
from sociarium.viewer.statuses import status_of

router = APIRouter()
_Text = Annotated[str, Query(max_length=500)]


@router.get("/runs/{id_}/ask")
def asking(
    request: Request,
    context: Context,
    id_: str,
    agent: _Text = "",
    at: _Text = "",
    sitting: _Text = "",
    part: str = "",
) -> HTMLResponse:
    """Whom to ask and as of when, with what was answered so far; as a part of a page the form alone."""
    shown = _asking_page(context, lookup.find_run_id(context.store, id_), agent, at, sitting)
    template = "ask_form.html" if part else "ask.html"
    return context.pages.page(
        request, template, place="sweeps", shown=shown, may_ask=context.settings.allow_run, typed=TypedQuestion()
    )


@router.post("/runs/{id_}/ask")
def ask(request: Request, context: Context, form: SentForm, id_: str) -> Response:
    """Ask; the answer is kept beside the run. What is refused stands in the form again."""
    run = lookup.find_run_id(context.store, id_)
    try:
        if not context.settings.allow_run:
            raise FormRefused(
                "These pages were started without --allow-run, so that no model is asked from here; "
                "start them with it, or use `sociarium ask` in a terminal"
            )
        one = finish(_ask(context, run, form)).interview
    except SociariumError as error:
        return _again(request, context, run, form, error)
    return RedirectResponse(f"/runs/{run}/ask?{urlencode({'sitting': one.sitting})}#last", 303)


def _asking_page(context: ViewerContext, run: str, agent: str, at: str, sitting: str) -> AskingPage:
    content = read_content(context.store.run(run).content)
    is_feed = isinstance(content, FeedContent)
    agents = people_of_feed(context.feed(run)) if is_feed else agents_of_conversation(context.store, run)
    return asking_page(context.store, run, content, agents, agent=agent, at=at, sitting=sitting)


def _again(request: Request, context: ViewerContext, run: str, form: HtmlForm, error: SociariumError) -> HTMLResponse:
    """The form with what was typed, and why it was refused."""
    agent = form.text("agent")
    try:
        shown = _asking_page(context, run, agent, form.text("at"), form.text("sitting"))
    except BadInput:
        shown = _asking_page(context, run, agent, "", "")  # the moment, or the sitting, is what is wrong
    typed = TypedQuestion(form.text("question"), form.text("form"), form.text("model"), public_text(str(error)))
    return context.pages.page(
        request,
        "ask.html",
        place="sweeps",
        status=status_of(error),
        shown=shown,
        may_ask=context.settings.allow_run,
        typed=typed,
    )


async def _ask(context: ViewerContext, run: str, form: SentForm) -> InterviewResult:
    answer_form = read_answer_form(form.text("form").strip() or None)
    target = find_interview_target(context.store, run, form.text("model").strip() or None)
    sitting_id, options = form.text("sitting"), PlayOptions(pull=False)
    asked = [one for one in context.store.interviews(run) if one.sitting == sitting_id] if sitting_id else []
    config = Config({**load().values, "SOCIARIUM_USER": context.settings.user})
    ports = SweepPorts(observer=SilentObserver(), prices=open_prices())
    async with open_sitting(
        context.store, target, form.text("agent"), form.text("at"), ports, config=config, options=options
    ) as sitting:
        if sitting_id:
            sitting.resume(asked)
        return await ask_in_sitting(sitting, form.text("question"), answer_form)
