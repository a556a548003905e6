"""Who may ask, and what a browser may do with the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from sociarium.records.plans import SweepRecord
from sociarium.viewer.security import HEADERS, host_names, is_same_origin
from tests.support.viewer import ADDRESS, FORM, SAME

Client = Callable[..., TestClient]


@pytest.mark.parametrize(
    "path",
    ["/", "/experiments", "/sweeps", "/static/style.css", "/static/nothing", "/no/such/page", "/runs/ffff",
     "/experiments?page=x", "/search?q=a"],
)  # fmt: skip
def test_every_answer_has_every_header(client: Client, path: str) -> None:
    answer = client().get(path)
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    assert answer.headers["cache-control"]
    assert "server" not in answer.headers


def test_who_asks_for_headers_alone_gets_them(client: Client) -> None:
    answer = client().head("/experiments")
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    parts = HEADERS["content-security-policy"].split("; ")
    assert "default-src 'none'" in parts
    assert all("unsafe" not in part and "*" not in part and "http" not in part for part in parts)
    assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src 'self'"} <= set(parts)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8042", "127.0.0.1:9", "127.0.0.1", "localhost.evil:8042", ""]
)
def test_a_request_under_another_name_is_refused(client: Client, host: str) -> None:
    answer = client().get("/experiments", headers={"host": host})
    assert answer.status_code == 421
    assert "127.0.0.1:8042" in answer.text or "[::1]:8042" in answer.text or "localhost:8042" in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)


@pytest.mark.parametrize("host", ["127.0.0.1:8042", "localhost:8042", "LOCALHOST:8042", "[::1]:8042"])
def test_this_machine_is_reached_under_each_of_its_names(client: Client, host: str) -> None:
    assert client().get("/experiments", headers={"host": host}).status_code == 200


def test_another_address_has_the_name_that_was_given_and_the_one_it_was_reached_by() -> None:
    names = host_names("lab7.example", 8042, ("10.0.0.7", 8042))
    assert {"lab7.example:8042", "10.0.0.7:8042"} <= names
    assert "localhost:8042" not in names
    anywhere = host_names("0.0.0.0", 8042, ("10.0.0.7", 8042))
    assert {"10.0.0.7:8042", "localhost:8042"} <= anywhere
    assert "0.0.0.0:8042" not in anywhere
    assert "[::1]" in host_names("::1", 80)


@pytest.mark.parametrize(
    ("sent", "same"),
    [
        ({}, False),
        ({"origin": ADDRESS}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "https://127.0.0.1:8042"}, False),
        ({"origin": "http://127.0.0.1:9"}, False),
        ({"origin": "null"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": ADDRESS, "sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, False),
    ],
)
def test_only_a_page_of_this_server_may_change_something(sent: dict[str, str], same: bool) -> None:
    assert is_same_origin(Headers(sent), "127.0.0.1:8042") is same


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_what_comes_from_elsewhere_changes_nothing(client: Client, sweep: SweepRecord, method: str) -> None:
    address = f"/experiments/{sweep.experiment}/star"
    answer = client().request(
        method, address, headers={"origin": "http://evil.example"}, content=f"form_token={FORM}&star=1"
    )
    assert answer.status_code == 403


def test_a_form_without_our_token_changes_nothing(client: Client, sweep: SweepRecord) -> None:
    browser = client()
    for token in ("", "another"):
        answer = browser.post(f"/experiments/{sweep.experiment}/star", headers=SAME,
                              content=f"form_token={token}&star=1")  # fmt: skip
        assert answer.status_code == 403
        assert "another start" in answer.text


def test_another_address_needs_the_token(client: Client) -> None:
    browser = client(host="10.0.0.7", token="a secret")
    assert browser.get("/experiments").status_code == 401
    assert browser.get("/static/app.js").status_code == 401
    assert browser.get("/experiments?token=wrong").status_code == 401


def test_a_token_in_the_address_goes_into_a_cookie_and_out_of_the_address(client: Client) -> None:
    browser = client(host="10.0.0.7", token="a secret")
    answer = browser.get("/experiments?q=x&token=a%20secret&page=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/experiments?q=x&page=1"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert browser.get("/experiments?q=x&page=1").status_code == 200


def test_a_token_leads_nowhere_else(client: Client) -> None:
    answer = client(host="10.0.0.7", token="t").get("http://10.0.0.7:8042//evil.example/x?token=t")
    assert answer.headers["location"] == "/evil.example/x"


def test_what_is_no_request_of_pages_is_not_answered(client: Client) -> None:
    browser = client()
    with pytest.raises(Exception), browser.websocket_connect("/experiments"):  # noqa: B017
        pass
