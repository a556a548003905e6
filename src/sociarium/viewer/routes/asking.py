"""Asking an agent about a run: the form, and the question itself, asked by this machine."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from loguru import logger
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sociarium.api.interviewing import find_interview_target, open_sitting
from sociarium.api.keywords import SilentObserver
from sociarium.bootstrap import open_prices
from sociarium.config import Config, load
from sociarium.experiment.answer_form import read_answer_form
from sociarium.experiment.feed.run_content import FeedContent
from sociarium.experiment.stored_content import read_content
from sociarium.runner.interviews.interviewer import InterviewResult
from sociarium.runner.library import lookup
from sociarium.runner.run.event_loop import finish
from sociarium.runner.sweep.play_options import PlayOptions
from sociarium.runner.sweep.start import SweepPorts
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import FormRefused, SentForm
from sociarium.viewer.pages.asking import agents_of_conversation, asking_page, people_of_feed
from sociarium.viewer.routes.requests import Context

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
    run = lookup.find_run_id(context.store, id_)
    content = read_content(context.store.run(run).content)
    is_feed = isinstance(content, FeedContent)
    agents = people_of_feed(context.feed(run)) if is_feed else agents_of_conversation(context.store, run)
    shown = asking_page(context.store, run, content, agents, agent=agent, at=at, sitting=sitting)
    template = "ask_form.html" if part else "ask.html"
    return context.pages.page(request, template, place="sweeps", shown=shown, may_ask=context.settings.allow_run)


@router.post("/runs/{id_}/ask")
def ask(context: Context, form: SentForm, id_: str) -> Response:
    """Ask; the answer is kept beside the run."""
    if not context.settings.allow_run:
        raise FormRefused(
            "These pages were started without --allow-run, so that no model is asked from here; "
            "start them with it, or use `sociarium ask` in a terminal"
        )
    run = lookup.find_run_id(context.store, id_)
    result = finish(_ask(context, run, form))
    one = result.interview
    logger.info("{} asked {} of the run {} at {}: {}", one.by, one.agent, one.run, one.at, one.id)
    return RedirectResponse(f"/runs/{run}/ask?{urlencode({'sitting': one.sitting})}#last", 303)


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
        return await sitting.ask(form.text("question"), answer_form)
