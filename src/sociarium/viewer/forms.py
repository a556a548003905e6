"""Forms that pages send: read with bounds, and only those that stand in a page of this server's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends
from starlette.requests import Request

from sociarium.errors import BadInput
from sociarium.viewer.context import ViewerContext

_LARGEST = 1_000_000
"""Bytes; an experiment file has at most five times as many and is not sent by a form."""


class FormRefused(BadInput):
    """The form does not stand in a page of this server."""


class Overtaken(BadInput):
    """Somebody else edited it first."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, each once."""

    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        """A field; empty where it was not sent."""
        return self.fields.get(name, "").replace("\r\n", "\n")

    def whole_number(self, name: str) -> int | None:
        """A field as a number; None where it is none."""
        value = self.fields.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None

    @property
    def next(self) -> str:
        """Where to go back to: an address of this server, whatever was sent."""
        return local_address(self.fields.get("next", ""))


async def changing_form(request: Request) -> Form:
    """A form that changes the store. Raises `FormRefused` as `sent_form`, and where nothing may be changed."""
    context: ViewerContext = request.app.state.context
    if context.settings.read_only:
        raise FormRefused("These pages were started with --read-only, and nothing was changed")
    return await sent_form(request)


async def sent_form(request: Request) -> Form:
    """The form that was sent.

    Raises:
        FormRefused: it carries no token of this server, or is too large.
    """
    context: ViewerContext = request.app.state.context
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise FormRefused("This form holds more than a million bytes, and nothing was changed; send less")
    try:
        sent = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=2_000)
    except ValueError as error:
        raise FormRefused(f"This form cannot be read ({error}), and nothing was changed") from error
    form = Form({name: values[-1] for name, values in sent.items()})
    if not compare_digest(form.text("form_token").encode(), context.settings.form_token.encode()):
        raise FormRefused(
            "This form was shown by another start of the pages, and nothing was changed; load the page again and send "
            "it once more"
        )
    return form


SentForm = Annotated[Form, Depends(changing_form)]
Appearance = Annotated[Form, Depends(sent_form)]
"""A form that changes nothing but how pages look."""


def local_address(text: str) -> str:
    """A path with its query, if it leads nowhere else; else the first page."""
    # Browsers take `//host`, `///host` and `/\\host` for addresses of another server.
    is_local = text.startswith("/") and not text.startswith("//") and text.isprintable() and "\\" not in text
    return text if is_local else "/experiments"
