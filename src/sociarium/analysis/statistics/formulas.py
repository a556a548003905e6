"""Formulas of models: columns by their own names, whatever characters these have, and no code.

`outcome ~ factor.goal * section.Risk note` is read with the columns of the table at hand: the longest column name that
stands at a place is meant. A name between backticks, or as Q("name"), is always a column. Beside names there are the
signs + - * : ** ( ), the numbers 0 and 1, and C(name), which makes a factor of a number. Anything else is refused: a
formula may come with a colleague's file, and is not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from sociarium.errors import BadInput

_SAFE = "zq{}zq"
_SAFE_NAME = re.compile(r"zq\d+zq")
_QUOTED = re.compile(r"`([^`]+)`|Q\(\s*\"([^\"]+)\"\s*\)|Q\(\s*'([^']+)'\s*\)")
_WORD = re.compile(r"[^\W\d][\w.]*")
_FACTOR = re.compile(r"C\(\s*")
_SIGN = re.compile(r"\*\*\s*[2-9](?![\w.])|[+\-*:()]|[01](?![\w.])|\s+")
_NAME_PART = re.compile(r"[\w.]")
_TERM = re.compile(r"(?:C\()?(zq\d+zq)\)?(?:\[(?:T\.)?([^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as read.

    Attributes:
        text: as it was written.
        safe: the same with a plain word for each column.
        names: of columns, by their word in `safe`; the outcome first.
        outcome: column left of the tilde.
        as_factors: columns within C().
    """

    text: str
    safe: str
    names: tuple[tuple[str, str], ...]
    outcome: str
    as_factors: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it names."""
        return tuple(name for _, name in self.names)

    def term_name(self, term: str) -> str:
        """A term of the design matrix in the researcher's words, like `goal[escape]:risks[on]`."""
        names = dict(self.names)

        def part(match: re.Match[str]) -> str:
            return names[match[1]] + (f"[{match[2]}]" if match[2] is not None else "")

        return _TERM.sub(part, term)

    def columns_of(self, term: str) -> tuple[str, ...]:
        """Columns that take part in a term of the design matrix."""
        names = dict(self.names)
        return tuple(dict.fromkeys(names[match] for match in _SAFE_NAME.findall(term)))


def parse_formula(text: str, columns: Iterable[str]) -> Formula:
    """Read a formula over the columns of a table.

    Raises:
        BadInput: for an unknown column, a missing tilde, or anything that is no formula.
    """
    left, tilde, right = text.partition("~")
    if not tilde or "~" in right or not left.strip() or not right.strip():
        raise BadInput(f"formula {text!r}: write it as outcome ~ terms, with one tilde")
    reader = _Reader(text, sorted(map(str, columns), key=len, reverse=True))
    outcome = reader.read(left)
    if not _SAFE_NAME.fullmatch(outcome.strip()):
        raise BadInput(f"formula {text!r}: one column stands left of the tilde, as it is")
    terms = reader.read(right)
    names = {word: name for name, word in reader.words.items()}
    safe, factors = f"{outcome.strip()} ~ {terms.strip()}", frozenset(reader.factors)
    if names[outcome.strip()] in (names[word] for word in _SAFE_NAME.findall(terms)):
        raise BadInput(f"formula {text!r}: the outcome cannot explain itself; take it out of the right side")
    return Formula(text, safe, tuple(names.items()), names[outcome.strip()], factors)


class _Reader:
    """Puts a plain word in place of every column."""

    def __init__(self, text: str, columns: list[str]) -> None:
        self._text = text
        self._columns = columns
        self.words: dict[str, str] = {}
        self.factors: set[str] = set()

    def read(self, side: str) -> str:
        parts: list[str] = []
        at, in_factor = 0, False
        while at < len(side):
            if opening := _FACTOR.match(side, at):
                parts.append("C(")
                at, in_factor = opening.end(), True
                continue
            name, end = self._column_at(side, at)
            if name:
                parts.append(self.words.setdefault(name, _SAFE.format(len(self.words))))
                if in_factor:
                    self.factors.add(name)
            elif sign := _SIGN.match(side, at):
                parts.append(sign[0])
                end = sign.end()
            else:
                raise self._fault(side, at)
            at, in_factor = end, False
        return "".join(parts)

    def _column_at(self, side: str, at: int) -> tuple[str, int]:
        if quoted := _QUOTED.match(side, at):
            name = next(filter(None, quoted.groups()))
            if name not in self._columns:
                raise self._unknown(name)
            return name, quoted.end()
        if at and _NAME_PART.match(side[at - 1]):
            return "", at
        for name in self._columns:
            end = at + len(name)
            if name and side.startswith(name, at) and not (end < len(side) and _ends_within(name, side[end])):
                # 0 and 1 are about the intercept; a column of that name takes backticks.
                return ("", at) if name in {"0", "1"} else (name, end)
        return "", at

    def _fault(self, side: str, at: int) -> BadInput:
        if word := _WORD.match(side, at):
            if side[word.end() :].lstrip().startswith("("):
                return BadInput(
                    f"formula {self._text!r}: {word[0]}(...) is no part of formulas; make a column of it beforehand"
                )
            return self._unknown(word[0])
        return BadInput(
            f"formula {self._text!r}: {side[at]!r} is no part of one; columns, + - * : ** ( ) 0 1 and C(column) are"
        )

    def _unknown(self, name: str) -> BadInput:
        near = get_close_matches(name, self._columns, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"its columns are {', '.join(sorted(self._columns))}"
        return BadInput(f"formula {self._text!r}: the table has no column {name!r}; {hint}")


def _ends_within(name: str, following: str) -> bool:
    """Whether a name that stops here is only the beginning of a longer word."""
    return bool(_NAME_PART.match(name[-1]) and _NAME_PART.match(following))
