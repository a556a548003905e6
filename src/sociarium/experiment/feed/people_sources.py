"""People that entries of `people:` name, put in their place when the file is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from sociarium.count_text import count_text, one_or_many
from sociarium.errors import Problem
from sociarium.experiment.feed.archive import BadArchive, Contents, Mention, PastActivity, read_account, read_archive
from sociarium.experiment.feed.people import HANDLE
from sociarium.experiment.feed.people_file import MOST_BROKEN, read_people
from sociarium.experiment.feed.pseudonyms import Pseudonyms
from sociarium.experiment.feed.salience import most_salient
from sociarium.experiment.feed.source_entries import PeopleArchive
from sociarium.experiment.loading.includes import ArchivePath, Files, UnreadableFile, text_beside
from sociarium.experiment.loading.parse import PlacedPart, Tree
from sociarium.experiment.loading.validation_messages import validation_message
from sociarium.experiment.problems import Loc, path_text

_LONGEST_HANDLE = 50
_WORDS_FOR_NOTHING = ("NA", "N/A", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None")
"""What R, pandas, Excel and databases write into a table where nothing is known."""
_CONSENT = "say where this person's consent is documented; without it no archive is read"


def expand(entries: Sequence[Any], loc: Loc, tree: Tree, files: Files) -> list[list[PlacedPart] | None]:
    """The people whom each entry names; None where it names none and stands for itself. Faults go to the tree."""
    reading = _PeopleReader(tree, files)
    places = [(entry, (*loc, position)) for position, entry in enumerate(entries)]
    # Owners of archives are known before any archive is read, as they may name each other.
    for entry, place in places:
        if _names(entry, "archive"):
            reading.open(entry, place)
    return [reading.people(entry, place) for entry, place in places]


def _names(entry: Any, key: str) -> bool:
    return isinstance(entry, dict) and key in entry


@dataclass(slots=True)
class _PeopleReader:
    tree: Tree
    files: Files
    pseudonyms: Pseudonyms = field(default_factory=Pseudonyms)
    archives: dict[Loc, tuple[PeopleArchive, ArchivePath, str]] = field(default_factory=dict)

    def people(self, entry: Any, loc: Loc) -> list[PlacedPart] | None:
        if _names(entry, "file"):
            return self._of_file(entry, loc)
        if _names(entry, "archive"):
            return self._of_archive(loc)
        return None

    def _problem(self, loc: Loc, message: str, mend: str) -> None:
        self.tree.problems.append(Problem(path_text(loc), message, mend, self.tree.line(loc)))

    def _of_file(self, block: Mapping[str, Any], loc: Loc) -> list[PlacedPart]:
        name = block["file"]
        if len(block) > 1 or not isinstance(name, str):
            mend = "write {file: people.jsonl}; what is said of its people stands in that file"
            self._problem(loc, "an entry with `file` has that key alone", mend)
            return []
        try:
            text = text_beside(name, self.files.read)
        except UnreadableFile as error:
            self._problem(loc, error.message, error.mend)
            return []
        people, other_fields = read_people(text)
        broken = [entry for entry in people if entry.value is None]
        mend = (
            'write a JSON list, one JSON object a line, such as {"handle": "ada", "persona": "..."}, or a table (CSV)'
        )
        for entry in broken[:MOST_BROKEN]:
            problem = Problem(f"{name} line {entry.line}", entry.problem, mend, self.tree.line(loc))
            self.tree.problems.append(problem)
        if len(broken) > MOST_BROKEN:
            message = (
                f"{count_text(len(broken) - MOST_BROKEN, 'more line')} of {name} "
                f"{one_or_many(len(broken) - MOST_BROKEN, 'is', 'are')} broken"
            )
            self._problem(loc, message, "mend those that are named first")
        if not people:
            self._problem(loc, f"the file {name!r} is empty", "write people into it")
        if other_fields:
            message = f"of {name}, {', '.join(other_fields)} go into the persona of each"
            self.tree.notes.append(Problem(path_text(loc), message, line=self.tree.line(loc)))
        if unknown := _unknown_fields(entry.value for entry in people):
            message = f"of {name}, {', '.join(unknown)} say NA, nan, NULL or None, and models read it as it stands"
            mend = "leave a cell empty where nothing is known"
            self.tree.notes.append(Problem(path_text(loc), message, mend, self.tree.line(loc)))
        return [PlacedPart(entry.value, f"{name} line {entry.line}") for entry in people if entry.value is not None]

    def open(self, block: Mapping[str, Any], loc: Loc) -> None:
        """Check an entry, open its archive, and let its owner take part."""
        try:
            entry = PeopleArchive.model_validate_json(json.dumps(block))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                below = tuple(part for part in detail["loc"] if isinstance(part, str))
                message, mend = validation_message(detail, (*loc, *below), sorted(PeopleArchive.model_fields))
                self._problem((*loc, *below), message, _CONSENT if below == ("consent",) else mend)
            return
        try:
            archive = self.files.archive(entry.archive)
            account = read_account(archive)
        except OSError as error:
            where = "name the exported folder or its .zip, by a path relative to this file or a whole one"
            self._problem((*loc, "archive"), f"the archive {entry.archive!r} cannot be read: {error.strerror}", where)
        except BadArchive as error:
            self._problem((*loc, "archive"), error.message, error.mend)
        else:
            handle = entry.handle or (account.username if account else "")
            if not re.match(HANDLE, handle) or len(handle) > _LONGEST_HANDLE:
                self._problem(loc, "the archive does not say whose it is", "write a `handle:` into the entry")
                return
            if account:
                self.pseudonyms.take_part(account, handle)
            self.archives[loc] = (entry, archive, handle)

    def _of_archive(self, loc: Loc) -> list[PlacedPart]:
        if loc not in self.archives:
            return []
        entry, archive, handle = self.archives[loc]
        try:
            contents = read_archive(archive)
        except OSError as error:
            self._problem((*loc, "archive"), f"the archive {entry.archive!r} cannot be read: {error.strerror}",
                          "export it again, or mend its access rights")  # fmt: skip
        except BadArchive as error:
            self._problem((*loc, "archive"), error.message, error.mend)
        else:
            if contents.wordless:
                message = (
                    f"{count_text(contents.wordless, 'post or like is', 'posts and likes are')} "
                    "left out, of which the archive has no words"
                )
                self.tree.notes.append(Problem(path_text(loc), message, line=self.tree.line(loc)))
            return [PlacedPart(_person(entry, handle, contents, self.pseudonyms), f"archive {entry.archive}")]
        return []


def _unknown_fields(people: Iterable[object]) -> list[str]:
    """The fields in which somebody has a program's word for nothing."""
    written = [person for person in people if isinstance(person, Mapping)]
    personas = [person["persona"] for person in written if isinstance(person.get("persona"), Mapping)]
    said = [item for part in (*written, *personas) for item in part.items()]
    return sorted({str(name) for name, value in said if value in _WORDS_FOR_NOTHING})


def _person(entry: PeopleArchive, handle: str, contents: Contents, pseudonyms: Pseudonyms) -> dict[str, Any]:
    """The person of an archive, with nothing of it that the prompt does not need."""
    own = contents.account.name if contents.account and entry.handle is None else ""
    follows = (pseudonyms.taking_part(id_) for id_ in contents.following)
    facts = [
        entry.background,
        f"Lives in: {pseudonyms.clean(contents.location)}." if contents.location else "",
        f"Follows {len(contents.following)} accounts." if contents.following else "",
    ]
    # Pseudonyms are given in the order of time, whatever the budget.
    activities = [_clean(activity, pseudonyms) for activity in contents.activities]
    history = [
        {"kind": activity.kind, "text": activity.text, "weight": weight}
        | ({"of": activity.of.username} if activity.of else {})
        | ({"at": activity.at} if activity.at else {})
        for activity, weight in most_salient([activity for activity in activities if activity.text], entry.budget)
    ]
    return {
        "handle": handle,
        "name": own if entry.name is None else entry.name,
        "bio": pseudonyms.clean(contents.bio),
        "persona": entry.persona,
        "background": " ".join(fact for fact in facts if fact),
        "history": history,
        "follows": sorted({other for other in follows if other and other != handle}),
        "followers_count": entry.followers_count,
        "role": entry.role,
        "consent": entry.consent,
    }


def _clean(activity: PastActivity, pseudonyms: Pseudonyms) -> PastActivity:
    of = Mention(pseudonyms.of(activity.of)) if activity.of else None
    return replace(activity, text=pseudonyms.clean(activity.text, activity.mentions, activity.links), of=of)
