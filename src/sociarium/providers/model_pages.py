"""Lists of models that come in pages: how servers say that there is another one, and how it is asked for.

The forms are those of public APIs: `has_more` with `last_id` (Anthropic, also behind its compatible endpoint; OpenAI's
other lists), `nextPageToken` (Google), `next_page_token` (Cohere), and the address of the next page in `next`. Of an
address only the query is taken: a list never says where a key is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sociarium.errors import ModelError
from sociarium.providers.transport import HttpResponse

MOST_PAGES = 50
"""More than any list has; a server that never ends is let go of."""
_LONGEST = 4_000
"""Characters of what asks for a page."""
_TOKENS = {"nextPageToken": "pageToken", "next_page_token": "page_token"}


async def further_pages(
    first: Any, ask: Callable[[Mapping[str, str]], Awaitable[HttpResponse]], *, seconds: float
) -> tuple[list[Any], str]:
    """The JSON of every page after the first, and why there may be more; empty where all were read.

    Args:
        first: JSON of the first page.
        ask: with what is added to the query.
        seconds: for all of them.
    """
    pages: list[Any] = []
    asked: list[dict[str, str]] = []
    try:
        async with asyncio.timeout(seconds):
            while query := next_query(pages[-1] if pages else first):
                if query in asked:  # the server does not know what it said itself
                    break
                if len(pages) + 1 == MOST_PAGES:
                    return pages, _cut(pages, "there are more")
                asked.append(query)
                answered = await ask(query)
                if answered.status != 200:
                    return pages, _cut(pages, f"the next one was refused with status {answered.status}")
                pages.append(answered.json_or_none())
    except ModelError as error:
        return pages, _cut(pages, str(error))
    except TimeoutError:
        return pages, _cut(pages, f"the others did not come within {seconds:g} s")
    return pages, ""


def next_query(page: Any) -> dict[str, str]:
    """What is added to the query for the page after this one; empty where it is the last, or does not say how."""
    if not isinstance(page, Mapping):
        return {}
    for name, parameter in _TOKENS.items():
        if token := _text(page.get(name)):
            return {parameter: token}
    if address := _address(page):
        try:
            return dict(parse_qsl(urlsplit(address).query))
        except ValueError:
            return {}
    if page.get("has_more") is True and (last := _text(page.get("last_id")) or _last_id(page.get("data"))):
        return {"after" if "object" in page else "after_id": last}
    return {}


def _address(page: Mapping[str, Any]) -> str:
    """Of the next page, as it stands or in an object of links."""
    links = page.get("links")
    values = [page.get("next"), links.get("next") if isinstance(links, Mapping) else None]
    for value in values:
        if address := _text(value.get("href") if isinstance(value, Mapping) else value):
            return address
    return ""


def _last_id(entries: Any) -> str:
    last = entries[-1] if isinstance(entries, list) and entries else None
    return _text(last.get("id")) if isinstance(last, Mapping) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _cut(pages: list[Any], why: str) -> str:
    count = len(pages) + 1
    return f"the list comes in pages, of which {count} {'was' if count == 1 else 'were'} read: {why}"
