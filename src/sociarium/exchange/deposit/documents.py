"""What people read of a deposit first: README and CITATION.cff."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sociarium.count_text import count_text
from sociarium.exchange.archive.manifest import COVERS
from sociarium.exchange.deposit.checklists import CHECKLISTS, TO_FILL_IN
from sociarium.exchange.deposit.facts import StudyFacts
from sociarium.exchange.deposit.licences import Licence

_LEFT_OUT = """\
## What is left out

This is a public deposit. Left out are who made, ran, steered, asked or labelled (annotators have numbers), hosts and
addresses of servers, and all histories of people of a feed: every text of them is also searched for in what models
wrote, and taken out where it stands word for word. People with a documented consent are `person_1` and so on; nothing
else is here of them.

What no program can find: words that a model put otherwise, and people whom your own texts name. Read it before you
publish it."""


def readme(facts: StudyFacts, licence: Licence | None, remaining: Mapping[str, set[str]]) -> str:
    """README.md.

    Args:
        remaining: name of somebody who worked on it -> tables in whose texts the name stands.
    """
    terms = (
        f"{licence.name} ({licence.id}): see `LICENSE`."
        if licence
        else f"No licence was chosen, so nobody may use these data yet: {TO_FILL_IN}, in a file `LICENSE` "
        "(`export --format deposit --license CC-BY-4.0`)."
    )
    offline = "\n**These runs are offline: no model wrote a word of them.**\n" if facts.is_offline else ""
    lists = "\n".join(f"| `checklists/{one.name}.md` | {one.title} |" for one in CHECKLISTS)
    archive = (
        "| `archive.sociarium.zip` | everything that was recorded; `sociarium import` and `sociarium verify` "
        "read it |\n"
        if facts.has_archive
        else ""
    )
    parts = [
        f"# {facts.title}\n\n{facts.note}\n{offline}",
        f"{count_text(facts.runs, 'run')} ({facts.states}), "
        f"{facts.period or 'not begun'}, made with Sociarium {facts.program}.\n",
        "| | |\n|---|---|\n"
        "| `tables/` | the runs as tables, Parquet |\n"
        "| `codebook.md`, `codebook.csv` | every column, every factor and its levels |\n"
        "| `experiment.yaml` | the experiment; `sociarium run` plays it |\n"
        f"{archive}"
        "| `manifest.json` | what was recorded, with hashes |\n"
        f"{lists}\n"
        "| `CITATION.cff`, `ro-crate-metadata.json` | for whoever cites it, and for machines |\n",
        f"## Licence\n\n{terms}\n",
        f"## Hash\n\nThe manifest's hash is `{facts.hash}`. {COVERS}\n",
    ]
    if facts.is_public:
        parts.append(_LEFT_OUT + "\n")
        if not facts.has_archive:
            parts.append(
                "The archive is left out too: what runs are made of holds the histories, and a run without them "
                "could not "
                "be verified. The hash above is that of the complete records.\n"
            )
        if remaining:
            counted = f"{len(remaining)} names of people who worked on it also stand in texts of the tables "
            tables = ", ".join(sorted({table for each in remaining.values() for table in each}))
            parts.append(f"{counted}({tables}), where they may be anybody's words: they are left as they are.\n")
    return "\n".join(parts)


def citation(facts: StudyFacts, licence: Licence | None, *, published: str, creator: str | None) -> str:
    """CITATION.cff of the data, version 1.2.0; values are JSON, which YAML reads."""
    lines = [
        "cff-version: 1.2.0",
        "type: dataset",
        f"title: {_value(facts.title)}",
        "message: If you use these data, please cite them as below.",
        "authors:",
        f"  - name: {_value(creator if creator is not None else 'to fill in')}",
        f"date-released: {_value(published)}",
        "identifiers:",
        "  - type: other",
        f"    value: {_value(f'sha256:{facts.hash}')}",
        "    description: hash of the manifest",
        *([f"license: {licence.id}"] if licence else []),
        *([f"abstract: {_value(facts.note)}"] if facts.note else []),
    ]
    return "\n".join(lines) + "\n"


def _value(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)
