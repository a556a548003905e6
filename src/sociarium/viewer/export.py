"""A sweep or a run as static pages: the same templates, in a folder that opens from disk or from any web server."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from sociarium.errors import BadInput, SetupError
from sociarium.exchange.run_document import run_documents
from sociarium.exchange.txt import in_order
from sociarium.ports.store import Store
from sociarium.records.runs import Worker
from sociarium.viewer.app import STATIC, create_app
from sociarium.viewer.asgi_client import PageResponse, get
from sociarium.viewer.pages.transcript import SHOWN
from sociarium.viewer.settings import ViewerSettings

INDEX = "index.html"
SEARCH = "search.html"
_MOST_POSTS = 2_000
"""Of a feed whose posts have pages of their own; of larger ones the timelines hold all there is."""
_MOST_CHARACTERS = 600
"""Of a text that can be searched for."""
_LINK = re.compile(r'\s(href|src|data-load|data-live|action)="([^"]*)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_SERVED = re.compile(r"<(\w+)(?: class=\"[\w -]*\")? data-served[ >].*?</\1>", re.DOTALL)
"""What only the program can do: the mark stands before attributes with texts of others, and no element that has it
holds another of its name."""
_VIEWS = frozenset({"page", "day", "as", "order", "tag", "opinion"})
_CHOICES = frozenset({"probe", "over"})
"""What a page of results is of."""
_TEXT = re.compile(r"/runs/\w+/texts/\d+")
"""A text that is too long for its page, alone."""
_STATIC_FILES = ("style.css", "app.js", "icon.svg")


@dataclass(frozen=True, slots=True)
class ExportedPages:
    """What was written.

    Attributes:
        files: address of the pages -> its file with its anchor, below the folder.
    """

    folder: Path
    pages: int
    runs: int
    files: Callable[[str], str | None] = lambda _address: None


def export_pages(
    store: Store, target: str, folder: Path, *, user: str, me: Worker, progress: Callable[[int], None] = lambda _: None
) -> ExportedPages:
    """Write a sweep or a run as static pages; the folder appears when all of them are written.

    Args:
        target: a path of the pages: `/sweeps/ID` or `/runs/ID`.
        folder: which must not exist, or be empty.
        progress: told how many pages are written.

    Raises:
        BadInput: the folder holds something.
        SetupError: the disk does not take it.
    """
    try:
        return _export(store, target, folder, user, me, progress)
    except OSError as error:
        raise SetupError(f"{folder} cannot be written: {error.strerror}; nothing of it is left") from error


def _export(
    store: Store, target: str, folder: Path, user: str, me: Worker, progress: Callable[[int], None]
) -> ExportedPages:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} holds something already; name a folder that does not exist")
    folder.parent.mkdir(parents=True, exist_ok=True)
    kind, id_ = target.strip("/").split("/")
    runs = [id_] if kind == "runs" else list(dict.fromkeys(place.status.run for place in store.slots(id_)))
    settings = ViewerSettings(store, user, read_only=True, exporting=True)
    crawl = _Crawl(target, id_ if kind == "sweeps" else "", frozenset(runs))
    being_written = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        texts = _texts(store, runs, crawl)
        asyncio.run(_write(crawl, settings, me, being_written, progress))
        _write_search(settings, me, being_written, texts, crawl)
        for name in _STATIC_FILES:
            shutil.copyfile(STATIC / name, being_written / name)
        being_written.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        being_written.rename(folder)
    except BaseException:
        shutil.rmtree(being_written, ignore_errors=True)
        raise
    return ExportedPages(folder, len(crawl.written), len(runs), crawl.written_file)


@dataclass(slots=True)
class _Crawl:
    """Which pages belong to an export, and what they are called.

    Attributes:
        sweep: its id; empty where one run is exported.
        large: feeds whose posts have no pages of their own.
    """

    start: str
    sweep: str
    runs: frozenset[str]
    waiting: deque[str] = field(default_factory=deque)
    file_names: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    large: set[str] = field(default_factory=set)

    def file(self, address: str) -> str | None:
        """The file of an address with its anchor; None where it is not part of the export. A new one waits."""
        split = urlsplit(address)
        if split.path.startswith("/static/"):
            return split.path.rpartition("/")[2]
        if split.path in {"/", "/search"}:
            return INDEX if split.path == "/" else SEARCH
        if message := re.fullmatch(r"/runs/(\w+)/messages/(\d+)\.(\d+)", split.path):
            return self._message(*message.groups())
        if split.path.endswith("/runs"):
            # One page has the runs of a condition, whatever number of theirs leads there.
            split = split._replace(query=urlencode([one for one in parse_qsl(split.query) if one[0] == "where"]))
        if not self._belongs(split.path, dict(parse_qsl(split.query))):
            return None
        key = split.path + (f"?{split.query}" if split.query else "")
        if key not in self.file_names:
            self.file_names[key] = INDEX if key == self.start else _file_name(key)
            self.waiting.append(key)
        return self.file_names[key] + (f"#{split.fragment}" if split.fragment else "")

    def written_file(self, address: str) -> str | None:
        """As `file`, of pages that are written alone."""
        to = self.file(address)
        written = {self.file_names[key] for key in self.written}
        return to if to is not None and to.partition("#")[0] in written else None

    def _message(self, run: str, day: str, index: str) -> str | None:
        to = self.moved.get(f"{run}/{day}.{index}")
        return self.file(to) if to else None

    def _belongs(self, path: str, query: dict[str, str]) -> bool:
        kind, _, rest = path.lstrip("/").partition("/")
        id_, _, part = rest.partition("/")
        if kind == "sweeps" and self.sweep and id_ == self.sweep:
            chosen = _CHOICES if part == "results" else {"page"}
            return (part in {"", "results"} and set(query) <= chosen) or part == "runs"
        if kind != "runs" or id_ not in self.runs:
            return False
        if part.startswith("people/"):
            return not query
        if part.startswith("posts/") and not part.endswith("/readers"):
            return not query and id_ not in self.large
        if _TEXT.fullmatch(path):
            return not query
        return not part and len(query) <= 1 and set(query) <= _VIEWS


async def _write(
    crawl: _Crawl, settings: ViewerSettings, me: Worker, folder: Path, progress: Callable[[int], None]
) -> None:
    app = create_app(settings, me)
    crawl.file(crawl.start)
    while crawl.waiting:
        key = crawl.waiting.popleft()
        split = urlsplit(key)
        query = urlencode([*parse_qsl(split.query), ("inline", "1")])
        answer = await get(app, unquote(split.path), query, host=f"127.0.0.1:{settings.port}")
        _check(answer, key)
        is_text = _TEXT.fullmatch(split.path)
        page = _text_page(answer.text) if is_text else page_for_files(answer.text, split.path, crawl.file)
        (folder / crawl.file_names[key]).write_text(page, encoding="utf-8")
        crawl.written.add(key)
        progress(len(crawl.written))


def page_for_files(page: str, path: str, file: Callable[[str], str | None]) -> str:
    """A page whose links lead to files, which sends nothing and offers nothing that needs the program.

    Texts of models and people cannot look like a link here: the quotes and brackets in them are escaped.

    Args:
        path: of the page, to which links by query alone belong.
        file: the file of an address; None where there is none, and then it is no link.
    """

    def link_to_file(match: re.Match[str]) -> str:
        name, address = match[1], unescape(match[2])
        if name in {"data-load", "data-live", "action"}:
            return ""
        if address.startswith("#"):
            return match[0]
        to = file(path + address if address.startswith("?") else address)
        return "" if to is None else f' {name}="{escape(to)}"'

    return _LINK.sub(link_to_file, _SERVED.sub("", _FORM.sub("", page)))


def _text_page(text: str) -> str:
    """A whole text as a page: of a file in plain text browsers guess how it is written."""
    return f'<!doctype html><meta charset="utf-8"><title>Text</title><pre dir="auto">{escape(text)}</pre>\n'


def _write_search(settings: ViewerSettings, me: Worker, folder: Path, texts: list[list[str]], crawl: _Crawl) -> None:
    """A page that finds words in all texts, with the texts in it."""
    answer = asyncio.run(get(create_app(settings, me), "/export/search", "", host=f"127.0.0.1:{settings.port}"))
    _check(answer, "/search")
    rows = [[to, who, text] for address, who, text in texts if (to := crawl.file(address))]
    # Inside a script element only `<` could end it.
    data = json.dumps(rows, ensure_ascii=False).replace("<", "\\u003c")
    page = page_for_files(answer.text, "/search", crawl.file)
    block = f'<script type="application/json" id="search-data">{data}</script>'
    (folder / SEARCH).write_text(page.replace("</main>", f"{block}</main>", 1), encoding="utf-8")


def _texts(store: Store, runs: list[str], crawl: _Crawl) -> list[list[str]]:
    """Address, who and text of everything that was said."""
    texts: list[list[str]] = []
    begun = [status.run for status in store.run_statuses(runs) if status.token > 0]
    for run, document in zip(begun, run_documents(store, begun), strict=True):
        if len(document.get("posts", ())) > _MOST_POSTS:
            crawl.large.add(run)
        if "messages" in document:
            texts += _conversation_lines(run, document, crawl)
        for post in document.get("posts", []):
            page = f"/runs/{run}" if run in crawl.large else f"/runs/{run}/posts/{post['id']}"
            if post["kind"] != "repost":
                texts.append([page, f"@{post['author']}, day {post['day']}", post["content"][:_MOST_CHARACTERS]])
    return texts


def _conversation_lines(run: str, document: dict[str, Any], crawl: _Crawl) -> Iterator[list[str]]:
    """All that is said in a conversation, the opening, events and summaries too, each at its place on its page."""
    page, messages = 1, 0
    yield [f"/runs/{run}#opening", "Opening", document["starting_message"][:_MOST_CHARACTERS]]
    for one in in_order(document):
        match one["kind"]:
            case "messages":
                page, messages = messages // SHOWN + 1, messages + 1
                anchor, who = f"m{one['day']}-{one['index']}", f"{one['speaker']}, {one['day']}.{one['index']}"
            case "events":
                anchor, who = f"e{one['seq']}", f"{one['author']}, event {one['name']}"
            case "summaries":
                anchor, who = f"s{one['day']}", f"Summary of day {one['day']}"
            case _:
                continue
        address = f"/runs/{run}{f'?page={page}' if page > 1 else ''}#{anchor}"
        if one["kind"] == "messages":
            crawl.moved[f"{run}/{one['day']}.{one['index']}"] = address
        yield [address, who, one["content"][:_MOST_CHARACTERS]]


def _file_name(key: str) -> str:
    """A name that says what kind of page it is and is safe whatever stands in the address."""
    parts = urlsplit(key).path.strip("/").split("/")
    kind = {"people": "person", "posts": "post", "results": "results", "runs": "runs", "texts": "text"}.get(
        parts[2] if len(parts) > 2 else "", parts[0].removesuffix("s")
    )
    return f"{kind}-{sha256(key.encode()).hexdigest()[:16]}.html"


def _check(answer: PageResponse, key: str) -> None:
    if answer.status != 200:
        raise BadInput(f"the page {key} cannot be written: it answers {answer.status}")
