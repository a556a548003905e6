"""Lists of models that come in pages are read whole, in whatever form a server says that there is another page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from sociarium.providers.anthropic import Anthropic
from sociarium.providers.model_pages import MOST_PAGES, further_pages, next_query
from sociarium.providers.openai import OpenAI
from sociarium.providers.transport import HttpResponse
from tests.servers.anthropic_server import AnthropicDialect
from tests.servers.openai_server import OpenAIDialect
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response, as_json

NAMES = [f"model-{number}" for number in range(7)]


def cards(start: str | int, size: int = 3) -> list[dict[str, str]]:
    """Some of the models: from a place on, or those behind a name."""
    first = start if isinstance(start, int) else NAMES.index(start) + 1 if start else 0
    return [{"id": name} for name in NAMES[first : first + size]]


def is_last(page: list[dict[str, str]]) -> bool:
    return page[-1]["id"] == NAMES[-1]


def anthropic_page(query: dict[str, str]) -> Any:
    page = cards(query.get("after_id", ""))
    return {"data": page, "has_more": not is_last(page), "first_id": page[0]["id"], "last_id": page[-1]["id"]}


def openai_page(query: dict[str, str]) -> Any:
    page = cards(query.get("after", ""))
    return {"object": "list", "data": page, "has_more": not is_last(page)}


def google_page(query: dict[str, str]) -> Any:
    page = cards(int(query.get("pageToken", "0")))
    more = {} if is_last(page) else {"nextPageToken": str(NAMES.index(page[-1]["id"]) + 1)}
    return {"models": [{"name": one["id"]} for one in page], **more}


def linked_page(query: dict[str, str]) -> Any:
    page = cards(int(query.get("offset", "0")))
    offset = int(query.get("offset", "0")) + 3
    there = f"https://elsewhere.invalid/v1/models?offset={offset}&limit=3"
    return {"data": page, "next": None if is_last(page) else there}


class Paged(OpenAIDialect):
    """A server whose list comes in pages."""

    def __init__(self, page: Callable[[dict[str, str]], Any]) -> None:
        super().__init__(any_model=True)
        self.page = page
        self.queries: list[dict[str, str]] = []

    async def other(self, request: Request) -> Response:
        query = {name: values[0] for name, values in parse_qs(request.query.lstrip("?")).items()}
        self.queries.append(query)
        answered = self.page(query)
        return answered if isinstance(answered, Response) else as_json(answered)


async def listed(dialect: Paged) -> tuple[list[str], str]:
    with StandIn(dialect).serving() as server:
        model = OpenAI(f"{server.url}/v1")
        try:
            return await model.list_models()
        finally:
            await model.aclose()


@pytest.mark.parametrize("page", [anthropic_page, openai_page, google_page, linked_page])
async def test_every_page_is_read(page: Callable[[dict[str, str]], Any]) -> None:
    dialect = Paged(page)
    assert await listed(dialect) == (NAMES, "")
    assert len(dialect.queries) == 3


async def test_anthropics_own_list_is_read_to_its_end() -> None:
    class Listing(AnthropicDialect):
        async def other(self, request: Request) -> Response:
            query = {name: values[0] for name, values in parse_qs(request.query.lstrip("?")).items()}
            assert query["limit"] == "1000"
            return as_json(anthropic_page(query))

    with StandIn(Listing()).serving() as server:
        model = Anthropic(server.url)
        assert await model.list_models() == (NAMES, "")
        await model.aclose()


async def test_a_server_that_repeats_its_first_page_is_asked_no_third_time() -> None:
    dialect = Paged(lambda _query: {"object": "list", "data": cards(0), "has_more": True})
    assert await listed(dialect) == (NAMES[:3], "")
    assert len(dialect.queries) == 2


async def test_what_was_read_stays_where_the_next_page_is_refused_and_its_lack_proves_nothing() -> None:
    def page(query: dict[str, str]) -> Any:
        return Response(500, b"{}", {}) if query else openai_page(query)

    names, why = await listed(Paged(page))
    assert names == NAMES[:3]
    assert "the list comes in pages, of which 1 was read: the next one was refused with status 500" in why
    with StandIn(Paged(page)).serving() as server:
        model = OpenAI(f"{server.url}/v1")
        about = await model.describe(NAMES[5])
        await model.aclose()
    assert about.served is None
    assert "does not list" not in " ".join(about.hints)


async def test_a_list_without_an_end_is_let_go_of() -> None:
    asked = 0

    async def ask(_query: Any) -> HttpResponse:
        nonlocal asked
        asked += 1
        return HttpResponse(200, {}, json.dumps({"data": [], "nextPageToken": str(asked)}).encode(), 0.0)

    pages, why = await further_pages({"nextPageToken": "0"}, ask, seconds=60)
    assert (asked, len(pages)) == (MOST_PAGES - 1, MOST_PAGES - 1)
    assert "there are more" in why


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ([{"id": "m"}], {}),
        ({"data": [{"id": "m"}]}, {}),
        ({"data": [{"id": "m"}], "has_more": False, "last_id": "m"}, {}),
        ({"data": [], "has_more": True}, {}),
        ({"data": ["m"], "has_more": True}, {}),
        ({"data": [{"id": 7}], "has_more": True}, {}),
        ({"data": [{"id": "m"}], "has_more": "true"}, {}),
        ({"next": {"href": "/v1/models?start=x%20y"}}, {"start": "x y"}),
        ({"links": {"next": "?page=2"}}, {"page": "2"}),
        ({"next": "http://[bad?x=1"}, {}),
        ({"next": "/v1/models"}, {}),
        ({"nextPageToken": ""}, {}),
        ({"next_page_token": "t"}, {"page_token": "t"}),
        ({"nextPageToken": "x" * 5_000}, {}),
    ],
)
def test_what_asks_for_the_next_page(page: Any, query: dict[str, str]) -> None:
    assert next_query(page) == query
