"""A stand-in for OpenAI's moderation endpoint: flags what has the word "kill", and keeps what it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ModerationServer:
    """What it was asked, and how it answers.

    Attributes:
        url: up to and with the version.
        asked: bodies of requests that it answered.
        keys: that were shown.
        refusals: statuses of the next requests, which get no answer.
        model: as which it answers; that which is asked for where left out.
    """

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    model: str | None = None

    @property
    def texts(self) -> list[str]:
        """Every text that was sent."""
        return [text for body in self.asked for text in body["input"]]

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the protocol says."""
        results = []
        for text in body["input"]:
            is_bad = "kill" in text
            scores = {"violence": 0.75 if is_bad else 0.0, "harassment/threatening": 0.5 if is_bad else 0.125}
            results.append({"flagged": is_bad, "categories": {}, "category_scores": scores})
        return {"id": "modr-1", "model": self.model or body["model"], "results": results}


@contextmanager
def moderation_server() -> Iterator[ModerationServer]:
    """The server, from a thread of its own."""
    state = ModerationServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status = state.refusals.pop(0) if state.refusals else 200
            if self.path != "/v1/moderations":
                status = 404
            if status == 200:
                state.asked.append(body)
                state.keys.append(self.headers.get("authorization", ""))
            sent = json.dumps(state.answer(body) if status == 200 else {"error": {"message": "no"}}).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            if status == 429:
                self.send_header("retry-after", "0")
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the library
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
