"""Counts agree with their words, everywhere that a terminal shows them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sociarium
from sociarium.count_text import count_text, one_or_many

SHOWN = ("api", "cli", "editing", "exchange", "runner", "stores")
PLURAL = re.compile(
    r"(accounts|acts|agents|answers|calls|combinations|comparisons|conditions|conversations|copies|"
    r"days|events|experiments|factors|files|findings|followers|labels|levels|likes|lines|messages|"
    r"models|orders|pages|pairs|people|places|posts|probes|questions|records|replicates|replies|roles|"
    r"rows|runs|sections|servers|steps|summaries|sweeps|terms|texts|times|tokens|turns|values|"
    r"variants|versions|words)"
)
BEFORE = {"finished", "further", "more", "other", "whole", "of", "private"}
NEVER_ONE = {
    "agents.py {len(matches)}": "several are meant",
    "editor.py {runs}": "one run has a sentence of its own",
    "hypotheses.py {enough}": "a test needs two replicates",
    "loads.py {len(servers)}": "they share something out",
    "loads.py {len(asked)}": "they share something out",
    "parts.py {most}": "from two days on",
    "parts.py {versions}": "from two versions on",
    "pilot.py {prompt}": "a range, or tokens of whole runs",
    "plain_messages.py {m[1]}": "0 agents, or too many",
    "preflight.py {described.context}": "the context of a model",
    "remarks.py {high}": "tokens of a whole conversation",
    "checklists.py {prompt}": "tokens of a whole study",
    "checklists.py {completion}": "tokens of a whole study",
    "txt.py {len(users)}": "a file that programs read",
    "txt.py {item['agent']}": "no count",
}
"""Where there never is one, and why."""


def test_a_count_has_the_form_of_its_noun() -> None:
    assert count_text(1, "run") == "1 run"
    assert count_text(0, "run") == "0 runs"
    assert count_text(2400, "run") == "2,400 runs"
    assert count_text(3, "person", "people") == "3 people"
    assert [one_or_many(count, "is", "are") for count in (0, 1, 2)] == ["are", "is", "are"]


def plural_counts(path: Path) -> Iterator[str]:
    """Counts in texts that stand before a plural, whatever they come to."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            for value, after in zip(node.values, node.values[1:], strict=False):
                if isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant):
                    words = str(after.value).split()[:2] if str(after.value).startswith(" ") else []
                    words = words[1:] if words[:1] and words[0] in BEFORE else words[:1]
                    text = ast.unparse(value.value)
                    is_right = text.startswith(("count_text(", "one_or_many(")) or text.lstrip("_").isupper()
                    if words and PLURAL.fullmatch(words[0].rstrip(".,;:)")) and not is_right:
                        yield f"{path.name} {{{text}}}"


@pytest.mark.slow
@pytest.mark.parametrize("folder", SHOWN)
def test_no_count_that_may_be_one_stands_before_a_plural(folder: str) -> None:
    root = Path(sociarium.__file__).parent / folder
    counts = [count for path in sorted(root.rglob("*.py")) for count in plural_counts(path)]
    assert [count for count in counts if count not in NEVER_ONE] == []
