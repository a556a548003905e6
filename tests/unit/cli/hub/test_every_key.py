"""Whatever a file can say can be said in the guided program: each key of the schema, and where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from sociarium.editing.document import definition_of
from sociarium.editing.texts import value_at
from sociarium.experiment.problems import Loc
from sociarium.experiment.schema import json_schema
from tests.support.scripted_guide import edited

CONVERSATION: dict[str, Any] = {
    "title": "Wing",
    "starting_message": "Start.",
    "models": {"dry": {"provider": "ollama", "model": "small", "context": 512}, "wet": {"provider": "offline"}},
    "roles": {"guard": {}, "prisoner": {}},
    "sections": [
        {"title": "Starting prompt", "private": {"guard": "I guard.", "prisoner": "I sit."}},
        {"title": "Goal", "private": {"guard": "Order."}},
    ],
    "summarizer": [{"title": "Starting prompt", "content": "Sum up."}],
    "probes": [{"name": "trust", "at": ["end"], "ask": "Trust?", "answer": {"from": 0, "to": 10}}],
    "events": [{"name": "bell", "text": "It rings."}],
    "sweep": {"factors": {"messages": [2, 4], "model": ["dry", "wet"]}},
}
FEED: dict[str, Any] = {
    "title": "Street",
    "environment": "feed",
    "models": {"dry": {"provider": "offline"}, "wet": {"provider": "offline"}},
    "people": [
        {"handle": "ada", "role": "citizen"},
        {"handle": "ben", "role": "citizen"},
        {"generate": 2, "role": "troll", "model": "dry", "prompt": "Trolls."},
        {"count": 3, "role": "bot", "rule": {"follow_back": True}},
    ],
    "newcomers": {"model": "dry", "prompt": "New."},
    "policy": {"match": {"words": ["bridge"]}, "do": "label"},
    "events": [{"name": "news", "author": "paper", "post": "News."}],
    "sweep": {"factors": {"days": 1}},
}


@dataclass(frozen=True)
class Way:
    """How somebody comes to a key.

    Attributes:
        script: the part, the lines that are opened, and the answers.
        loc: where the value then stands.
        value: what stands there; anything else than before where it is None.
    """

    script: tuple[str, ...]
    loc: Loc
    value: Any = None
    document: Mapping[str, Any] = field(default_factory=lambda: CONVERSATION)


def settings(
    document: Mapping[str, Any], part: str, opened: tuple[str, ...], loc: Loc, keys: dict[str, tuple[str, str, Any]]
) -> dict[str, Way]:
    """Ways to settings that stand on one page: key -> its line, the answer, the value."""
    return {
        f"{part}.{key}": Way((*opened, line, answer), (*loc, key), value, document)
        for key, (line, answer, value) in keys.items()
    }


MODEL = ("Models", "dry")
PERSON = ("People", "ada")
CROWD = ("People", "2 of the role troll")
ALIKE = ("People", "3 of the role bot")
RULE = (*PERSON, "Rule")
LATER = ("People", "Who arrives later")
DEED = '[{"text": "Hi.", "kind": "like", "of": "ben", "at": "2026", "weight": 2}]'
GENERATE = {
    "role": ("Role", "nosy", "nosy"),
    "model": ("Who writes them", "wet", "wet"),
    "prompt": ("Who they are", "Others.", "Others."),
    "quotas": ("Quotas", '{"age": {"old": 1}}', {"age": {"old": 1.0}}),
    "schema": ("Schema", '{"type": "object"}', {"type": "object"}),
}
COMPARED: dict[str, Any] = {
    "name": "more", "measure": "messages", "compare": {"factor": "messages", "level": 4, "baseline": 2},
    "direction": "increase",
}  # fmt: skip
EXPECTED = {**CONVERSATION, "hypotheses": [COMPARED]}
HYPOTHESIS = ("More", "Hypotheses", "more")
NEW = ("More", "Hypotheses", "Add a hypothesis", "more", "messages of")
RULE_OUT = ("More", "Runs that will not count", "Add a rule")
BY_ANSWER = (*RULE_OUT, "somebody gave", "trust")


WAYS: dict[str, Way] = {
    **settings(CONVERSATION, "ModelSpec", MODEL, ("models", "dry"), {
        "provider": ("Who speaks", "OpenAI", "openai"),
        "temperature": ("Temperature", "0.5", 0.5),
        "top_p": ("Top p", "0.9", 0.9),
        "top_k": ("Top k", "40", 40),
        "min_p": ("Min p", "0.1", 0.1),
        "seed": ("Seed", "run", "run"),
        "max_tokens": ("Longest reply", "99", 99),
        "context": ("Context", "2048", 2048),
        "frequency_penalty": ("Frequency penalty", "1", 1),
        "presence_penalty": ("Presence penalty", "1", 1),
        "repeat_penalty": ("Repeat penalty", "1", 1),
        "thinking": ("Thinking", "low", "low"),
        "extra": ("Extra", '{"mirostat": 2}', {"mirostat": 2}),
        "base_url": ("Address", "http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1"),
        "hosts": ("Hosts", "http://a:1, http://b:1", ["http://a:1", "http://b:1"]),
        "hardware": ("Hardware", "A100", "A100"),
        "api_key_env": ("Name of its key", "LAB_KEY", "LAB_KEY"),
        "api_key_header": ("Header of its key", "api-key", "api-key"),
        "keep_alive": ("Keep alive", "30m", "30m"),
        "timeout": ("Timeout", "60", 60),
    }),
    **settings(CONVERSATION, "Price", (*MODEL, "Price"), ("models", "dry", "price"),
               {"input": ("Input", "1.5", 1.5), "output": ("Output", "2", 2)}),
    **settings(CONVERSATION, "Limits", (*MODEL, "Limits"), ("models", "dry", "limits"), {
        "open": ("Open", "4", 4), "per_minute": ("Per minute", "60", 60), "loaded": ("Loaded", "1", 1),
        "tokens_per_minute": ("Tokens per minute", "9000", 9000), "hours": ("Hours", "22:00-07:00", "22:00-07:00")}),
    "ModelSpec.model": Way((*MODEL, "Model", "large"), ("models", "dry", "model"), "large"),
    "ModelSpec.price": Way((*MODEL, "Price", "Input", "1"), ("models", "dry", "price"), {"input": 1}),
    "ModelSpec.limits": Way((*MODEL, "Limits", "Open", "4"), ("models", "dry", "limits"), {"open": 4}),
    **settings(CONVERSATION, "Role", ("Roles", "guard"), ("roles", "guard"), {
        "pronouns": ("Pronoun", "she", "she"),
        "plural": ("Several", "guardsmen", "guardsmen"),
        "name": ("Name that others", "Keeper", "Keeper"),
        "script": ("Lines of yours", "Stop.", ["Stop."]),
    }),
    **settings(CONVERSATION, "Section", ("Sections", "Goal"), ("sections", 1), {
        "title": ("Rename", "Aim", "Aim"),
        "heading": ("Its heading", "always", "always"),
        "shared": ("Who reads it", "All", "Order."),
    }),
    "Section.private": Way(("Sections", "Goal", "The prisoner reads", "Out."),
        ("sections", 1, "private", "prisoner"), "Out."),
    **settings(CONVERSATION, "PromptSection", ("Day's record", "Starting prompt"), ("summarizer", 0), {
        "title": ("Rename", "Record", "Record"),
        "content": ("Write it", "All.", "All."),
        "heading": ("Its heading", "always", "always"),
    }),
    **settings(CONVERSATION, "Probe", ("Private questions", "trust"), ("probes", 0), {
        "name": ("Rename", "faith", "faith"),
        "of": ("Who is asked", "guard", ["guard"]),
        "at": ("When", "before the first message", ["start"]),
        "after": ("After", "trust", "trust"),
        "shuffle": ("Shuffle", "yes", True),
        "repeats": ("Repeats", "3", 3),
        "use": ("Use", "awareness", "awareness"),
    }),
    "Hypothesis.name": Way((*NEW, "messages", "4", "2", "more"), ("hypotheses",), [COMPARED]),
    "Hypothesis.measure": Way((*HYPOTHESIS, "What is measured", "answers to trust", "guard"),
        ("hypotheses", 0, "measure"), "probe trust of guard at end", EXPECTED),
    "Hypothesis.compare": Way((*HYPOTHESIS, "What it is tested by", "model", "wet", "dry"),
        ("hypotheses", 0, "compare"), {"factor": "model", "level": "wet", "baseline": "dry"}, EXPECTED),
    **{f"Comparison.{key}": Way((*HYPOTHESIS, "What it is tested by", "model", "wet", "dry"),
        ("hypotheses", 0, "compare", key), value, EXPECTED)
       for key, value in (("factor", "model"), ("level", "wet"), ("baseline", "dry"))},
    **{f"Hypothesis.{key}": Way((*HYPOTHESIS, "What it is tested by", "A formula", "model", "model[wet]"),
        ("hypotheses", 0, key), value, EXPECTED)
       for key, value in (("formula", "model"), ("term", "model[wet]"))},
    **settings(EXPECTED, "Hypothesis", HYPOTHESIS, ("hypotheses", 0), {
        "direction": ("What is expected", "less", "decrease"),
        "smallest": ("Smallest", "1", 1.0),
        "spread": ("Spread", "2", 2.0),
        "family": ("Family", "one", "one"),
        "alpha": ("Alpha", "0.01", 0.01),
    }),
    "ExclusionRule.flag": Way((*RULE_OUT, "a message", "any"), ("exclusions",), [{"flag": "any"}]),
    "ExclusionRule.ended": Way((*RULE_OUT, "they ended", "silent"), ("exclusions",), [{"ended": "silent"}]),
    "ExclusionRule.messages_below": Way((*RULE_OUT, "they have too few", "3"),
        ("exclusions",), [{"messages_below": 3}]),
    "ExclusionRule.probe": Way((*BY_ANSWER, "the answer was this", "yes"), ("exclusions", 0, "probe"), "trust"),
    **{f"ExclusionRule.{key}": Way((*BY_ANSWER, line, answer), ("exclusions", 0, key), value)
       for key, line, answer, value in (("answer", "the answer was this", "yes", "yes"),
           ("below", "the answer was below", "2", 2), ("above", "the answer was above", "2", 2))},
    "ConversationDefinition.hypotheses": Way((*HYPOTHESIS, "Take out", "yes"), ("hypotheses",), None, EXPECTED),
    "ConversationDefinition.exclusions": Way((*RULE_OUT, "a message", "any"), ("exclusions", 0), {"flag": "any"}),
    "FeedDefinition.hypotheses": Way((*NEW, "A formula", "days", "days[2]", "either"),
        ("hypotheses", 0, "term"), "days[2]", {**FEED, "sweep": {"factors": {"days": [1, 2]}}}),
    "FeedDefinition.exclusions": Way((*RULE_OUT, "a message", "any"), ("exclusions", 0), {"flag": "any"}, FEED),
    **{
        f"{kind}.{key}": Way(("More", line, value), (key,), value, document)
        for kind, document in (("ConversationDefinition", CONVERSATION), ("FeedDefinition", FEED))
        for key, line, value in (
            ("registered", "Registered", "https://osf.example/abc"),
            ("consent", "Consent", "What you write is kept."),
        )
    },
    "Probe.ask": Way(("Private questions", "trust", "The question", "Write it", "Still?"),
        ("probes", 0, "ask"), "Still?"),
    "Probe.answer": Way(("Private questions", "trust", "The answer", "in words"), ("probes", 0, "answer")),
    "Scale.from": Way(("Private questions", "trust", "The answer", "with a whole", "1", "5"),
        ("probes", 0, "answer", "from"), 1),
    "Scale.to": Way(("Private questions", "trust", "The answer", "with a whole", "1", "5"),
        ("probes", 0, "answer", "to"), 5),
    "Choices.choices": Way(("Private questions", "trust", "The answer", "by choosing", "yes, no"),
                           ("probes", 0, "answer", "choices"), ["yes", "no"]),
    **settings(CONVERSATION, "ScheduledEvent", ("Announcements", "bell"), ("events", 0), {
        "name": ("Rename", "gong", "gong"),
        "day": ("Day", "2", 2),
        "after_message": ("After messages", "1", 1),
        "author": ("Who says it", "Warden", "Warden"),
    }),
    "ScheduledEvent.text": Way(("Announcements", "bell", "What is said", "Write it", "Ding."),
        ("events", 0, "text"), "Ding."),
    **settings(CONVERSATION, "Sweep", ("What is compared",), ("sweep",), {
        "replicates": ("Conversations for each", "3", 3),
        "seed": ("Seed", "7", 7),
        "streams": ("Streams", "independent", "independent"),
        "order": ("Order", "by model", "by_model"),
        "canary": ("Canary", "yes", True),
    }),
    **settings(CONVERSATION, "SequentialDesign", ("What is compared", "Sequential"), ("sweep", "sequential"), {
        "looks": ("Looks", "[10, 20]", [10, 20]),
        "spending": ("Spending", "pocock", "pocock"),
    }),
    "Sweep.sequential": Way(("What is compared", "Sequential", "Looks", "[10, 20]"), ("sweep", "sequential"),
                            {"looks": [10, 20]}),
    **settings(CONVERSATION, "StopRule", ("What is compared", "When it ends early"), ("sweep", "stop_when"), {
        "measure": ("Measure", "messages", "messages"), "width": ("Width", "2", 2),
        "confidence": ("Confidence", "90", 90), "least_replicates": ("Least replicates", "12", 12),
        "silent_runs": ("Silent runs", "5", 5)}),
    "Sweep.stop_when": Way(("What is compared", "When it ends early", "Silent runs", "5"), ("sweep", "stop_when"),
                           {"silent_runs": 5}),
    "Sweep.factors": Way(("What is compared", "Messages", "2, 6"), ("sweep", "factors", "messages"), [2, 6]),
    "Sweep.exclude": Way(("What is compared", "Leave combinations", "Leave one more", "messages|model", "2", "dry"),
                         ("sweep", "exclude"), [{"messages": 2, "model": "dry"}]),
    **settings(CONVERSATION, "ReplyRules", ("More", "How replies are read"), ("reply",),
               {"trim": ("Trim", "no", False), "empty_retries": ("Empty retries", "3", 3)}),
    **settings(FEED, "Archetype", ("People", "Words for roles", "citizen"), ("roles", "citizen"),
               {"pronouns": ("Pronouns", "she", "she"), "plural": ("Plural", "folk", "folk")}),
    **settings(FEED, "FeedRules", ("More", "What people are shown"), ("feed",), {
        "ranking": ("Ranking", "popular", "popular"),
        "replies": ("Replies", "3", 3),
        "following": ("Following", "3", 3),
        "recent": ("Recent", "3", 3),
        "sessions_per_day": ("Sessions per day", "2", 2.0),
        "reading": ("Reading", "together", "together"),
        "post": ("Post", "chosen", "chosen"),
        "tick": ("Tick", "30m", "30m"),
        "reply_delay": ("Reply delay", "20m", "20m"),
        "mute": ("Mute", "yes", True),
        "suggest": ("Suggest", "popular", "popular"),
        "suggestions": ("Suggestions", "5", 5),
    }),
    **settings(FEED, "Delay", ("More", "What people are shown"), ("feed", "reply_delay"), {
        key: ("Reply delay", '{"from": "5m", "to": "3h"}', value) for key, value in (("from", "5m"), ("to", "3h"))}),
    **settings(FEED, "StepModels", ("More", "Models of the steps"), ("model",), {
        step: (step, "wet", "wet") for step in ("read", "write", "post", "reflect")}),
    **settings(FEED, "Graph", ("More", "Who follows whom"), ("graph",), {
        "kind": ("Kind", "random", "random"), "degree": ("Degree", "2", 2), "rewire": ("Rewire", "0.2", 0.2)}),
    **settings(FEED, "Memory", ("More", "What people remember"), ("memory",), {
        "hidden_state": ("Hidden state", "no", False),
        "max_words": ("Max words", "50", 50),
        "reflect_every": ("Reflect every", "2", 2),
        "recall": ("Recall", "4", 4),
        "recent": ("Recent", "4", 4),
    }),
    **settings(FEED, "Prompts", ("More", "Instructions of the steps"), ("prompts",), {
        **{step: (step, "Do it.", "Do it.") for step in ("read", "plan", "write", "post", "reflect")},
        "persona": ("Persona", "Write.", "Write."),
    }),
    "Match.words": Way(("More", "Content policy", "Words that find", "weir"),
        ("policy", "match", "words"), ["weir"], FEED),
    "Policy.match": Way(("More", "Content policy", "Words that find", ""), ("policy", "match"), None, FEED),
    "Policy.do": Way(("More", "Content policy", "Do", "remove"), ("policy", "do"), "remove", FEED),
    "Policy.label": Way(("More", "Content policy", "The label", "Ask."), ("policy", "label"), "Ask.", FEED),
    **settings(FEED, "Person", PERSON, ("people", 0), {
        "handle": ("Rename", "eva", "eva"),
        "name": ("Name", "Ada B.", "Ada B."),
        "bio": ("Bio", "Baker.", "Baker."),
        "persona": ("What they are like", "Kind.", "Kind."),
        "background": ("Background", "Knows.", "Knows."),
        "history": ("History", '[{"text": "Hi."}]', [{"text": "Hi."}]),
        "follows": ("Whom they follow", "@ben", ["ben"]),
        "followers_count": ("Followers count", "9", 9),
        "role": ("Role", "baker", "baker"),
        "consent": ("Consent", "form 3", "form 3"),
    }),
    **settings(FEED, "Rule", RULE, ("people", 0, "rule"), {"follow_back": ("Follow back", "yes", True)}),
    **settings(FEED, "Trigger", (*RULE, "Like"), ("people", 0, "rule", "like"),
               {"words": ("Words", "weir, dam", ["weir", "dam"]), "p": ("P", "0.3", 0.3)}),
    "Rule.like": Way((*RULE, "Like", "P", "1"), ("people", 0, "rule", "like"), {"p": 1.0}, FEED),
    "Rule.repost": Way((*RULE, "Repost", "P", "0.5"), ("people", 0, "rule", "repost"), {"p": 0.5}, FEED),
    "Rule.post": Way((*RULE, "Posts of", "Hello, all.\n\nBye."), ("people", 0, "rule", "post"),
                     {"each_day": ["Hello, all.", "", "Bye."]}, FEED),
    "OwnPosts.each_day": Way((*RULE, "Posts of", "Hello."), ("people", 0, "rule", "post", "each_day"),
                             ["Hello."], FEED),
    "Person.rule": Way((*RULE, "Follow back", "yes"), ("people", 0, "rule"), {"follow_back": True}, FEED),
    "Generate.rule": Way((*CROWD, "Rule", "Follow back", "yes"), ("people", 2, "rule"), {"follow_back": True}, FEED),
    **settings(FEED, "Alike", ALIKE, ("people", 3), {
        "count": ("How many", "4", 4),
        "role": ("Role", "drone", "drone"),
        "handle": ("Handle", "robo", "robo"),
        "bio": ("Bio", "Beep.", "Beep."),
        "follows": ("Follows", "ada", ["ada"]),
        "followers_count": ("Followers count", "9", 9),
    }),
    "Alike.rule": Way((*ALIKE, "Rule", "Repost", "P", "0.5"), ("people", 3, "rule", "repost"), {"p": 0.5}, FEED),
    **settings(FEED, "Generate", CROWD, ("people", 2), {"generate": ("How many", "3", 3), **GENERATE}),
    **settings(FEED, "Newcomers", LATER, ("newcomers",), {
        "per_day": ("How many a day", "3", 3), "from": ("From", "1", 1), **GENERATE}),
    **settings(FEED, "InjectedPost", ("Announcements", "news"), ("events", 0), {
        "name": ("Rename", "paper", "paper"),
        "day": ("Day", "2", 2),
        "every": ("Comes again", "7", 7),
        "time": ("Time", "09:30", "09:30"),
        "author": ("Who posts it", "radio", "radio"),
    }),
    "InjectedPost.post": Way(("Announcements", "news", "The post", "Write it", "Old."),
        ("events", 0, "post"), "Old.", FEED),
    **{f"PastDeed.{key}": Way((*PERSON, "History", DEED), ("people", 0, "history", 0, key), None, FEED)
       for key in ("kind", "text", "of", "at", "weight")},
}  # fmt: skip
WAYS |= {
    "ConversationDefinition.note": Way(("Note", "Mine.", "no"), ("note",), "Mine."),
    "ConversationDefinition.favourite": Way(("Note", "Mine.", "yes"), ("favourite",), True),
    "ConversationDefinition.models": Way(("Models", "Add a model", "No model", "third"),
        ("models", "third"), {"provider": "offline"}),
    "ConversationDefinition.probes": Way(("Private questions", "trust", "Take out", "yes"), ("probes",)),
    "ConversationDefinition.sweep": WAYS["Sweep.factors"],
    "ConversationDefinition.sweeps": Way(("What is compared", "A second comparison", "more"), ("sweeps", "more")),
    "ConversationDefinition.starting_message": Way(("Opening", "Write it", "Go."), ("starting_message",), "Go."),
    "ConversationDefinition.continuation": Way(("More", "After one's own", "Go on."), ("continuation",), "Go on."),
    "ConversationDefinition.roles": Way(("Roles", "Add a role", "warden"), ("roles", "warden"), {}),
    "ConversationDefinition.sections": Way(("Sections", "Add a section", "Rules", "All", "None."),
        ("sections", 2, "shared"), "None."),
    "ConversationDefinition.summarizer": Way(("Day's record", "Add a section", "Tone", "Dry."),
        ("summarizer", 1, "content"), "Dry."),
    "ConversationDefinition.manager": Way(("More", "Choosing of speakers", "Add a section", "Tone", "Fair."),
        ("manager", 0, "content"), "Fair."),
    "ConversationDefinition.reply": WAYS["ReplyRules.trim"],
    "ConversationDefinition.speaker_prefix": Way(("More", "Speaker prefix", "never"), ("speaker_prefix",), "never"),
    "ConversationDefinition.stop": Way(("More", "Stop", "names"), ("stop",), "names"),
    "ConversationDefinition.first_speaker": Way(("More", "Who speaks first", "prisoner"),
        ("first_speaker",), "prisoner"),
    "ConversationDefinition.events": Way(("Announcements", "Add an announcement", "gong", "1", "0", "Warden",
        "Dong."), ("events", 1, "text"), "Dong."),
    "FeedDefinition.schedule": Way(("More", "What changes", '[{"day": 2, "set": {"policy": "none"}}]'),
        ("schedule",), [{"day": 2, "set": {"policy": "none"}}], FEED),
    **{f"ScheduledChange.{key}": Way(("More", "What changes", '[{"day": 2, "set": {"policy": "none"}}]'),
        ("schedule", 0, key), None, FEED) for key in ("day", "set")},
    "ScheduleVariants.variants": Way(("More", "What changes", '{"variants": {"a": [], "b": []}}'),
        ("schedule", "variants"), {"a": [], "b": []}, FEED),
    "FeedDefinition.code": Way(("More", "Hashes of rankers", '{"lab": "' + 64 * "a" + '"}'), ("code",),
        {"lab": 64 * "a"}, FEED),
    "FeedDefinition.days": Way(("More", "Days", "3"), ("days",), 3, FEED),
    "FeedDefinition.people": Way(("People", "Add a person", "Describe", "cleo", "", "", "", "person"),
        ("people", 4, "handle"), "cleo", FEED),
    "FeedDefinition.newcomers": Way((*LATER, "Nobody any more"), ("newcomers",), None, FEED),
    "FeedDefinition.roles": WAYS["Archetype.plural"],
    "FeedDefinition.model": WAYS["StepModels.read"],
    "FeedDefinition.graph": WAYS["Graph.kind"],
    "FeedDefinition.feed": WAYS["FeedRules.ranking"],
    "FeedDefinition.policy": WAYS["Policy.do"],
    "FeedDefinition.prompts": WAYS["Prompts.read"],
    "FeedDefinition.memory": WAYS["Memory.recall"],
    "FeedDefinition.sections": Way(("Sections", "Add a section", "Rules", "All", "None."),
        ("sections", 0, "shared"), "None.", FEED),
    "FeedDefinition.events": WAYS["InjectedPost.post"],
    "FeedDefinition.probes": Way(("Private questions", "Add a private", "mood", "citizen", "at the very end",
        "How?", "in words"),
                                 ("probes", 0, "ask"), "How?", FEED),
}  # fmt: skip
SAME = {"note", "favourite", "models", "sweep", "sweeps"}
"""What both kinds have on the same pages."""
FIRST = {"title", "environment"}
"""What is asked for before there is a page; tried through a terminal."""


def keys_of_the_schema() -> Iterator[str]:
    for name, part in json_schema()["$defs"].items():
        for key in part.get("properties", {}):
            if not (name.endswith("Definition") and key in FIRST):
                yield f"{name}.{key}"


def way_to(key: str) -> Way | None:
    part, _, name = key.partition(".")
    return WAYS.get(f"ConversationDefinition.{name}" if part == "FeedDefinition" and name in SAME else key)


@pytest.mark.parametrize("key", sorted(set(keys_of_the_schema())))
def test_each_key_of_a_file_is_somewhere_on_the_page(key: str) -> None:
    way = way_to(key)
    assert way is not None, f"{key} is nowhere in the guided program, or this table does not say where"
    before = value_at(way.document, way.loc)
    after = edited(dict(way.document), way.script)
    value = value_at(after, way.loc)
    assert value != before
    assert way.value is None or value == way.value


@pytest.mark.parametrize("document", [CONVERSATION, FEED])
def test_the_experiments_of_the_table_are_whole(document: dict[str, Any]) -> None:
    definition_of(document)
