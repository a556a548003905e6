"""Networks of feeds as GraphML: who follows whom at the end, and who answered whom how often.

GraphML 1.0 (Brandes, Eiglsperger, Herman, Himsolt and Marshall, "GraphML Progress Report", GD 2001), as Gephi, igraph
and networkx read it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sociarium.errors import BadInput
from sociarium.exchange.folder import Folder
from sociarium.exchange.run_document import run_documents
from sociarium.ports.store import Store

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODE_ATTRIBUTES = {
    "name": "string",
    "role": "string",
    "model": "string",
    "generated": "boolean",
    "joined": "int",
    "followers_count": "int",
}
"""Attributes of a node beside its handle, with their types; an account outside the feed has none of them."""


@dataclass(frozen=True, slots=True)
class GraphTie:
    """An edge with its one attribute: the day since when, or how often."""

    source: str
    target: str
    value: int


def export(store: Store, runs: Iterable[str], folder: Folder) -> Iterator[Path]:
    """Write `<run>-follows.graphml` and `<run>-replies.graphml`; yields each file when it is written.

    Raises:
        BadInput: none of the runs is a feed.
    """
    file_count = 0
    for document in run_documents(store, runs):
        run = document["run"]
        if document.get("environment") != "feed":
            continue
        for name, attribute, ties in (
            ("follows", "since", follows(document)),
            ("replies", "weight", replies(document)),
        ):
            yield folder.write([f"{run}-{name}"], ".graphml", graph_lines(document["people"], ties, attribute))
            file_count += 1
    if not file_count:
        raise BadInput("networks are of feeds, and none of these runs is one; --format csv exports conversations")


def follows(document: Mapping[str, Any]) -> list[GraphTie]:
    """Who follows whom at the end, and since which day; 0 is before the first."""
    since: dict[tuple[str, str], int] = {}
    for change in document["follows"]:
        tie = (change["person"], change["other"])
        if change["change"] == "follow":
            since[tie] = change["day"]
        else:
            since.pop(tie, None)
    return [GraphTie(*tie, day) for tie, day in since.items()]


def replies(document: Mapping[str, Any]) -> list[GraphTie]:
    """Who answered whom, and how often; answers to oneself are among them."""
    authors = {post["id"]: post["author"] for post in document["posts"]}
    counts = Counter((post["author"], authors[post["parent"]]) for post in document["posts"] if post["kind"] == "reply")
    return [GraphTie(*tie, count) for tie, count in counts.items()]


def graph_lines(people: Iterable[Mapping[str, Any]], ties: Iterable[GraphTie], attribute: str) -> Iterator[str]:
    """A directed graph, line by line."""
    ties = list(ties)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for name, kind in _NODE_ATTRIBUTES.items():
        yield f'  <key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>\n'
    yield f'  <key id="{attribute}" for="edge" attr.name="{attribute}" attr.type="int"/>\n'
    yield '  <graph edgedefault="directed">\n'
    people_by_handle = {person["handle"]: person for person in people}
    outside: dict[str, Mapping[str, Any]] = {
        handle: {} for tie in ties for handle in (tie.source, tie.target) if handle not in people_by_handle
    }
    for handle, person in {**people_by_handle, **outside}.items():
        yield f"    <node id={_attribute(handle)}>\n"
        for name in _NODE_ATTRIBUTES:
            if person.get(name) is not None:
                yield f'      <data key="{name}">{_text(person[name])}</data>\n'
        yield "    </node>\n"
    for tie in ties:
        yield f"    <edge source={_attribute(tie.source)} target={_attribute(tie.target)}>"
        yield f'<data key="{attribute}">{tie.value}</data></edge>\n'
    yield "  </graph>\n</graphml>\n"


def _text(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return escape(_NOT_IN_XML.sub("\ufffd", text))


def _attribute(value: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\ufffd", value))
