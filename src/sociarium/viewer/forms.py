"""Forms that pages send: read with bounds, and only those that stand in a page of this server's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends
from starlette.requests import Request

from sociarium.errors import BadInput
from sociarium.viewer.context import ViewerContext

_LARGEST = 4_000_000
"""Bytes; an experiment that is edited is sent twice: as its fields, and as the document that they change."""
_MOST_FIELDS = 10_000


class FormRefused(BadInput):
    """The form does not stand in a page of this server."""


class Overtaken(BadInput):
    """Somebody else edited it first."""


@dataclass(frozen=True, slots=True)
class HtmlForm:
    """The fields of a form."""

    lists: Mapping[str, Sequence[str]]

    @property
    def fields(self) -> dict[str, str]:
        """Each field with the last of its values."""
        return {name: values[-1] for name, values in self.lists.items()}

    def text(self, name: str) -> str:
        """A field; empty where it was not sent."""
        return self._last(name).replace("\r\n", "\n")

    def whole_number(self, name: str) -> int | None:
        """A field as a number; None where it is none."""
        value = self._last(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None

    @property
    def next(self) -> str:
        """Where to go back to: an address of this server, whatever was sent."""
        return local_address(self._last("next"))

    def _last(self, name: str) -> str:
        return self.lists[name][-1] if name in self.lists else ""


async def changing_form(request: Request) -> HtmlForm:
    """A form that changes the store. Raises `FormRefused` as `sent_form`, and where nothing may be changed."""
    context: ViewerContext = request.app.state.context
    if context.settings.read_only:
        raise FormRefused("These pages were started with --read-only, and nothing was changed")
    return await sent_form(request)


async def sent_form(request: Request) -> HtmlForm:
    """The form that was sent.

    Raises:
        FormRefused: it carries no token of this server, or is too large.
    """
    context: ViewerContext = request.app.state.context
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise FormRefused("This form holds more than four million bytes, and nothing was changed; send less")
    try:
        sent = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise FormRefused(f"This form cannot be read ({error}), and nothing was changed") from error
    form = HtmlForm(sent)
    if not compare_digest(form.text("form_token").encode(), context.settings.form_token.encode()):
        raise FormRefused(
            "This form was shown by another start of the pages, and nothing was changed; load the page again and send "
            "it once more"
        )
    return form


SentForm = Annotated[HtmlForm, Depends(changing_form)]
Appearance = Annotated[HtmlForm, Depends(sent_form)]
"""A form that changes nothing but how pages look."""


def local_address(text: str) -> str:
    """A path with its query, if it leads nowhere else; else the first page."""
    # Browsers take `//host`, `///host` and `/\\host` for addresses of another server.
    is_local = text.startswith("/") and not text.startswith("//") and text.isprintable() and "\\" not in text
    return text if is_local else "/experiments"
