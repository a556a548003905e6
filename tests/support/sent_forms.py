"""What a browser would send of a form in a page."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, marker: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._marker = marker
        self._is_inside = False
        self._select = self._area = ""
        self._options: list[tuple[str, bool]] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = self._marker in values.get("class", "").split()
        if not self._is_inside:
            return
        name = values.get("name", "")
        if tag == "input" and values.get("type") in {"checkbox", "radio"}:
            if "checked" in values:
                self._put(name, values.get("value", "on"))
        elif tag == "input":
            self._put(name, values.get("value", ""))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((values.get("value", ""), "selected" in values))
        elif tag == "textarea":
            self._area, self._text = name, []

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            self._put(self._select, (chosen or [value for value, _ in self._options][:1] or [""])[-1])
            self._select = ""
        elif tag == "textarea" and self._area:
            # A line end right behind the tag is no part of the text.
            self._put(self._area, "".join(self._text).removeprefix("\n").replace("\n", "\r\n"))
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def _put(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def sent_form(page: str, marker: str = "form") -> dict[str, list[str]]:
    """The fields of the form with a class, as they stand in a page."""
    form = _Form(marker)
    form.feed(page)
    return form.fields
