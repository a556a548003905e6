"""The form of an experiment, filled in and sent as a browser would."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from starlette.testclient import TestClient

from sociarium.experiment.definition import Definition
from sociarium.experiment.document import to_tree
from sociarium.ports.store import Store
from sociarium.records.plans import Experiment
from sociarium.runner.library.duplicate import latest
from tests.support.sent_forms import sent_form
from tests.support.viewer import SAME


class Editor:
    """A browser with the form of an experiment open."""

    def __init__(self, browser: TestClient, store: Store, experiment: Experiment) -> None:
        self._browser, self._store, self._experiment = browser, store, experiment
        self._path = f"/experiments/{experiment.id}/edit"
        self.reload()

    def reload(self) -> None:
        """Open the form over the latest version."""
        self.page = self._browser.get(self._path).text
        self.fields = sent_form(self.page)

    def field(self, what: str, *place: str | int) -> str:
        name = json.dumps([what, *place])
        assert name in self.fields, sorted(self.fields)
        return name

    def put(self, values: str | list[str], what: str, *place: str | int) -> None:
        """Write into a field; a list marks these."""
        self.fields[self.field(what, *place)] = values if isinstance(values, list) else [values]

    def press(self, what: str = "", *place: str | int, check: bool = False) -> int:
        """Send it, by a button of the form or by Check; otherwise by Save."""
        pressed = {"act": json.dumps([what, *place])} if what else {"check": "1"} if check else {}
        if what:
            assert f'value="{pressed["act"]}"' in unescape(self.page).replace("&#34;", '"')
        return self._send(pressed)

    def show(self, start: str) -> int:
        """Go to other people of a long list, by their button."""
        assert f'name="show" value="{start}"' in self.page
        return self._send({"show": start})

    def _send(self, pressed: dict[str, str]) -> int:
        answer = self._browser.post(self._path, headers=SAME, data={**self.fields, **pressed})
        if answer.status_code < 500 and answer.status_code != 303:
            self.page = answer.text
            self.fields = sent_form(self.page)
        return answer.status_code

    def fault_at(self, what: str, *place: str | int) -> str:
        """What stands at a field in red."""
        id_ = f"e-{self.field(what, *place).encode().hex()}"
        match = re.search(rf'id="{id_}-fault"[^>]*>(.*?)</p>', self.page, flags=re.DOTALL)
        return unescape(match[1]).strip() if match else ""

    @property
    def stored(self) -> dict[str, Any]:
        """The latest version."""
        return to_tree(self.definition)

    @property
    def definition(self) -> Definition:
        return latest(self._store, self._experiment)[1]

    @property
    def versions(self) -> int:
        return len(self._store.versions(self._experiment.id))
