"""What a public deposit leaves out: posts of people who exist, who they are, who worked on it, and where it ran.

Fields that name somebody or some host are emptied. Beyond that, every text is searched for the words of real histories
and for addresses of servers, since models quote and errors name. Words that were rewritten cannot be recognised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sociarium.exchange.archive.lines import Line
from sociarium.exchange.archive.totals import host_kind
from sociarium.experiment.tree_texts import tree_texts
from sociarium.records.inputs import Input
from sociarium.records.interviews import Interview
from sociarium.records.journal import JournalEntry
from sociarium.records.judgements import is_judgement
from sociarium.records.labels import ADJUDICATED, Codebook, Label, Measure
from sociarium.records.plans import Edit, Experiment, ModelVersion, SweepRecord, Version
from sociarium.records.runs import Claim, Run, Worker
from sociarium.records.steering import SteeringOrder

WITHHELD = "withheld"
"""Stands where a name must stand."""
_TEXT, _PLACE = "[withheld]", "[address]"
_SHORTEST = 8
"""Characters of a text that is searched for: shorter ones are anybody's words."""
_SERVING = ("base_url", "hosts", "hardware", "api_key_env", "api_key_header")
_BEGINNING = r"(?:(?<!\w)|(?<=\\n)|(?<=\\r)|(?<=\\t))"
"""Of a word; inside JSON the letter of an escape may stand before it."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>`\\]+")


@dataclass(slots=True)
class Personal:
    """What records hold of people and places.

    Attributes:
        histories: texts of histories, and of who the people are that an archive tells of.
        handles, names: of people who exist, with a documented consent.
        workers: who made, ran, asked, steered or put something in.
        annotators: people who labelled.
        hosts: names of hosts, and addresses of servers with and without port.
    """

    histories: set[str] = field(default_factory=set)
    handles: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    workers: set[str] = field(default_factory=set)
    annotators: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    has_history: bool = False

    def add(self, record: Line) -> None:
        """Note what a record holds."""
        match record:
            case Version(document=document):
                self._add_document(json.loads(document))
            case JournalEntry(call=call) if call is not None:
                self._add_endpoint(call.endpoint)
            case Interview(call=call, by=by):
                self._add_endpoint(call.endpoint)
                self.workers.add(by)
            case Worker(host=host):
                self.hosts |= {host} if host and host != "localhost" else set()
            case Codebook(document={"rubric": {"models": Mapping() as models}}):
                self._add_servers(models)
            case Measure(value={"endpoint": endpoint, "by": by}) if is_judgement(record):
                self._add_endpoint(endpoint)
                self.workers |= {by} if by else set()
            case Label(kind="person", annotator=annotator):
                self.annotators |= {annotator} - {ADJUDICATED}
            case _:
                pass
        self.workers.update(_workers_of(record))

    def _add_document(self, document: Mapping[str, Any]) -> None:
        self._add_servers(document.get("models") or {})
        for person in _people_of(document):
            history = [text for deed in person.get("history") or () for text in _stripped_texts(deed.get("text"))]
            self.has_history |= bool(history)
            self.histories.update(history)
            if person.get("consent"):
                self.has_history = True
                self.handles |= {person["handle"]}
                self.names |= {person["name"]} if person.get("name") else set()
                parts = (person.get(key) for key in ("persona", "bio", "background", "consent"))
                self.histories.update(text for part in parts for text in _stripped_texts(part))

    def _add_servers(self, models: Mapping[str, Any]) -> None:
        for spec in models.values():
            for address in (spec.get("base_url"), *(spec.get("hosts") or ())):
                self._add_endpoint(address)

    def _add_endpoint(self, address: str | None) -> None:
        if not address or "://" not in address:
            self.hosts |= {address} if address and ":" in address else set()
            return
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
        except ValueError:
            return
        self.hosts |= {parts.netloc} if ":" in parts.netloc else set()
        self.hosts |= {host} if host and host_kind(address) != "this machine" else set()


@dataclass(frozen=True, slots=True)
class Redaction:
    """Takes out of texts and trees what the public may not see.

    Attributes:
        handles: of people who exist.
        annotators: name -> what stands instead.
        keeps_runs: whether what runs are made of can be published: no real history is in it.
        people: names of those who worked on it.
    """

    handles: frozenset[str]
    annotators: Mapping[str, str]
    keeps_runs: bool
    people: Collection[str]
    _pattern: re.Pattern[str] | None
    _instead: Mapping[str, str]

    def text(self, text: str) -> str:
        """A text without them."""
        if self._pattern is not None:
            text = self._pattern.sub(self._replacement, text)
        return text

    def _replacement(self, match: re.Match[str]) -> str:
        return self._instead.get(match[0]) or self._instead[match[0].casefold()]

    def error(self, text: str) -> str:
        """An error's text, in which no address stands, whosever it is."""
        return _URL.sub(_PLACE, self.text(text))

    def tree(self, value: Any) -> Any:
        """A JSON value, with all its texts."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.tree(item) for key, item in value.items()}
        return [self.tree(item) for item in value] if isinstance(value, list | tuple) else value

    def document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """An experiment's document, where it runs without any address."""
        models = {
            name: {key: value for key, value in spec.items() if key not in _SERVING}
            for name, spec in (document.get("models") or {}).items()
        }
        changed = {**document, "models": models}
        if isinstance(people := document.get("people"), list):
            changed["people"] = [_public_person(person) for person in people]
        return dict(self.tree(changed))


def redaction_of(personal: Personal) -> Redaction:
    """What is to be left out of records that hold this."""
    pseudonyms = {handle: f"person_{number}" for number, handle in enumerate(sorted(personal.handles), start=1)}
    names = {name: f"Person {number}" for number, name in enumerate(sorted(personal.names), start=1)}
    spelled = {form for text in personal.histories if len(text) >= _SHORTEST for form in _spellings(text)}
    whole = {
        form.casefold(): instead
        for word, instead in {**dict.fromkeys(personal.hosts, _PLACE), **names, **pseudonyms}.items()
        for form in _spellings(word)
        if form
    }
    texts = [re.escape(text) for text in sorted(spelled, key=len, reverse=True)]
    words = [rf"{_BEGINNING}(?i:{re.escape(word)})(?!\w)" for word in sorted(whole, key=len, reverse=True)]
    instead = {**dict.fromkeys(spelled, _TEXT), **whole}
    annotators = {name: f"annotator-{number}" for number, name in enumerate(sorted(personal.annotators), start=1)}
    pattern = re.compile("|".join([*texts, *words])) if texts or words else None
    people = sorted((personal.workers | personal.annotators) - {WITHHELD, ""})
    return Redaction(frozenset(personal.handles), annotators, not personal.has_history, people, pattern, instead)


def _public_person(person: Any) -> Any:
    if not isinstance(person, dict):
        return person
    left_out = {"history", "consent"} | ({"persona", "bio", "background", "name"} if person.get("consent") else set())
    return {key: value for key, value in person.items() if key not in left_out}


def _people_of(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    people = document.get("people")
    return (person for person in people or () if isinstance(person, dict) and "handle" in person)


def _stripped_texts(tree: Any) -> Iterator[str]:
    return (text.strip() for text in tree_texts(tree))


def _spellings(text: str) -> set[str]:
    """A text as it stands by itself, and inside JSON."""
    return {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}


def _workers_of(record: Line) -> Iterable[str]:
    match record:
        case Experiment() | SweepRecord() | ModelVersion() | Run() | Codebook() | Input():
            return [record.creator]
        case Version() | Claim() | Worker() | SteeringOrder():
            return [record.by] if record.by else []
        case Edit():
            return [record.editor]
        case _:
            return []
