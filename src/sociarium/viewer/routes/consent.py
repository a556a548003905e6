"""Consent in the pages: the text stands in the form of the first act, and is kept with it."""

from __future__ import annotations

from sociarium.ports.clock import SystemClock
from sociarium.runner.library.consent import consent_digest, has_consented, keep_consent
from sociarium.viewer.context import ViewerContext
from sociarium.viewer.forms import HtmlForm


def lacking_consent(context: ViewerContext, experiment: str, text: str) -> str:
    """The text that the reader of the pages has not agreed to; empty where nothing is to be asked."""
    agreed = has_consented(context.store, experiment, text, person=context.settings.user)
    return "" if agreed else text


def take_consent(context: ViewerContext, form: HtmlForm, experiment: str, text: str) -> None:
    """Keep that whoever sends a form agrees, where the form says so of this very text."""
    if text and form.text("consent") == consent_digest(text):
        keep_consent(context.store, experiment, text, person=context.settings.user, clock=SystemClock())
