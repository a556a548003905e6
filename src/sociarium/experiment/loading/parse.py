"""From YAML or JSON text to a tree of plain values, with the line of every part.

YAML 1.2: `on`, `off`, `yes`, `no` are strings. Duplicate keys, tags, recursive aliases, and aliases that grow without
bound are refused. Keys are always strings, spelled as in the file.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from sociarium.errors import Problem
from sociarium.experiment.loading.scalars import integer_of, real_of
from sociarium.experiment.loading.yaml_slips import (
    BACKSLASH_MEND,
    escaped_control,
    quoted_text,
    syntax_problem,
    words_after_comment_sign,
)
from sociarium.experiment.problems import Loc, path_text

MOST_CHARACTERS = 5_000_000
MOST_PARTS = 200_000
DEEPEST = 60

_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part that was read from elsewhere and put into the tree, and where it comes from."""

    value: Any
    label: str


@dataclass(slots=True)
class Tree:
    """A document: its value, where each part starts, and what could not be read.

    Attributes:
        notes: what was read otherwise than it is probably meant; no faults.
        spellings: path -> a number, truth value or null as it is written.
        lines: path -> line (1 is the first); a mapping's entry stands at the line of its key.
        text_starts: path -> line, and column on it, where a text begins.
        source: the lines of the file.
        moved: path in `value` -> its path in the file and, for what was read from elsewhere, where it comes from.
    """

    value: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    text_starts: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    spellings: dict[Loc, str] = field(default_factory=dict)
    source: list[str] = field(default_factory=list)
    moved: dict[Loc, tuple[Loc, str]] = field(default_factory=dict)

    def place(self, key: str, parts: list[list[PlacedPart] | None]) -> None:
        """Put parts into the list under a key, each in the place of the entry that names them; None leaves it."""
        entries = self.value[key]
        items: list[Any] = []
        for position, (entry, placed) in enumerate(zip(entries, parts, strict=True)):
            for part in [PlacedPart(entry, "")] if placed is None else placed:
                self.moved[(key, len(items))] = ((key, position), part.label)
                items.append(part.value)
        self.value[key] = items

    def in_file(self, loc: Loc) -> tuple[Loc, str]:
        """A path of `value` as one of the file, and the origin of what was read from elsewhere, with its path there."""
        moved, label = self.moved.get(loc[:2], (loc[:2], ""))
        if not label:
            return (*moved, *loc[2:]), ""
        return moved, ", ".join(part for part in (label, path_text(loc[2:])) if part)

    def line_within(self, loc: Loc, before: str) -> int | None:
        """The line on which a text at a path goes on after its words `before`.

        Only what is visible is counted, because folding changes nothing but the spaces between.
        """
        loc, elsewhere = self.in_file(loc)
        if elsewhere or loc not in self.text_starts:
            return self.line(loc)
        first, column = self.text_starts[loc]
        rest = _visible(before) + _visible("".join(self.source[first - 1 : first])[:column])
        for number, line in enumerate(self.source[first - 1 :], start=first):
            rest -= _visible(line)
            if rest < 0:
                return number
        return self.line(loc)

    def line(self, loc: Loc) -> int | None:
        """The line of a path, or of the nearest part around it."""
        loc, _ = self.in_file(loc)
        for end in range(len(loc), -1, -1):
            if loc[:end] in self.lines:
                return self.lines[loc[:end]]
        return None


class _TooMuch(Exception):
    """The document is deeper or has more parts than any experiment."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(line)


def parse_yaml(text: str) -> Tree:
    """Read YAML 1.2 into a tree; faults stand in its `problems`."""
    tree = Tree(source=re.split(r"\r\n|\r|\n", text))
    if re.match(r"%YAML (?!1\.2\b)", text):
        mend = "take out the %YAML line, and write true or false where yes or no was meant"
        tree.problems.append(Problem("", "only YAML 1.2 is read", mend, line=1))
        return tree
    try:
        node = YAML(typ="safe", pure=True).compose(text)
        if node is not None:
            builder = _Builder(tree)
            tree.value = builder.value(node, (), ())
            builder.note_unused_anchors()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        tree.problems.append(syntax_problem(error, None if mark is None else mark.line + 1, tree.source))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        mend = 'take it out, or write it as an escape in quotes, such as "\\x07"'
        tree.problems.append(
            Problem("", f"the character U+{ord(text[error.position]):04X} is not allowed", mend, line=line)
        )
    except (YAMLError, ValueError, OverflowError) as error:
        tree.problems.append(Problem("", f"this is not YAML: {_one_line(str(error))}", "mend the syntax"))
    except (_TooMuch, RecursionError) as error:
        mend = f"at most {DEEPEST} levels and {MOST_PARTS} parts; mind aliases (*) that repeat each other"
        place = error.line if isinstance(error, _TooMuch) else None
        tree.problems.append(Problem("", "the document is too deep or too large", mend, line=place))
    return tree


def parse_json(text: str) -> Tree:
    """Read JSON into a tree; faults stand in its `problems`."""
    # JSON is YAML 1.2 but for tabs between its parts, which cannot stand raw inside a JSON string, and for a few
    # characters that can stand only there.
    try:
        value = json.loads(text, parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        return Tree(problems=[Problem("", f"this is not JSON: {error.msg}", "mend the syntax", line=error.lineno)])
    except ValueError as error:
        return Tree(problems=[Problem("", f"this is not JSON: {_one_line(str(error))}", "write a smaller number")])
    except RecursionError:
        return Tree(problems=[Problem("", "the document is too deep", f"at most {DEEPEST} levels are allowed")])
    tree = parse_yaml(_NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\t", " ")))
    if not tree.problems:
        tree.value = value
    return tree


def refuse_constant(name: str) -> None:
    """For `parse_constant` of `json`: raise `ValueError` for NaN and infinities."""
    raise ValueError(f"{name} is not a number of JSON")


def _visible(text: str) -> int:
    return len("".join(text.split()))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


@dataclass(slots=True)
class _Builder:
    tree: Tree
    parts: int = 0
    characters: int = 0
    anchored: dict[int, tuple[ScalarNode, Loc, int]] = field(default_factory=dict)
    """Texts with an anchor, their paths, and how often each is used."""

    def note_unused_anchors(self) -> None:
        """Note texts whose first word was taken for an anchor to which nothing refers."""
        for node, loc, times in self.anchored.values():
            if times == 1:
                text = f"&{node.anchor} {node.value}"
                mend = f"put the whole text in quotes if it is part of it: {quoted_text(text)}"
                self._note(
                    loc, node.start_mark.line + 1, f"`&{node.anchor}` is an anchor and no part of the text", mend
                )

    def value(self, node: Node, loc: Loc, around: tuple[int, ...]) -> Any:
        self.parts += 1
        if self.parts > MOST_PARTS or len(loc) > DEEPEST:
            raise _TooMuch(node.start_mark.line + 1)
        line = node.start_mark.line + 1
        self.tree.lines.setdefault(loc, line)
        if isinstance(node, ScalarNode):
            return self._scalar(node, loc)
        if id(node) in around:
            self._problem(loc, line, "the alias contains itself", "write the part out")
            return None
        around = (*around, id(node))
        if isinstance(node, SequenceNode):
            self._refuse_tag(node, loc, "seq")
            return [self.value(item, (*loc, position), around) for position, item in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        self._refuse_tag(node, loc, "map")
        return self._mapping(node, loc, around)

    def _mapping(self, node: MappingNode, loc: Loc, around: tuple[int, ...]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._problem(loc, line, "a key is a list or mapping", "keys are plain words")
                continue
            key = self._whole(str(key_node.value), loc, line)
            if key == "<<" and key_node.tag == f"{_TAG}merge":
                self._problem(loc, line, "merge keys (<<) are not part of YAML 1.2", "write the entries out")
            elif key in mapping:
                self._problem((*loc, key), line, f"the key {key!r} stands twice", "keep one of them")
            else:
                self.tree.lines[(*loc, key)] = line
                mapping[key] = self.value(value_node, (*loc, key), around)
        return mapping

    def _scalar(self, node: ScalarNode, loc: Loc) -> Any:
        line, kind = node.start_mark.line + 1, str(node.tag).removeprefix(_TAG)
        text = self._whole(str(node.value), loc, line)
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise _TooMuch(line)
        in_block = node.style in {"|", ">"}
        self.tree.text_starts[loc] = (line + 1, 0) if in_block else (line, node.start_mark.column + bool(node.style))
        if not node.style and kind == "str":
            self._note_what_is_lost(node, loc)
        if control := escaped_control(text):
            self._note(loc, line, f"a backslash made a control character of the text ({control})", BACKSLASH_MEND)
        if kind in {"null", "bool", "int", "float"}:
            self.tree.spellings[loc] = text
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            return integer_of(text)
        if kind == "float":
            number = real_of(text)
            if isinstance(number, float) and not math.isfinite(number):
                self._problem(loc, line, f"{text} is not a number to work with", "write a finite one")
            return number
        if kind not in {"str", "timestamp", "value"}:
            mend = (
                f"put the whole text in quotes: {quoted_text(f'{node.tag} {text}')}" if text else "write plain values"
            )
            self._problem(loc, line, f"{node.tag} is a tag of YAML, and tags are not allowed", mend)
        return text

    def _note_what_is_lost(self, node: ScalarNode, loc: Loc) -> None:
        if node.anchor:
            standing = self.anchored.get(id(node))
            self.anchored[id(node)] = (node, loc, 1 if standing is None else standing[2] + 1)
        start, end = node.start_mark, node.end_mark
        if self._rest_of_line(start).startswith("!"):
            mend = f"put the whole text in quotes if it is part of it: {quoted_text(f'! {node.value}')}"
            self._note(loc, start.line + 1, "the `!` before it is a tag of YAML and no part of the text", mend)
        if words := words_after_comment_sign(self._rest_of_line(end)):
            mend = f"put the whole text in quotes if it goes on: {quoted_text(f'{node.value} {words}')}"
            self._note(loc, end.line + 1, f"{words!r} is a comment and no part of the text", mend)

    def _rest_of_line(self, mark: StringMark) -> str:
        return self.tree.source[mark.line][mark.column :] if mark.line < len(self.tree.source) else ""

    def _note(self, loc: Loc, line: int, message: str, mend: str) -> None:
        self.tree.notes.append(Problem(path_text(loc), message, mend, line=line))

    def _whole(self, text: str, loc: Loc, line: int) -> str:
        """A string with its surrogate pairs joined, as JSON writes characters beyond U+FFFF."""
        if not any("\ud800" <= character <= "\udfff" for character in text):
            return text
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._problem(loc, line, "half of a surrogate pair stands alone", "write the character")
            return ""

    def _refuse_tag(self, node: Node, loc: Loc, kind: str) -> None:
        if node.tag != f"{_TAG}{kind}":
            self._problem(loc, node.start_mark.line + 1, f"the tag {node.tag} is not allowed", "write plain values")

    def _problem(self, loc: Loc, line: int, message: str, mend: str) -> None:
        self.tree.problems.append(Problem(path_text(loc), message, mend, line=line))
