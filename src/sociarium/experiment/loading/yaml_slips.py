"""Texts that YAML reads otherwise than people mean them: what was lost without an error, and the mend of an error."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ruamel.yaml.error import MarkedYAMLError

from sociarium.errors import Problem

_SIGNS = "@`%"
"""With these no text may begin."""
_MEANING = {"*": "an alias", "&": "an anchor", "!": "a tag"}
"""Signs that mean something else in YAML, and what."""
_TEXT_LINE = re.compile(r"^(?P<before>\s*(?:- +)*(?:[^\s:#\"'\[\]{}&*!|>%@`-][^:#\"'\[\]{}]*:\s+)?)(?P<text>\S.*)$")
"""A line with a text in it: what stands before the text, such as `- title: `, and the text."""
_KEY_LINE = re.compile(r"^\s*(?:- +)*[^\s:#\"'\[\]{}][^:#\"'\[\]{}]*:(?:\s|$)")
_HASHTAG = re.compile(r"^(?P<space>\s+)#(?P<next>\S?)")
_NUMBER_SIGN = re.compile(r"^ # \d+(?:\s|[.,;:!?)]|$)")
"""`agent # 3 of the group`: the sign stands for number, one blank behind a word and one before what it counts."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INNER_COMMENT = re.compile(r"""[{\[,:]\s*[^\s,{}\[\]"'#][^,{}\[\]"']*\s#""")
"""A text within brackets, and a comment that hides how it goes on."""
BACKSLASH_MEND = "put the text in single quotes, or write two backslashes for one"
_LONGEST = 40
_LONGEST_DETAIL = 300


def words_after_comment_sign(rest: str) -> str:
    """What a comment holds that was probably meant as text, from its `#` on; empty where it reads like a comment.

    Args:
        rest: of the line, behind a text without quotes.
    """
    if _NUMBER_SIGN.match(rest):
        return rest.strip()
    match = _HASHTAG.match(rest)
    # People who comment put a space behind the sign; who writes a hashtag or a number does not.
    return rest.strip() if match and match["next"] not in {"", "#", "!"} else ""


def escaped_control(text: str) -> str:
    """The control character that a backslash in double quotes made, such as `U+0008` of `\\beta`; empty where none."""
    match = _CONTROL.search(text)
    return f"U+{ord(match[0]):04X}" if match else ""


def quoted_text(text: str) -> str:
    """A text as it is written in quotes, cut where it is long."""
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def syntax_problem(error: MarkedYAMLError, number: int | None, lines: Sequence[str]) -> Problem:
    """What keeps a file from being read, in words of who writes texts; the parser's own where nothing better is known.

    Args:
        number: of the line that the parser names; the first is 1.
        lines: of the file.
    """
    line = lines[number - 1] if number and number <= len(lines) else ""
    before = lines[number - 2] if number and 1 < number <= len(lines) else ""
    if re.match(r"\s*\t", line):
        return Problem("", "a tab stands where YAML wants spaces", "indent with spaces", line=number)
    if _ends_by_comment(before) and line.strip() and not _KEY_LINE.match(line):
        mend = "put the whole text in quotes, or below `|`"
        return Problem("", "the comment (`#`) on the line before ends a text that goes on here", mend, line=number)
    if _is_comment_within_text(number or 0, lines):
        mend = "take it out, or put the whole text in quotes or below `|`"
        return Problem("", "a line of comment (`#`) stands within a text without quotes", mend, line=(number or 1) - 1)
    if problem := _fault_of_scanning(error):
        return problem
    if problem := _comment_in_brackets(error, number or 0, lines):
        return problem
    entry = _TEXT_LINE.match(line)
    if entry and error.problem and "'\\t'" in error.problem:
        mend = f"write a space for it, or put the whole text in quotes: {quoted_text(entry['text'].rstrip())}"
        return Problem("", "a tab stands in a text without quotes", mend, line=number)
    fault = _fault_of(entry["text"], has_key=bool(entry["before"].strip())) if entry else ""
    if entry and fault:
        return Problem("", fault, f"put the whole text in quotes: {quoted_text(entry['text'].rstrip())}", line=number)
    detail = " ".join(", ".join(part for part in (error.context, error.problem) if part).split())[:_LONGEST_DETAIL]
    mend = "mend the syntax here or on the line before"
    if "expected ',' or" in detail:
        mend = "inside { } and [ ] put texts in quotes that hold a comma, a colon or a bracket, and close each bracket"
    return Problem("", f"this is not YAML: {detail}", mend, line=number)


def _fault_of_scanning(error: MarkedYAMLError) -> Problem | None:
    """A fault of a text in quotes that the parser finds far behind it, or tells in words of its own."""
    if error.context_mark is None or "quoted scalar" not in (error.context or ""):
        return None
    problem = error.problem or ""
    if "end of stream" in problem or "document separator" in problem:
        return Problem("", "the quote that opens here is not closed", "close it", line=error.context_mark.line + 1)
    if "unknown escape" in problem or "escape sequence" in problem:
        mark = error.problem_mark or error.context_mark
        fault = "a backslash in double quotes begins an escape, and this is none"
        return Problem("", fault, BACKSLASH_MEND, line=mark.line + 1)
    return None


def _comment_in_brackets(error: MarkedYAMLError, number: int, lines: Sequence[str]) -> Problem | None:
    """A comment that hides how a text within brackets goes on; the parser names a line below it."""
    if "expected ',' or" not in (error.problem or "") or error.context_mark is None:
        return None
    begin = error.context_mark.line
    for at, text in enumerate(lines[begin:number], start=begin + 1):
        if _INNER_COMMENT.search(text):
            mend = "put the text in which it stands in quotes"
            return Problem("", "a comment (`#`) inside { } or [ ] hides the rest of its line", mend, line=at)
    return None


def _is_comment_within_text(number: int, lines: Sequence[str]) -> bool:
    """Whether a text without quotes goes on in a line behind a line of comment, which ends it."""
    if not 2 < number <= len(lines):
        return False
    line, comment, text = lines[number - 1], lines[number - 2], lines[number - 3]
    if not comment.lstrip().startswith("#") or _KEY_LINE.match(line) or re.match(r"\s*- ", line) or not line.strip():
        return False
    return line[:1].isspace() and text.strip()[:1] not in {"", '"', "'", "#", "[", "{"}


def _ends_by_comment(line: str) -> bool:
    entry = _TEXT_LINE.match(line)
    return entry is not None and " #" in entry["text"] and entry["text"][0] not in "\"'[{|>#"


def _fault_of(text: str, *, has_key: bool) -> str:
    first = text[0]
    if first in _SIGNS:
        return f"a text may not begin with `{first}`"
    if first in _MEANING:
        return f"the text begins with `{first}`, which means {_MEANING[first]} in YAML"
    if not has_key:
        return ""
    if first in "|>" and not re.match(r"[|>][-+0-9]*\s*(?:#.*)?$", text):
        return f"the text begins with `{first}`, below which YAML expects a text of several lines"
    if first in "-?" and text[1:2].isspace():
        return f"the text begins with `{first} `, which means something else in YAML"
    if first in "\"'" and re.match(rf"{first}[^{first}]*{first}\s*[^\s#,\]}}]", text):
        return "the text goes on behind its closing quote"
    if first in "[{" and re.match(r"\[[^\]]*\]\s*[^\s#,]|\{[^}]*\}\s*[^\s#,]", text):
        return f"the text begins with `{first}`, which begins a list or a mapping in YAML"
    if first not in "\"'[{|>" and re.search(r":(?:\s|$)", text):
        return "a text without quotes holds `: `, which YAML reads as a key and its value"
    return ""
