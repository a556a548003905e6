"""A plan in the guided program speaks the words of the page, never those of files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sociarium
from sociarium.editing.plan_words import factor_words, warning_words

SOURCE = Path(sociarium.__file__).parent
SPEAKERS = (
    "experiment/design_review.py",
    "experiment/conversation/design_review.py",
    "experiment/feed/design_review.py",
    "runner/planning/remarks.py",
    "runner/planning/loads.py",
    "api/plans.py",
    "experiment/extra_options.py",
    "experiment/plural_warnings.py",
)
"""Modules in which the warnings of a plan stand."""
CODE = re.compile(r"[`{}]|\b[a-z]+_\w+|\b[a-z]+\.[a-z]\w*")


def warnings() -> Iterator[str]:
    """Whatever a plan may warn of, with 7 for what is filled in."""
    for module in SPEAKERS:
        for node in ast.walk(ast.parse((SOURCE / module).read_text(encoding="utf-8"))):
            match node:
                case ast.Yield(value=ast.Constant(value=str(text))) | ast.Return(value=ast.Constant(value=str(text))):
                    yield text
                case ast.Yield(value=ast.JoinedStr(values=values)) | ast.Return(value=ast.JoinedStr(values=values)):
                    yield "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in values)


def test_no_warning_of_a_plan_speaks_of_files_on_the_page() -> None:
    every = [text for text in warnings() if len(text) > 30]
    assert len(every) > 30
    assert len([text for text in every if CODE.search(text)]) > 12
    assert [text for text in (warning_words({}, one) for one in every) if CODE.search(text) or "the file" in text] == []


@pytest.mark.parametrize(
    ("warning", "there"),
    [
        (
            "one wording a level: section.Goal.guard, event.bell; a difference may be that of the words alone: list "
            "`wordings:` in the variants, five or more to generalise",
            "one wording a version: “Goal, of guard”, “the announcement bell”; a difference may be that of the words "
            "alone: say each version in other words (Sections or Opening, a text, a version), five or more to "
            "generalise",
        ),
        (
            "several of guards are read as 'guardss' (<GUARDS_NOUN> in sections[0].shared); where that is not their "
            "plural, say it with `plural:` at roles.guards, such as `plural: guards`",
            "several of guards are read as 'guardss' (<GUARDS_NOUN>); where that is not their plural, say it (Roles, a "
            "role, Several of them), such as guards",
        ),
        (
            "several of #1, such as `CEO are read as '#1, such as `CEOS' (<_1__SUCH_AS__CEO_NOUN> in events[0].text); "
            'where that is not their plural, say it with `plural:` at roles."#1, such as `CEO", such as '
            '`plural: "#1, such as `CEOs"`',
            "several of #1, such as `CEO are read as '#1, such as `CEOS' (<_1__SUCH_AS__CEO_NOUN>); where that is not "
            "their plural, say it (Roles, a role, Several of them), such as #1, such as `CEOs",
        ),
        (
            "the factor agents.guard changes nothing: all its levels come to the same content",
            "the factor “number of guard” changes nothing: all its levels come to the same content",
        ),
        (
            "the event bell never happens: no condition has words for it on that day",
            "the announcement bell never happens: no condition has words for it on that day",
        ),
    ],
)
def test_warnings_name_what_the_page_names(warning: str, there: str) -> None:
    assert warning_words({}, warning) == there


def test_factors_are_named_as_on_the_page_unless_two_would_be_called_alike() -> None:
    assert factor_words({}, {"agents.guard": 1, "messages": 2}) == {"number of guard": 1, "messages": 2}
    assert factor_words({}, {"agents.guard": 1, "people.guard": 2}) == {"agents.guard": 1, "people.guard": 2}
