"""Files of feeds: they are read whole, written out equal, and every fault is told with its line, path and mend."""

from __future__ import annotations

import json

import pytest

from sociarium.errors import DefinitionError, Problem
from sociarium.experiment.document import from_json, parse, to_json, to_yaml
from sociarium.experiment.schema import json_schema
from tests.support.definitions import FEED, feed, read_people, small_feed


def refused(text: str, people: str | None = None) -> tuple[Problem, ...]:
    """Every problem of a file that is refused; `people` is what stands in people.jsonl."""

    def read(name: str) -> bytes:
        return read_people(name) if people is None else people.encode()

    with pytest.raises(DefinitionError) as told:
        parse(text.encode(), source="test.yaml", read=read)
    return told.value.problems


def people(*entries: str) -> str:
    return small_feed(people=f"[{', '.join(entries)}]")


def test_the_specifications_example_is_read() -> None:
    found = feed()
    assert [person.handle for person in found.written_out] == ["candidate", "economist", "joker", "nurse"]
    assert found.written_out[1].persona == {"age": 51, "temper": "patient"}
    assert [entry.generate for entry in found.generated] == [5]
    assert found.role_names == ("person", "troll")


def test_a_feed_written_out_reads_back_equal_without_the_files_it_named() -> None:
    found = feed()
    for spelled, source in ((to_yaml(found), "a.yaml"), (to_json(found), "a.json")):
        assert "people.jsonl" not in spelled
        assert parse(spelled.encode(), source=source, read=read_people) == found
    assert from_json(to_json(found)) == found
    assert to_yaml(from_json(to_json(found))) == to_yaml(found)


# Lines of `small_feed`: title 1, environment 2, models 3, people 4, days 5, what is added 6.
@pytest.mark.parametrize(
    ("text", "line", "path", "words", "mend"),
    [
        (small_feed(environment="fed"), 2, "environment", "no environment 'fed'", "feed?"),
        (small_feed(models="{me: {provider: person}}"), 3, "models.me.provider", "nobody at a terminal", "post"),
        (small_feed(people="[ada]"), 4, "people[0]", "should have keys and values", "key: value"),
        (small_feed(feed="{rankng: popular}"), 6, "feed.rankng", "unknown key", "ranking or"),
        (small_feed(feed="{probabilty: 0.3}"), 6, "feed.probabilty", "unknown key", "post"),
        (small_feed(feed="{ranking: populr}"), 6, "feed.ranking", "not one of 'chronological'", "popular?"),
        (small_feed(feed="{post: sometimes}"), 6, "feed.post", "not how people post", "a probability such as 0.3"),
        (small_feed(feed="{post: 1.2}"), 6, "feed.post", "not how people post", "daily"),
        (small_feed(feed="{tick: 90s}"), 6, "feed.tick", "'90s' is not a span", "30m"),
        (small_feed(feed="{tick: 25h}"), 6, "feed.tick", "longer than a day", "1h"),
        (small_feed(feed="{tick: 1.5}"), 6, "feed.tick", "not a span", "1h"),
        (small_feed(feed="{reply_delay: 5x}"), 6, "feed.reply_delay", "'5x' is not a span", "30m"),
        (small_feed(feed="{reply_delay: {from: 3h, to: 5m}}"), 6, "feed.reply_delay", "longer than `to`", "shorter"),
        (small_feed(feed="{reply_delay: {from: 3h}}"), 6, "feed.reply_delay.to", "missing", "add"),
        (small_feed(sweep="{factors: {feed.reply_delay: [0, 5x]}}"), 6, "sweep.factors.feed.reply_delay[1]", "'5x'",
         "30m"),
        (small_feed(feed="{sessions_per_day: -1}"), 6, "feed.sessions_per_day", "less than 0", "0 or more"),
        (small_feed(graph="{kind: smallworld}"), 6, "graph.kind", "not one of", "small_world?"),
        (small_feed(graph="{rewire: 2}"), 6, "graph.rewire", "more than 1", "1 or less"),
        (small_feed(memory="{max_word: 9}"), 6, "memory.max_word", "unknown key", "max_words?"),
        (small_feed(policy="{do: label}"), 6, "policy.do", "matches no posts", "match: {words"),
        (small_feed(policy="{do: ban, match: {words: [a]}}"), 6, "policy.do", "not one of", "choose"),
        (small_feed(policy="{match: {words: []}}"), 6, "policy.match.words", "empty", "at least 1"),
        (small_feed(days="0"), 5, "days", "less than 1", "1 or more"),
        (small_feed(people="[]"), 1, "", "no people", "generate:"),
        (people("{handle: ada, perona: x}"), 4, "people[0].perona", "unknown key", "persona?"),
        (people("{handle: a b}"), 4, "people[0].handle", "no handle", "one word"),
        (people('{handle: "a\\x1b[2Jb"}'), 4, "people[0].handle", "no handle", "one word"),
        (people('{handle: "a\\u202eb"}'), 4, "people[0].handle", "no handle", "one word"),
        (people("{handle: '@ada'}"), 4, "people[0].handle", "no handle", "one word"),
        (people("{handle: ada}", "{handle: Ada}"), 4, "people[1].handle", "second person", "capitals"),
        (people("{handle: ada, follows: [bobby]}", "{handle: bob}"), 4, "people[0].follows[0]", "'bobby'", "bob?"),
        (people("{handle: ada, follows: [ada]}"), 4, "people[0].follows[0]", "themselves", "take it out"),
        (people("{handle: ada, history: [{text: hi, kind: liked}]}"), 4, "people[0].history[0].kind", "not one of",
         "like?"),
        (people("{handle: ada, role: agents}"), 4, "people[0].role", "no role can be called", "rename"),
        (people("{handle: ada, role: a guard}", "{handle: bob, role: a_guard}"), 4, "people[1].role",
         "same placeholders", "rename"),
        (people("{generate: 3, prompt: x}"), 4, "people[0].model", "'model' is missing", "add it"),
        (people("{generate: 3, model: dri, prompt: x}"), 4, "people[0].model", "no model 'dri'", "dry?"),
        (people("{generate: 3, model: dry}"), 4, "people[0].prompt", "'prompt' is missing", "add it"),
        (people("{generate: 3, model: dry, prompt: x, quotas: {age: {young: 0.4, old: 0.5}}}"), 4,
         "people[0].quotas.age", "sum to 0.9", "sum to 1"),
        (people("{generate: 3, model: dry, prompt: x, schema: {type: string}}"), 4, "people[0].schema",
         "no object", "type: object"),
        (people("{handle: ada}", "{generate: -1, model: dry, prompt: x}"), 4, "people[1].generate", "less than 0",
         "0 or more"),
        (people("{file: gone.jsonl}"), 4, "people[0]", "cannot be read", "create it"),
        (people("{file: ../people.jsonl}"), 4, "people[0]", "not beside", "same folder"),
        (people("{file: people.jsonl, role: x}"), 4, "people[0]", "has that key alone", "people.jsonl"),
        (small_feed(newcomers="{model: dry, prompt: x, per_day: 1.5}"), 6, "newcomers.per_day", "not a whole", "one"),
        (small_feed(newcomers="{model: dri, prompt: x}"), 6, "newcomers.model", "no model 'dri'", "dry?"),
        (small_feed(roles="{persn: {}}"), 6, "roles.persn", "nobody has the role", "person?"),
        (small_feed(sections="[{title: A, private: {troll: x}}]"), 6, "sections[0].private.troll", "no role", "person"),
        (small_feed(sections="[{title: A, shared: '<PERSN_NUM>'}]"), 6, "sections[0].shared", "<PERSN_NUM>",
         "<PERSON_NUM>"),
        (small_feed(prompts="{raed: x}"), 6, "prompts.raed", "unknown key", "read?"),
        (small_feed(prompts="{post: Be <SELF_NAM>.}"), 6, "prompts.post", "<SELF_NAM>", "<SELF_NAME>"),
        (small_feed(events="[{name: a, author: the wire, post: x}]"), 6, "events[0].author", "no handle", "one word"),
        (small_feed(events="[{name: a, author: w, post: x}, {name: a, author: w, post: x}]"), 6, "events[1]",
         "second event", "rename"),
        (small_feed(events="[{name: a, author: w, post: x, time: '24:00'}]"), 6, "events[0].time", "time of day",
         "09:30"),
        (small_feed(probes="[{name: a, of: [trol], at: [end], ask: x}]"), 6, "probes[0].of[0]", "no role", "person"),
        (small_feed(sweep="{factors: {policy: [none, label]}}"), 6, "sweep.factors.policy", "without `match`",
         "words:"),
        (small_feed(sweep="{factors: {p: [{name: x, policy: remove}]}}"), 6, "sweep.factors.p", "without `match`",
         "words:"),
        (small_feed(sweep="{factors: {feed.rankin: [popular]}}"), 6, "sweep.factors.feed.rankin", "to vary",
         "feed.ranking"),
        (small_feed(sweep="{factors: {feed.ranking: [latest]}}"), 6, "sweep.factors.feed.ranking[0]", "'latest'",
         "chronological"),
        (small_feed(sweep="{factors: {feed.tick: [1h, 9d]}}"), 6, "sweep.factors.feed.tick[1]", "'9d'", "30m"),
        (small_feed(sweep="{factors: {people.troll: [0, 5]}}"), 6, "sweep.factors.people.troll", "to vary", "days"),
        (small_feed(people="[{generate: 3, role: troll, model: dry, prompt: x}]",
                    sweep="{factors: {people.troll: [0, 5]}}"), 5 + 1, "sweep.factors.people.troll",
         "nobody there", "exclude"),
        (people("{generate: 99999999, model: dry, prompt: x}"), 4, "people", "99999999 people", "100000"),
        (small_feed(newcomers="{model: dry, prompt: x, from: 0}"), 6, "newcomers.from", "less than 1", "1 or more"),
        (small_feed(newcomers="{model: dry, prompt: x, from: first}"), 6, "newcomers.from", "not a whole", "one"),
        (small_feed(people="[]", newcomers="{model: dry, prompt: x}"), 6, "newcomers.from", "before day 2",
         "`from: 1`"),
        (small_feed(people="[]", newcomers="{model: dry, prompt: x}", sweep="{factors: {days: [1, 3]}}"), 6,
         "newcomers.from", "before day 2", "`from: 1`"),
        (small_feed(people="[]", newcomers="{model: dry, prompt: x, from: 1, per_day: 0}"), 6, "newcomers.per_day",
         "nobody comes", "a larger number"),
        (small_feed(people="[]", newcomers="{model: dry, prompt: x, from: 1, per_day: 0}",
                    sweep="{factors: {days: [1, 3]}}"), 6, "newcomers.per_day", "nobody comes", "a larger number"),
        (small_feed(people="[]", newcomers="{model: dry, prompt: x, from: 1}",
                    sweep="{factors: {newcomers.per_day: [0, 2]}}"), 7, "sweep.factors.newcomers.per_day",
         "nobody there on the first day", "exclude"),
        (small_feed(people="[{generate: 2, role: troll, model: dry, prompt: x}]",
                    newcomers="{model: dry, prompt: x}", sweep="{factors: {people.troll: [0, 2]}}"), 7,
         "sweep.factors.people.troll", "nobody there before day 2", "`from: 1`"),
        (small_feed(people="[{generate: 0, model: dry, prompt: x}]", newcomers="{model: dry, prompt: x, from: 3}"), 6,
         "newcomers.from", "before day 3", "`from: 1`"),
        (small_feed(people="[{generate: 0, model: dry, prompt: x}]"), 4, "people", "nobody is there", "a larger"),
        (small_feed(people=""), 1, "", "there are no people", "from day 1"),
        (small_feed(people="[]"), 1, "", "there are no people", "from day 1"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_line_path_and_mend(text: str, line: int, path: str, words: str, mend: str) -> None:
    [found] = refused(text)
    assert (found.line, found.path) == (line, path)
    assert words in found.message
    assert mend in found.mend


def test_people_with_nothing_behind_it_is_nobody() -> None:
    newcomers = "{model: dry, prompt: x, from: 1}"
    empty, nobody = (
        parse(small_feed(people=written, newcomers=newcomers).encode(), source="a.yaml", read=read_people)
        for written in ("", "[]")
    )
    assert empty == nobody
    assert to_json(empty) == to_json(nobody)


def test_broken_lines_of_a_file_of_people_come_all_at_once_with_their_numbers() -> None:
    lines = [f'{{"handle": "p{number}"}}' for number in range(40)]
    lines[8] = '{"handle": "p8", "handle": "p8b"}'
    lines[20] = '{"handel": "p20"}'
    lines[30] = '{"handle": "p30", "history": [{"kind": "post"}]}'
    lines[36] = '{"handle": "p36"'
    lines[38] = '["p38"]'
    text = people("{handle: ada}", "{file: people.jsonl}", "{handle: eve, follows: [p3, p99]}")
    lines[33] = "{}"
    found = [(problem.path, problem.message.partition(":")[0]) for problem in refused(text, "\n".join(lines))]
    assert [one for one in found if "jsonl" in one[0]] == [
        ("people.jsonl line 9", "this is not JSON"),
        ("people.jsonl line 21, handel", "unknown key 'handel'"),
        ("people.jsonl line 21, handle", "'handle' is missing"),
        ("people.jsonl line 31, history[0].text", "'text' is missing"),
        ("people.jsonl line 34, handle", "'handle' is missing"),
        ("people.jsonl line 37", "this is not JSON"),
        ("people.jsonl line 39", "this is not an object with the fields of a person"),
    ]
    assert len(found) == 7


def test_faults_after_a_file_of_people_keep_the_places_of_the_file() -> None:
    text = small_feed(people="\n  - {handle: ada}\n  - {file: people.jsonl}\n  - {handle: eve, follows: [nobody]}")
    [found] = refused(text, '{"handle": "p1"}\n{"handle": "p2"}')
    assert (found.line, found.path) == (7, "people[2].follows[0]")


def test_a_person_of_a_file_may_be_at_fault_for_others() -> None:
    [found] = refused(people("{handle: nurse}", "{file: people.jsonl}"), '{"handle": "ada", "follows": ["nurze"]}')
    assert (found.path, found.mend) == ("people.jsonl line 1, follows[0]", "did you mean nurse?")


def test_thousands_of_broken_lines_are_not_all_told() -> None:
    found = refused(people("{file: people.jsonl}"), "{\n" * 5000)
    assert len(found) == 51
    assert "4,950 more" in found[-1].message or "4,950 more" in found[0].message


def test_thousands_of_ill_formed_people_are_not_all_told() -> None:
    found = refused(people("{file: people.jsonl}"), '{"handle": "a b"}\n' * 3000)
    assert len(found) == 201
    assert "2800 more" in found[0].message


def test_what_cannot_be_read_hides_no_other_fault() -> None:
    text = small_feed(
        people="[{archive: gone}, {file: gone.jsonl}, {handle: a b}, {handle: eve, follows: [somebody_in_gone]}]",
        feed="{ranking: populr}",
        events="[{name: a, author: w, post: x, day: 0}]",
    )
    assert sorted(problem.path for problem in refused(text)) == [
        "events[0].day", "feed.ranking", "people[0].consent", "people[1]", "people[2].handle"
    ]  # fmt: skip


def test_a_persona_that_looks_like_a_file_stays_what_it_is() -> None:
    def read(name: str) -> bytes:
        assert name == "people.jsonl"
        return b'{"handle": "ada", "persona": {"file": "secret.txt"}}'

    found = parse(people("{file: people.jsonl}").encode(), source="a.yaml", read=read)
    assert json.loads(to_json(found))["people"][0]["persona"] == {"file": "secret.txt"}


def test_the_schema_tells_both_kinds_of_files_apart() -> None:
    schema = json_schema()
    assert schema["properties"]["environment"]["enum"] == ["conversation", "feed"]
    assert schema["if"]["properties"]["environment"] == {"const": "feed"}
    people_of = schema["$defs"]["FeedDefinition"]["properties"]["people"]["items"]["anyOf"]
    keys = [set(option.get("properties", ())) for option in people_of]
    assert any("file" in found for found in keys)
    assert any({"archive", "consent"} <= found for found in keys)
    assert "starting_message" in schema["$defs"]["ConversationDefinition"]["properties"]


def test_the_example_has_every_part_of_the_file_format() -> None:
    assert {line.partition(":")[0] for line in FEED.splitlines() if line[:1].isalpha()} >= {
        "people", "newcomers", "graph", "feed", "policy", "sections", "memory", "events", "probes", "days", "sweep"
    }  # fmt: skip
