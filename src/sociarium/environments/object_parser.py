"""The reader of one JSON object as models really write it: form is read leniently, each repair by its name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

_DEEPEST = 20
_BLANK = re.compile(r"\s*+")
_NUMBER = re.compile(r"[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?")
_BARE_KEY = re.compile(r"[^\W\d][\w.-]*+")
_BARE_VALUE = re.compile(r"[^\s,:{}\[\]\"'“”‘’<>|\\][^,:{}\[\]\"“”<>|\\\n]*+")
_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’"}
_TO_STRING_END = {mark: re.compile(rf"[^{mark}\\]*+") for mark in _CLOSING.values()}
_COMMENT = re.compile(r"//[^\n]*+|#[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_LITERALS = {"true": True, "false": False, "null": None}
_PYTHON = {"True": True, "False": False, "None": None}
_CONTROL = re.compile(r"[\x00-\x1f]")


class ConflictError(ValueError):
    """A key has two values."""


class BrokenError(ValueError):
    """Not to be read."""


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; `1` and `true` are not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


class _End(Exception):
    """The text ends within a value."""


@dataclass(slots=True)
class ObjectParser:
    """Reads one object in one pass.

    Attributes:
        at: where it reads next; at first where the object begins.
        cut: whether the text was cut by a limit, so that its last word may go on.
        repairs: names of what was mended.
        lost: keys whose values were cut, and are left out.
    """

    text: str
    at: int
    cut: bool
    repairs: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def object(self, depth: int) -> dict[str, Any]:
        """The object that begins here, which lies so deep in others.

        Raises:
            BrokenError: it cannot be read.
            ConflictError: a key has two values.
        """
        self._enter(depth)
        value: dict[str, Any] = {}
        while True:
            try:
                key = self._next_key(value)
            except _End:
                # A further member was begun, or may have been: within another value it is not known what it would say.
                if depth:
                    raise
                self._end_here()
                return value
            if key is None:
                return value
            try:
                one = self.value(depth + 1)
            except _End:
                if depth:
                    raise
                self.lost.add(key)
                self._end_here()
                return value
            if key in value:
                if not is_same(value[key], one):
                    raise ConflictError
                self.repairs.add("repeated")
            value[key] = one

    def _next_key(self, members: dict[str, Any]) -> str | None:
        """The key of the next member, its colon passed; None after the last."""
        if self._next_member(members, "}") is None:
            return None
        key = self._key()
        sign = self._peek()
        if sign == "":
            raise _End
        if sign != ":":
            raise BrokenError
        self.at += 1
        return key

    def array(self, depth: int) -> list[Any]:
        self._enter(depth)
        items: list[Any] = []
        while self._next_member(items, "]") is not None:
            items.append(self.value(depth + 1))
        return items

    def value(self, depth: int) -> Any:
        match self._peek():
            case "":
                raise _End
            case "{":
                return self.object(depth)
            case "[":
                return self.array(depth)
            case sign if sign in _CLOSING:
                return self._string(sign)
            case _:
                return self._bare()

    def _enter(self, depth: int) -> None:
        if depth >= _DEEPEST:
            raise BrokenError
        self.at += 1

    def _end_here(self) -> None:
        self.at = len(self.text)
        self.repairs.add("unclosed")

    def _next_member(self, members: Any, closing: str) -> str | None:
        """The sign with which the next member begins; None after the last."""
        commas = 0
        while (sign := self._peek()) == ",":
            self.at += 1
            commas += 1
        if commas > 1 or (commas and (not members or sign in (closing, ""))):
            self.repairs.add("trailing_comma")
        if sign == closing:
            self.at += 1
            return None
        if sign == "":
            if self.cut and (closing == "]" or commas):
                raise _End
            self.repairs.add("unclosed")
            return None
        if closing == "]" and sign == "}" and members:
            self.repairs.add("unclosed")
            return None
        if members and not commas:
            if closing == "]" or sign not in _CLOSING:
                raise BrokenError
            self.repairs.add("missing_comma")
        return sign

    def _peek(self) -> str:
        """The next sign that is no blank and no comment; empty at the end."""
        while True:
            self.at = _end(_BLANK, self.text, self.at)
            sign = self.text[self.at : self.at + 1]
            if sign not in ("/", "#") or not sign:
                return sign
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                self.at = len(self.text) if self.text.startswith("/*", self.at) else self.at
                raise BrokenError
            self.repairs.add("comment")
            self.at = comment.end()

    def _key(self) -> str:
        sign = self._peek()
        if sign in _CLOSING:
            return self._string(sign)
        match = _BARE_KEY.match(self.text, self.at)
        if match is None:
            raise BrokenError
        self.repairs.add("unquoted")
        self.at = match.end()
        return match[0]

    def _bare(self) -> Any:
        match = _BARE_VALUE.match(self.text, self.at)
        if match is None:
            raise BrokenError
        words = match[0]
        comment = re.search(r"\s(?:#|//|/\*)", words)
        end = match.end() if comment is None else self.at + comment.start()
        words = words[: comment.start()] if comment else words
        self.at = end
        if end == len(self.text) and self.cut:
            raise _End
        words = words.strip()
        if words in _LITERALS:
            return _LITERALS[words]
        if words in _PYTHON:
            self.repairs.add("literal")
            return _PYTHON[words]
        if words.lstrip("-+") in ("NaN", "Infinity"):
            return None
        if _NUMBER.fullmatch(words):
            return self._number(words)
        if "..." in words or "…" in words:
            raise BrokenError  # a pattern of an answer, not an answer
        self.repairs.add("unquoted")
        return words

    def _number(self, words: str) -> int | float:
        if not _JSON_NUMBER.fullmatch(words):
            if words.lstrip("-+").startswith("0") and words.lstrip("-+0")[:1].isdecimal():
                raise BrokenError
            self.repairs.add("number")
        try:
            return int(words) if words.lstrip("-+").isdecimal() else float(words)
        except ValueError as error:
            raise BrokenError from error

    def _string(self, opening: str) -> str:
        closing = _CLOSING[opening]
        if opening != '"':
            self.repairs.add("quotes")
        parts: list[str] = []
        self.at += 1
        plain = _TO_STRING_END[closing]
        while True:
            end = _end(plain, self.text, self.at)
            parts.append(self.text[self.at : end])
            if _CONTROL.search(parts[-1]):
                self.repairs.add("newline")
            self.at = end
            sign = self.text[end : end + 1]
            if not sign:
                raise _End
            if sign == "\\":
                parts.append(self._escaped_sign())
            elif closing in "'’" and self._is_apostrophe():
                parts.append(sign)
                self.at += 1
            else:
                self.at += 1
                break
        return "".join(parts)

    def _is_apostrophe(self) -> bool:
        before, after = self.text[self.at - 1 : self.at], self.text[self.at + 1 : self.at + 2]
        return before.isalpha() and after.isalpha()

    def _escaped_sign(self) -> str:
        sign = self.text[self.at + 1 : self.at + 2]
        if not sign:
            raise _End
        if sign == "u" and (digits := _HEX.match(self.text, self.at + 2)):
            self.at += 6
            return chr(int(digits[0], 16))
        self.at += 2
        if sign in _ESCAPES:
            return _ESCAPES[sign]
        self.repairs.add("escape")
        return "\\" + sign if sign.isalnum() else sign


def _end(pattern: re.Pattern[str], text: str, begin: int) -> int:
    match = pattern.match(text, begin)
    assert match is not None
    return match.end()
