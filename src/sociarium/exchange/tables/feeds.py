"""The tables of feeds: who was there, what was posted, who saw it, what they did and thought."""

from __future__ import annotations

import json
from collections.abc import Callable

from sociarium.environments.feed.visit.reactions import REACTIONS
from sociarium.exchange.tables.columns import Column, Row, Table, joined_names, part


def _text_or_tree(key: str) -> Callable[[Row], str | None]:
    """A text as it is, anything else as JSON."""
    return lambda row: row[key] if isinstance(row.get(key), str | None) else json.dumps(row[key], ensure_ascii=False)


def _sentiment_count(sentiment: str) -> Callable[[Row], int]:
    return lambda row: row["sentiments"][sentiment]


def _number_of(part_name: str, kind: str) -> Callable[[Row], float | None]:
    return lambda row: row[part_name].get(kind)


FEED_TABLES = (
    Table(
        "people",
        part("people"),
        (
            Column("run", meaning="the run's id"),
            Column("handle", meaning="names the person in the run"),
            Column("name", meaning="as others see it"),
            Column("bio", meaning="as others see it"),
            Column("persona", read=_text_or_tree("persona"), meaning="who the person is, text or JSON"),
            Column("background", meaning="what the person knows"),
            Column("role", meaning="archetype"),
            Column("generated", "truth", meaning="written by a model"),
            Column("population", meaning="run that wrote the person"),
            Column("joined", "whole", meaning="day of joining"),
            Column("model", meaning="that plays the person"),
            Column("rule", read=_text_or_tree("rule"), meaning="JSON; by which the person acts without a model"),
            Column("followers_count", "whole", meaning="as the file says"),
            Column("followers", "whole", meaning="at the end"),
            Column("following", "whole", meaning="at the end"),
            Column("plan", meaning="the latest"),
            Column("state", meaning="the latest"),
            Column("memory", meaning="the latest"),
        ),
    ),
    Table(
        "posts",
        part("posts"),
        (
            Column("run", meaning="the run's id"),
            Column("id", meaning="of the post in the run"),
            Column("author", meaning="handle"),
            Column("role", meaning="the author's"),
            Column("day", "whole", meaning="of posting"),
            Column("time", meaning="of posting, by the simulated clock"),
            Column("kind", meaning="post, reply, repost or quote"),
            Column("parent", meaning="post that it answers or passes on"),
            Column("content", meaning="the words"),
            Column("hashtags", read=joined_names("hashtags"), meaning="by spaces"),
            Column("likes", "whole", meaning="at the end"),
            Column("replies", "whole", meaning="at the end"),
            Column("reposts", "whole", meaning="at the end"),
            Column("quotes", "whole", meaning="at the end"),
            Column("seen", "whole", meaning="times that it was shown"),
            Column("positive", "whole", _sentiment_count("positive"), meaning="reactions that felt so"),
            Column("neutral", "whole", _sentiment_count("neutral"), meaning="reactions that felt so"),
            Column("negative", "whole", _sentiment_count("negative"), meaning="reactions that felt so"),
            Column(
                "source", meaning="whose doing: person, event, input (from outside) or override (in a person's name)"
            ),
            Column("name", meaning="of a post from outside: as the file names it, or the number of the input"),
            Column("policy", meaning="what the policy made of the post"),
            Column("flags", read=joined_names("flags"), meaning="what is noted of it, by spaces"),
            Column("call", meaning="key of the call that it came from"),
        ),
    ),
    Table(
        "reactions",
        part("reactions"),
        (
            Column("run", meaning="the run's id"),
            Column("post", meaning="id of the post"),
            Column("author", meaning="handle of who reacted"),
            Column("kind", meaning="what was done"),
            Column("sentiment", meaning="positive, neutral or negative"),
            Column("words", meaning="what was thought of it"),
            Column("probability", "real", unit="0 to 1", meaning="with which it was done"),
            Column("draw", "real", unit="0 to 1", meaning="that decided it"),
            Column("day", "whole", meaning="of the visit"),
            Column("time", meaning="of the visit, by the simulated clock"),
            Column("source", meaning="whose doing: person, input (from outside) or override (in a person's name)"),
            Column("flags", read=joined_names("flags"), meaning="what is noted of it, by spaces"),
        ),
    ),
    Table(
        "exposures",
        part("exposures"),
        (
            Column("run", meaning="the run's id"),
            Column("person", meaning="handle of who saw it"),
            Column("post", meaning="id of the post; empty in the list suggested, which shows people"),
            Column("day", "whole", meaning="of the visit"),
            Column("time", meaning="of the visit, by the simulated clock"),
            Column("list", meaning="in which it was shown"),
            Column("rank", "whole", meaning="in the list"),
            Column("policy", meaning="what the policy made of the post"),
            Column("via", meaning="id of the repost by which it came"),
            Column("other", meaning="handle of who was suggested to follow"),
        ),
    ),
    Table(
        "judgements",
        part("judgements"),
        (
            Column("run", meaning="the run's id"),
            Column("person", meaning="handle of who judged"),
            Column("post", meaning="id of the post"),
            Column("day", "whole", meaning="of the visit"),
            Column("time", meaning="of the visit, by the simulated clock"),
            Column("list", meaning="in which the post was shown"),
            Column("rank", "whole", meaning="in the list"),
            Column("sentiment", meaning="positive, neutral or negative"),
            Column("words", meaning="what was thought of it"),
            *(
                Column(kind, "real", _number_of("probabilities", kind), unit="0 to 1", meaning="its stated probability")
                for kind in REACTIONS
            ),
            *(
                Column(f"{kind}_draw", "real", _number_of("draws", kind), unit="0 to 1", meaning="that decided it")
                for kind in REACTIONS
            ),
            Column("drawn", read=joined_names("drawn"), meaning="kinds of reactions that were drawn, by spaces"),
            Column("repaired", read=joined_names("repaired"), meaning="kinds whose probability was put right"),
        ),
    ),
    Table(
        "follows",
        part("follows"),
        (
            Column("run", meaning="the run's id"),
            Column("person", meaning="handle of who follows"),
            Column("other", meaning="handle of who is followed"),
            Column("change", meaning="what changed"),
            Column("day", "whole", meaning="of the change"),
            Column("time", meaning="of the change, by the simulated clock"),
        ),
    ),
    Table(
        "mutes",
        part("mutes"),
        (
            Column("run", meaning="the run's id"),
            Column("person", meaning="handle of who mutes"),
            Column("other", meaning="handle of who is muted, a person or an account outside"),
            Column("change", meaning="mute or unmute"),
            Column("day", "whole", meaning="of the visit"),
            Column("time", meaning="of the visit, by the simulated clock"),
        ),
    ),
    Table(
        "acts",
        part("acts"),
        (
            Column("run", meaning="the run's id"),
            Column("author", meaning="handle of an account outside, or of a person whom somebody acted for"),
            Column("kind", meaning="like or follow; or another act, which had no effect"),
            Column("target", meaning="id of the post, or handle of who is followed"),
            Column("content", meaning="the words of an act that had no effect"),
            Column("day", "whole", meaning="of the act"),
            Column("time", meaning="of the act, by the simulated clock"),
            Column("source", meaning="input (from outside) or override (in a person's name)"),
            Column("name", meaning="number of the input"),
            Column("why", meaning="it had no effect; empty where it had one"),
        ),
    ),
    Table(
        "states",
        part("states"),
        (
            Column("run", meaning="the run's id"),
            Column("person", meaning="handle"),
            Column("day", "whole", meaning="of looking back"),
            Column("time", meaning="by the simulated clock"),
            Column("state", meaning="in the person's words"),
            Column("plan", meaning="in the person's words"),
            Column("memory", meaning="condensed, in the person's words"),
        ),
    ),
)
"""`part` names the list of the run's document; a conversation has none of them."""
