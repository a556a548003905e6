"""Documents to edit: the shipped experiments, and small ones of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sociarium.exchange.definition_files import read_definition
from sociarium.experiment.document import to_tree

SHIPPED = ("campaign", "devaluation", "jury", "negotiation", "prison", "rumour")


def shipped(name: str) -> dict[str, Any]:
    """The document of a shipped experiment."""
    return to_tree(read_definition(Path(__file__).parents[2] / "experiments" / f"{name}.yaml"))


def wing() -> dict[str, Any]:
    """A conversation in which everything that can follow a change is there."""
    return {
        "title": "The wing",
        "environment": "conversation",
        "starting_message": "<PRISONER_NUMWORD> <PRISONER_NOUN> wait. <Guard_NOUN> enter.",
        "models": {"llama": {"provider": "offline"}, "cool": {"provider": "offline", "temperature": 0.2}},
        "roles": {"guard": {}, "prisoner": {"pronouns": "he", "plural": "prisoners"}},
        "sections": [
            {"title": "Starting prompt", "private": {"guard": "You are <SELF_NAME>.", "prisoner": "A prisoner."}},
            {
                "title": "Goal",
                "private": {
                    "guard": "Keep the <PRISONER_NUM> <PRISONER_NOUN> in order.",
                    "prisoner": {"variants": {"yard": "Win the yard.", "escape": "Get the <GUARD_NOUN> to yield."}},
                },
            },
            {"title": "Oversight", "shared": {"variants": {"present": "Somebody watches.", "absent": ""}}},
        ],
        "summarizer": [{"title": "Record", "content": "Summarise what the <PRISONER_NOUN> did."}],
        "first_speaker": "prisoner",
        "probes": [
            {"name": "trust", "of": ["prisoner"], "at": ["end"], "ask": "Trust?", "answer": {"from": 0, "to": 10}},
            {"name": "mood", "of": ["guard", "prisoner"], "at": ["end"], "ask": "How are the <GUARD_NOUN>?"},
        ],
        "events": [{"name": "search", "text": {"variants": {"none": "", "order": "Search the cell."}}}],
        "sweep": {
            "factors": {
                "model": ["llama", "cool"],
                "model.prisoner": "cool",
                "option.cool.temperature": [0.2, 0.9],
                "agents.prisoner": [1, 2],
                "section.Goal.prisoner": ["yard", "escape"],
                "event.search": ["none", "order"],
                "watch": [
                    {"name": "strict", "section.Oversight": "present", "messages": 20},
                    {"name": "loose", "section.Oversight": "absent", "messages": 10},
                ],
            },
            "exclude": [{"model": "cool", "section.Goal.prisoner": ["escape"]}, {"watch": "loose", "model": "llama"}],
        },
    }


def square() -> dict[str, Any]:
    """A feed in which people, roles and links can follow a change."""
    return {
        "title": "The square",
        "environment": "feed",
        "models": {"local": {"provider": "offline"}, "writer": {"provider": "offline"}},
        "people": [
            {"handle": "ada", "role": "expert", "persona": {"likes": "Answers @bea at once."}, "follows": ["bea"]},
            {"handle": "bea", "role": "citizen", "history": [{"kind": "like", "of": "ada", "text": "Figures first."}]},
            {"generate": 3, "role": "troll", "model": "writer", "prompt": "They shout."},
        ],
        "roles": {"expert": {}, "citizen": {"plural": "townsfolk"}},
        "sections": [
            {
                "title": "Start",
                "private": {"expert": "One of <EXPERT_NUM>.", "citizen": "Among <CITIZEN_NOUN>.", "troll": "x"},
            },
            {"title": "Trade", "private": {"expert": "You teach."}},
        ],
        "events": [
            {"name": "launch", "author": "ada", "post": {"variants": {"plain": "Hello @bea.", "bold": "HELLO"}}}
        ],
        "probes": [{"name": "trust", "of": ["expert"], "at": ["end"], "ask": "Trust?"}],
        "sweep": {"factors": {"days": 2, "people.troll": [0, 3], "event.launch": ["plain", "bold"]}},
    }
