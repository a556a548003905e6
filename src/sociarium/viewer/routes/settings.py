"""/theme: light, dark, or as the system has it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from sociarium.viewer.forms import Appearance
from sociarium.viewer.html import THEME_COOKIE, THEMES

router = APIRouter()
_YEAR = 365 * 24 * 3600


@router.post("/theme")
def theme(form: Appearance) -> Response:
    """Remember the colours in a cookie; the store knows nothing of it, so that it works read-only, too."""
    answer = RedirectResponse(form.next, 303)
    chosen = form.text("theme")
    answer.set_cookie(
        THEME_COOKIE, chosen if chosen in THEMES else THEMES[0], max_age=_YEAR, httponly=True, samesite="lax"
    )
    return answer
