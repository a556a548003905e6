"""Servers as they were publicly reported, from `cases.yaml`: each row can be played."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.servers.answers import Answer, words_of
from tests.servers.openai_server import OpenAIDialect
from tests.servers.stand_in import StandIn
from tests.servers.wire import Request, Response


@dataclass(frozen=True, slots=True)
class Want:
    """What a sweep of three runs comes to; see `cases.yaml`."""

    code: int = 0
    runs: Mapping[str, int] = field(default_factory=lambda: {"done": 3})
    ended: str = "completed"
    calls: int | Sequence[int] | None = None
    warned: Sequence[str] = ()
    stopped: Sequence[str] = ()
    form: Mapping[str, str] | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    answer: int | str | None = None
    said: str | None = None
    thought: str | None = None
    flags: Sequence[str] = ()

    @property
    def calls_between(self) -> tuple[int, int] | None:
        """The least and the most."""
        if self.calls is None or isinstance(self.calls, int):
            return None if self.calls is None else (self.calls, self.calls)
        least, most = self.calls
        return least, most


@dataclass(frozen=True, slots=True)
class Case:
    """A row."""

    name: str
    when: str
    answers: Sequence[Mapping[str, Any]]
    want: Want
    says: str | None = None
    entry: Mapping[str, Any] = field(default_factory=dict)
    choices: Sequence[str] = ()


def elsewhere() -> dict[str, list[str]]:
    """Name -> the tests that hold it, of cases that need more than a row."""
    return {row["name"]: row["elsewhere"] for row in _rows() if "elsewhere" in row}


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = YAML(typ="safe").load(
        (Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8")
    )
    return rows


def cases() -> list[Case]:
    """Every row of the table that can be played."""
    return [Case(**{**row, "want": Want(**row["want"])}) for row in _rows() if "elsewhere" not in row]


@contextmanager
def playing(case: Case) -> Iterator[StandIn]:
    """A server that plays a row."""
    with StandIn(CaseDialect(case)).serving() as server:
        yield server


class CaseDialect(OpenAIDialect):
    """A good server, but for the answers of a row."""

    def __init__(self, case: Case) -> None:
        model = case.entry.get("model", "stand-in")
        says = case.says
        answering = words_of if says is None else lambda _ask: Answer(says)
        super().__init__(models={model: None}, any_model=True, answering=answering)
        self._case = case
        self._next = 0

    def refusal(self, request: Request) -> Response | None:
        """The row's answer to a chat call; None where a good one is given."""
        if not self._is_met(request.json):
            return None
        answer = self._turn()
        if "events" in answer:
            return _streamed(answer["events"])
        if answer.get("status", 200) == 200 and "text" in answer:
            zipped = answer.get("gzip", False)
            return OpenAIDialect(answering=lambda _ask: Answer(answer["text"]), zipped=zipped).answer(request)
        return _response(answer)

    async def other(self, request: Request) -> Response:
        """The row's list of models, or a good one."""
        if self._case.when == "list" and request.path == "/v1/models":
            return _response(self._turn())
        return await super().other(request)

    def _is_met(self, body: Mapping[str, Any]) -> bool:
        match self._case.when.split():
            case ["chat"]:
                return True
            case ["reply"]:
                return "response_format" not in body
            case ["schema"]:
                return "response_format" in body
            case ["system"]:
                return any(message["role"] == "system" for message in body["messages"])
            case ["option", name]:
                return name in body
            case _:
                return False

    def _turn(self) -> Mapping[str, Any]:
        answer = self._case.answers[min(self._next, len(self._case.answers) - 1)]
        self._next += 1
        return answer


def _response(answer: Mapping[str, Any]) -> Response:
    body = answer["text"] if "text" in answer else json.dumps(answer["body"])
    kind = {"content-type": "text/plain"} if "text" in answer else {}
    return Response(answer.get("status", 200), body.encode(), {**kind, **answer.get("headers", {})})


def _streamed(events: Sequence[Any]) -> Response:
    body = "".join(f"{one if isinstance(one, str) else f'data: {json.dumps(one)}'}\n\n" for one in events)
    return Response(200, body.encode(), {"content-type": "text/event-stream"})
