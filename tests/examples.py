"""Definitions that tests share."""

from __future__ import annotations

from typing import Any

from sociarium.experiment.definition import Definition
from sociarium.experiment.document import parse

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
