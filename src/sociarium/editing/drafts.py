"""Drafts: an experiment that is being changed, and where one stands in it; on disk after each change."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sociarium.editing.former_drafts import document_of_answers
from sociarium.errors import SetupError

FOLDER = Path("experiments/drafts")
_FORMAT = 2


@dataclass(slots=True)
class Draft:
    """An experiment that is not saved as it stands.

    Attributes:
        document: what it says, whole or not.
        position: where one stands: a part, a thing in it, and so on.
        experiment: id of the experiment of one's own that is changed; None for one that is not in the store.
        origin: id of the experiment that it is a duplicate of.
        answers: of questions that change the document together once the last is answered, by where they are asked.
    """

    document: dict[str, Any] = field(default_factory=dict)
    position: tuple[str, ...] = ()
    experiment: str | None = None
    origin: str | None = None
    begun: str = ""
    path: Path | None = None
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called so far."""
        return str(self.document.get("title") or "without a title")

    def keep(self, document: dict[str, Any], position: Sequence[str]) -> None:
        """Write it down; a crash leaves this state or the one before.

        Raises:
            SetupError: it cannot be written.
        """
        self.document, self.position = document, tuple(position)
        if self.path is None:
            self.begun = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
            self.path = FOLDER / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}.json"
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                json.dump(self._content(), file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as error:
            raise SetupError(f"the draft {self.path} cannot be written: {error.strerror}") from error

    def remove(self) -> None:
        """Forget it."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            self.path = None

    def _content(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "begun": self.begun,
            "document": self.document,
            "position": list(self.position),
            "experiment": self.experiment,
            "origin": self.origin,
            "answers": self.answers,
        }


def drafts() -> list[Draft]:
    """Those that are there, the latest first; files that are no drafts are passed over.

    A draft of an earlier version is written anew as one of this version.
    """
    result = []
    for path in sorted(FOLDER.glob("*.json"), reverse=True):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if (draft := _draft_of(content, path)) is not None:
            result.append(draft)
    return result


def _draft_of(content: Any, path: Path) -> Draft | None:
    if not isinstance(content, dict):
        return None
    begun, origin = str(content.get("begun", "")), content.get("origin")
    match content:
        case {"format": 2, "document": dict(document), "position": list(position)}:
            place = tuple(map(str, position))
            return Draft(document, place, content.get("experiment"), origin, begun, path, _answers_of(content))
        case {"format": 1, "answers": dict(answers)}:
            draft = Draft({}, (), None, origin, begun, path)
            draft.keep(document_of_answers(answers, content.get("base") or {}), ())
            return draft
    return None


def _answers_of(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Of unfinished questions; drafts of before have none."""
    answers = content.get("answers")
    if not isinstance(answers, dict):
        return {}
    return {place: dict(answer) for place, answer in answers.items() if isinstance(answer, dict)}
