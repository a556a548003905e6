"""Definitions that tests share."""

from __future__ import annotations

from typing import Any

from sociarium.experiment.definition import Definition
from sociarium.experiment.document import parse
from sociarium.experiment.feed.definition import FeedDefinition

SPECIFICATION = """\
title: Prison wing
note: pilot                      # note and favourite: as created
environment: conversation
starting_message: Start the experiment.
models:
  llama:  {provider: ollama, model: "llama3.1:8b", temperature: 0.7, top_k: 40, top_p: 0.9, context: 10000}
  cool:   {provider: openai, model: gpt-4.1-mini, temperature: 0.2, top_p: 0.9, max_tokens: 400}
  vllm:   {provider: openai, model: qwen3, base_url: "http://127.0.0.1:8000/v1", api_key_env: VLLM_KEY,
           price: {input: 0.1, output: 0.4}, limits: {open: 32, per_minute: 600}}
  claude: {provider: anthropic, model: claude-sonnet-4-5}
  dry:    {provider: offline}
roles:
  guard: {}
  prisoner: {pronouns: he, plural: prisoners}
  visitor: {script: ["Time is up.", "I am leaving."]}
sections:
  - title: Starting prompt
    private: {guard: "You are <SELF_NAME>, a guard ...", prisoner: "You are <SELF_NAME> ...", visitor: ""}
  - title: Goal
    private:
      guard: Keep order among the <PRISONER_NUM> <PRISONER_NOUN>.
      prisoner: {variants: {yard: "Win one more hour in the yard.", escape: "Get the <GUARD_NOUN> to let you go."}}
  - title: Personality
    private:
      guard: {variants: {harsh: "You are harsh.", fair: "You are fair."}}
      prisoner: {variants: {rebel: "You rebel.", calm: "You are calm."}}
  - title: Oversight
    heading: auto
    shared: {variants: {present: {file: oversight.md}, absent: ""}}
summarizer:
  - {title: Starting prompt, content: "Summarise the day for the record."}
reply: {trim: true, empty_retries: 2}
speaker_prefix: always
stop: none
first_speaker: guard
probes:
  - {name: trust, of: [prisoner], at: [start, each_day, end], ask: "How far do you trust the guard?",
     answer: {from: 0, to: 10}}
events:
  - {name: order, day: 1, after_message: 6, author: Researcher,
     text: {variants: {none: "", order: "Search the cell."}}}
sweep:
  factors:
    model: [llama, cool]
    messages: 20
    days: {from: 1, to: 3}
    agents.guard: {from: 1, to: 2}
    agents.prisoner: [1, 2]
    speaker_selection: [round_robin, random]
    option.temperature: [0.2, 0.9]
    section.Goal.prisoner: [yard, escape]
    section.Oversight: [present, absent]
    personality:
      - {name: harsh, section.Personality.guard: harsh, section.Personality.prisoner: rebel}
      - {name: mild,  section.Personality.guard: fair,  section.Personality.prisoner: calm}
  exclude:
    - {model: cool, days: [2, 3]}
  replicates: 10
  seed: 2024
  streams: common
"""
"""The example of the specification, section 1."""


def read_beside(name: str) -> bytes:
    """The files that `SPECIFICATION` names."""
    if name == "oversight.md":
        return b"A board reads the log every evening."
    raise FileNotFoundError(2, "No such file or directory", name)


def definition(text: str) -> Definition:
    """The checked definition in a YAML text."""
    return parse(text.encode(), source="test.yaml", read=read_beside)


def small(**changes: Any) -> str:
    """A file with a guard and a prisoner, as YAML; changes replace whole top-level entries, given as YAML."""
    parts = {
        "title": "Small",
        "starting_message": "Start.",
        "models": "{dry: {provider: offline}}",
        "roles": "{guard: {}, prisoner: {}}",
        "sections": '[{title: Starting prompt, private: {guard: "I am <SELF_NAME>.", prisoner: "I am <SELF_NAME>."}}]',
        "sweep": "{factors: {messages: 4}}",
    }
    merged = {**parts, **changes}
    return "".join(f"{key}: {value}\n" for key, value in merged.items() if value is not None)


FEED = """\
title: The square
environment: feed
models:
  llama: {provider: ollama, model: "llama3.1:8b", temperature: 0.7, context: 10000}
  cool: {provider: openai, model: gpt-4.1-mini, temperature: 0.2}
people:
  - handle: candidate
    name: The candidate
    bio: runs for office
    persona: Confident, quotes figures, likes to provoke.
    background: Has held two offices before.
    history: [{kind: post, text: "Figures first."}, {kind: like, text: "Well said."}]
    follows: [economist]
    followers_count: 52000
    role: person
  - {handle: economist, persona: {age: 51, temper: patient}, follows: [candidate]}
  - {file: people.jsonl}
  - {generate: 5, role: troll, model: llama, prompt: "Invent somebody who stirs up quarrels.",
     quotas: {age: {18-34: 0.4, 35+: 0.6}}}
newcomers: {per_day: 1, role: person, model: llama, prompt: "Invent a neighbour."}
graph: {kind: given}
feed: {ranking: chronological, replies: 10, following: 10, recent: 10, sessions_per_day: 1, reading: by_list,
       post: daily, tick: 1h}
policy: {match: {words: [ruin, collapse]}, do: label}
sections:
  - {title: Starting prompt, private: {person: "You are <SELF_NAME>.", troll: "You are <SELF_NAME>, one of
     <TROLL_NUMWORD> <TROLL_NOUN>."}}
  - {title: Rules, shared: {variants: {strict: "Be kind.", none: ""}}}
memory: {hidden_state: true, max_words: 200, reflect_every: 3, recall: 8}
events:
  - {name: launch, day: 1, author: candidate, post: {variants: {plain: "A new plan.", bold: "THE plan!"}}}
  - {name: rumour, day: 3, every: 7, time: "09:30", author: newswire, post: "Collapse is near, sources say."}
probes:
  - {name: trust, of: [person], at: [start, end], ask: "How far do you trust the candidate?", answer: {from: 0, to: 10}}
days: 7
sweep:
  factors:
    model: [llama, cool]
    feed.ranking: [chronological, popular]
    policy: [none, label]
    event.launch: [plain, bold]
    people.troll: [0, 5]
  replicates: 2
  seed: 11
"""
"""The example of the specification, section 6, with words in it."""

PEOPLE = b"""\
{"handle": "joker", "persona": "Laughs at everything.", "follows": ["candidate"]}

{"handle": "nurse", "name": "Ada", "role": "person"}
"""


def read_people(name: str) -> bytes:
    """The files that `FEED` names."""
    if name == "people.jsonl":
        return PEOPLE
    raise FileNotFoundError(2, "No such file or directory", name)


def feed(text: str = FEED) -> FeedDefinition:
    """The checked definition of a feed in a YAML text."""
    found = parse(text.encode(), source="test.yaml", read=read_people)
    assert isinstance(found, FeedDefinition)
    return found


def small_feed(**changes: Any) -> str:
    """A feed of two people, as YAML; changes replace whole top-level entries, given as YAML."""
    parts = {
        "title": "Small",
        "environment": "feed",
        "models": "{dry: {provider: offline}}",
        "people": "[{handle: ada, follows: [bob]}, {handle: bob}]",
        "days": "2",
    }
    merged = {**parts, **changes}
    return "".join(f"{key}: {value}\n" for key, value in merged.items() if value is not None)
