"""Measures by name. A line here is all that a new one needs: commands, tables and the reference read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sociarium.analysis.measures import moderation, networks, sentiment, texts
from sociarium.analysis.measures.missing import Missing
from sociarium.analysis.measures.units import Level, MeasuredMessage, MeasuredRun
from sociarium.analysis.text_words import words
from sociarium.errors import BadInput
from sociarium.experiment.problems import did_you_mean

Value = float | str | bool | Mapping[str, float] | Missing
"""A mapping is a course: day, as text, to number."""

Compute = Callable[[MeasuredRun, str], Value]
"""The value of a subject of a run, by its name (`MeasuredRun.subjects`)."""


Prepare = Callable[[MeasuredRun, Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """A measure.

    Attributes:
        level: of what it is.
        version: goes up when its definition changes; also of libraries that decide the number.
        unit: of the number.
        meaning: what it is, and its source.
        limits: what it does not say, and where it has no value.
        prepare: what is done before the values of a run's subjects are computed, for those that have none.
        sends: to whom texts are sent; empty where they stay here. It cannot be computed until it is bound.
    """

    name: str
    level: Level
    version: Callable[[], str]
    compute: Compute
    unit: str
    meaning: str
    limits: str = ""
    prepare: Prepare | None = None
    sends: str = ""


def of_text(function: Callable[[str], Value]) -> Compute:
    """A measure of each message or post from a function of its words."""
    return lambda run, subject: function(message_of(run, subject).text)


def message_of(run: MeasuredRun, subject: str) -> MeasuredMessage:
    """A message by the key of its event."""
    return run.by_key[subject]


def _of_post(function: Callable[[MeasuredRun, MeasuredMessage], Value]) -> Compute:
    return lambda run, subject: function(run, message_of(run, subject))


def _of_run(function: Callable[[MeasuredRun], Value]) -> Compute:
    return lambda run, _subject: function(run)


def _diversity_of_person(run: MeasuredRun, name: str) -> Value:
    return texts.moving_type_token_ratio([word for one in run.of(name) for word in words(one.text)])


def _share_of_words(run: MeasuredRun, name: str) -> Value:
    total = sum(texts.word_count(one.text) for one in run.messages)
    return sum(texts.word_count(one.text) for one in run.of(name)) / total if total else Missing("nobody said a word")


def _first() -> str:
    return "1"


def _sentiment_version() -> str:
    return f"1 vaderSentiment {sentiment.library_version()}"


def _moderation_version() -> str:
    return f"1 {moderation.MODEL}"


def _category(category: str) -> MeasureSpec:
    return MeasureSpec(
        f"{moderation.NAME}/{category}", "message", _moderation_version, moderation.refuse_to_send, "0 to 1",
        f"score of the category {category} of OpenAI's moderation, by {moderation.MODEL}", _SENT, sends=_SERVICE,
    )  # fmt: skip


_SERVICE = "OpenAI's moderation endpoint"
_SENT = "every text is sent to the endpoint, with --send-texts alone; a service's own judgement, not validated here"
_MATTR = f"mean share of different words in windows of {texts.WINDOW} words (MATTR; Covington and McFall 2010)"
_GROUPS = "groups by Louvain, seeded (Blondel et al. 2008)"

MEASURES: Mapping[str, MeasureSpec] = {
    one.name: one
    for one in (
        MeasureSpec("characters", "message", _first, of_text(texts.characters), "characters", "length, with blanks"),
        MeasureSpec(
            "words", "message", _first, of_text(texts.word_count), "words", "length, as blanks part words",
            "languages that are written without blanks: use `characters`",
        ),
        MeasureSpec(
            "diversity", "message", _first, of_text(texts.lexical_diversity), "0 to 1", _MATTR,
            f"no value under {texts.WINDOW} words; it does not depend on length beyond",
        ),
        MeasureSpec(
            "diversity_of_person", "person", _first, _diversity_of_person, "0 to 1",
            f"of all that somebody says in a run: {_MATTR}", f"no value under {texts.WINDOW} words",
        ),
        MeasureSpec(
            "share_of_words", "person", _first, _share_of_words, "0 to 1", "somebody's share of all words of a run",
        ),
        MeasureSpec(
            "reading_ease", "message", _first, of_text(texts.reading_ease), "about 0 (hard) to 100 (easy)",
            "Flesch's reading ease (Flesch 1948); syllables by a rule, not a dictionary",
            "English alone; single short messages are noisy",
        ),
        MeasureSpec(
            "sentiment", "message", _sentiment_version, of_text(sentiment.sentiment), "-1 to 1",
            "VADER's compound score (Hutto and Gilbert 2014)",
            "English alone; made for social media; irony and context are not seen",
        ),
        MeasureSpec(
            "reach", "post", _first, _of_post(networks.reach), "people", "who were shown the post, each once",
            "clout beyond those simulated does not count",
        ),
        MeasureSpec(
            "cascade_depth", "post", _first, _of_post(networks.cascade_depth), "posts",
            "longest chain of replies, quotes and reposts behind the post",
        ),
        MeasureSpec(
            "reciprocity", "run", _first, _of_run(networks.reciprocity), "0 to 1",
            "share of follows among the people that are returned, at the end (Wasserman and Faust 1994)",
        ),
        MeasureSpec(
            "modularity", "run", _first, _of_run(networks.modularity), "-0.5 to 1",
            f"of follows at the end, directions dropped (Newman and Girvan 2004); {_GROUPS}",
            "small networks have high values by chance: compare with the same at the start, or with a baseline",
        ),
        MeasureSpec(
            "polarisation", "run", _first, _of_run(networks.polarisation), "-1 to 1, of each day",
            "likes and reposts that stay inside groups less those that cross, of all (the E-I index of Krackhardt and "
            f"Stern 1988, sign turned); {_GROUPS} among follows before the day",
            "a day without approval, or with fewer than two groups, has no value",
        ),
        MeasureSpec(
            moderation.NAME, "message", _moderation_version, moderation.refuse_to_send, "true or false",
            f"whether OpenAI's moderation flags it, by {moderation.MODEL}", _SENT, sends=_SERVICE,
        ),
        *map(_category, moderation.CATEGORIES),
    )
}  # fmt: skip
"""All measures, in the order of the reference."""


def bound_to(spec: MeasureSpec, moderated: moderation.ModerationScores) -> MeasureSpec:
    """A measure that sends texts, with the endpoint that they are sent to."""
    category = spec.name.removeprefix(moderation.NAME).lstrip("/")

    def compute(run: MeasuredRun, subject: str) -> Value:
        return moderated.score_of(run, subject, category) if category else moderated.flag_of(run, subject)

    return replace(spec, compute=compute, prepare=moderated.prepare)


def measure_specs(names: Sequence[str]) -> list[MeasureSpec]:
    """Measures by name, each once. Raises `BadInput` with the nearest names."""
    for name in names:
        if name not in MEASURES:
            raise BadInput(f"there is no measure {name!r}; {did_you_mean(name, MEASURES, most=len(MEASURES))}")
    return [MEASURES[name] for name in dict.fromkeys(names)]
