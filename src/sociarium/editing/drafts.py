"""Drafts: the answers of a flow that was not finished, kept on disk after each of them."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sociarium.errors import SetupError

FOLDER = Path("experiments/drafts")
_FORMAT = 1


@dataclass(slots=True)
class Draft:
    """An unfinished experiment.

    Attributes:
        base: the experiment that it changes, as a tree; None for a new one.
        origin: id of that experiment in the store.
        answers: by key, as `Asking` keeps them.
    """

    base: dict[str, Any] | None = None
    origin: str | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    begun: str = ""
    path: Path | None = None

    @property
    def title(self) -> str:
        """What it is called so far."""
        return str(self.answers.get("title") or (self.base or {}).get("title") or "without a title")

    def keep(self, answers: Mapping[str, Any]) -> None:
        """Write it down; a crash leaves this state or the one before.

        Raises:
            SetupError: it cannot be written.
        """
        self.answers = dict(answers)
        if self.path is None:
            self.begun = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
            self.path = FOLDER / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}.json"
        document = {
            "format": _FORMAT,
            "begun": self.begun,
            "base": self.base,
            "origin": self.origin,
            "answers": self.answers,
        }
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                json.dump(document, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        except OSError as error:
            raise SetupError(f"the draft {self.path} cannot be written: {error.strerror}") from error

    def remove(self) -> None:
        """Forget it."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def drafts() -> list[Draft]:
    """Those that are there, the latest first; files that are no drafts are passed over."""
    found = []
    for path in sorted(FOLDER.glob("*.json"), reverse=True):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(document, dict) and document.get("format") == _FORMAT and isinstance(document["answers"], dict):
            found.append(Draft(document["base"], document["origin"], document["answers"], str(document["begun"]), path))
    return found
