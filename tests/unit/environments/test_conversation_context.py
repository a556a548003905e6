"""Prompts that do not fit: a run ends by its server's word or by proof, and by no expectation of ours."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count as counting_from

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sociarium.environments.context_window import PromptCounts
from sociarium.environments.conversation.transcript import DayReader, Reader, SpokenLine
from sociarium.ports.model import ChatMessage, ModelReply, ModelRequest
from tests.support.conversations_in_memory import Answer, Played, played

MODEL = "{{m: {{provider: {}, model: x, context: {}}}}}"
SUMMARY = "[{title: Starting prompt, content: Sum up.}]"


def sweep(factors: str) -> str:
    return f"{{factors: {{{factors}}}}}"


def flags(run: Played) -> list[tuple[str, ...]]:
    return [event.happening.flags for event in run.of_kind("message")]


def counting(tokens: Callable[[Sequence[ChatMessage]], int], text: str = "word " * 20) -> Answer:
    """A server that counts so, and says something new each time."""
    number = counting_from(1)
    return lambda key, request: ModelReply(f"{next(number)}. {text}", prompt_tokens=tokens(request.messages))


def characters(messages: Sequence[ChatMessage]) -> int:
    return sum(len(message.content) for message in messages)


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_a_prompt_that_the_server_refuses_as_overlong_ends_the_run(provider: str) -> None:
    run = played(["One.", ModelReply("", finish_reason="overlong")], models=MODEL.format(provider, 4000))
    assert (run.ended, flags(run)) == ("context_cut", [()])


def test_a_count_at_the_bound_that_ollama_is_told_proves_a_cut_and_ends_the_run() -> None:
    counts = iter([100, 499, 500])
    run = played(counting(lambda _: next(counts)), models=MODEL.format("ollama", 500), sweep=sweep("messages: 9"))
    assert (run.ended, flags(run)) == ("context_cut", [(), (), ("context_cut",)])
    assert run.texts()[-1].startswith("3. word"), "the words are on record"


def test_an_empty_reply_to_a_prompt_that_was_cut_is_not_asked_for_again() -> None:
    run = played([ModelReply("", prompt_tokens=600)], models=MODEL.format("ollama", 500))
    assert (run.ended, flags(run), len(run.requests)) == ("context_cut", [("empty", "context_cut")], 1)


@pytest.mark.parametrize("tokens", [1, 12, 500, 900])
def test_whatever_another_server_counts_ends_nothing_and_proves_nothing(tokens: int) -> None:
    run = played(counting(lambda _: tokens), models=MODEL.format("openai", 500), sweep=sweep("messages: 9"))
    assert run.ended == "completed"
    assert "context_cut" not in str(flags(run))


def test_a_prompt_that_is_expected_not_to_fit_is_asked_all_the_same() -> None:
    long = '"' + "x" * 20_000 + '"'
    run = played(models=MODEL.format("ollama", 90), starting_message=long, sweep=sweep("messages: 2"))
    assert (run.ended, len(run.requests)) == ("completed", 2)


def test_a_server_that_counts_only_what_its_cache_lacks_is_not_flagged() -> None:
    counts = iter([900, 12, 14, *[15] * 36])
    run = played(counting(lambda _: next(counts)), models=MODEL.format("openai", 2048), sweep=sweep("messages: 39"))
    assert (run.ended, set(flags(run))) == ("completed", {()})


def test_a_template_adds_to_every_message_and_nothing_is_flagged() -> None:
    run = played(
        counting(lambda messages: round(5 + 5 * len(messages) + characters(messages) / 4.2), "word " * 5),
        models=MODEL.format("ollama", 2048),
        sections="""
  - {title: Starting prompt, private: {guard: You are <SELF_NAME>., prisoner: You are <SELF_NAME>.}}""",
        sweep=sweep("messages: 40"),
    )
    assert (run.ended, len(flags(run)), set(flags(run))) == ("completed", 40, {()})


def test_counts_that_stand_still_while_prompts_grow_are_flagged_and_end_nothing() -> None:
    run = played(
        counting(lambda messages: min(characters(messages) // 4, 2048), "word " * 100),
        models="{m: {provider: openai, model: x}}",
        sweep=sweep("messages: 40"),
    )
    assert run.ended == "completed"
    assert flags(run)[0] == ()
    assert flags(run)[-1] == ("context_suspected",)


@pytest.mark.parametrize(("tokens", "ended"), [(99, "completed"), (100, "context_cut")])
def test_a_summary_of_a_day_that_was_cut_ends_the_run_flagged(tokens: int, ended: str) -> None:
    run = played(
        lambda key, _: ModelReply("Yes.", prompt_tokens=tokens),
        models="{big: {provider: offline}, m: {provider: ollama, model: x, context: 100}}",
        summarizer=SUMMARY,
        sweep=sweep("model.summarizer: m, messages: 4, days: 2"),
    )
    assert run.ended == ended
    assert [event.happening.flags for event in run.of_kind("summary")] == [
        ("context_cut",) if ended == "context_cut" else ()
    ]


@pytest.mark.parametrize(("tokens", "ended"), [(99, "completed"), (100, "context_cut")])
def test_nobody_speaks_whom_a_manager_names_who_read_a_part(tokens: int, ended: str) -> None:
    def answer(key: str, request: ModelRequest) -> ModelReply:
        assert request.schema is None or request.purpose == "manager"
        text = request.schema["properties"]["speaker"]["enum"][0] if request.schema else "Yes."
        return ModelReply(text, prompt_tokens=tokens)

    run = played(
        answer,
        models="{big: {provider: offline}, m: {provider: ollama, model: x, context: 100}}",
        sweep=sweep("model.manager: m, speaker_selection: auto, messages: 4"),
    )
    assert (run.ended, len(run.texts())) == (ended, 1 if ended == "context_cut" else 4)


READER = Reader("Guard_417", "You are Guard_417.", "It is your turn to speak.", prefix=True)
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


def prompts_of(words: Sequence[str], others: int) -> list[tuple[ChatMessage, ...]]:
    """The prompts of an agent who speaks after so many others each time."""
    lines, prompts = [], []
    for number, text in enumerate(words):
        if number % (others + 1) == 0:
            prompts.append(DayReader(READER).read("Start.", lines).messages)
            lines.append(SpokenLine(READER.name, text))
        else:
            lines.append(SpokenLine(f"Prisoner_{number % (others + 1)}", text))
    return prompts


def suspected(prompts: Sequence[Sequence[ChatMessage]], counts: Sequence[int]) -> list[bool]:
    watched = PromptCounts()
    return [
        watched.suspect(prompt, ModelReply("x", prompt_tokens=count))
        for prompt, count in zip(prompts, counts, strict=True)
    ]


LONG_READER = replace(READER, system_prompt="word " * 3200)
GROWN = [
    DayReader(LONG_READER)
    .read("Start.", [SpokenLine(READER.name, "word " * 80), SpokenLine("Prisoner_1", "No.")] * number)
    .messages
    for number in range(40)
]


@pytest.mark.parametrize("cached", [300, 900, 1300, 1900])
def test_a_server_that_counts_what_a_cache_of_others_lacks_is_never_suspected(cached: int) -> None:
    """Its cache holds the same beginning of every prompt but the first, which other agents have in common."""
    counts = [4000 + 110 * number - (cached if number else 0) for number in range(len(GROWN))]
    assert not any(suspected(GROWN, counts))


def test_a_server_that_was_seen_to_count_a_part_is_not_suspected_any_more() -> None:
    assert any(suspected(GROWN, [2000] * 40))
    assert not any(suspected(GROWN, [2000, 1400, *[1999] * 38]))


def test_a_prompt_that_is_asked_again_or_grew_by_little_counts_as_much_and_is_not_suspected() -> None:
    lines = [SpokenLine(READER.name, "word " * 400), SpokenLine("Prisoner_1", "No."), SpokenLine("Prisoner_1", "No!")]
    prompts = [DayReader(READER).read("Start.", lines[:number]).messages for number in (1, 2, 2, 3)]
    assert not any(suspected(prompts, [900, 905, 905, 903]))


@given(
    st.lists(WORDS, min_size=1, max_size=80),
    st.integers(0, 4),
    st.integers(0, 4000),
    st.integers(0, 16),
    st.floats(0.5, 100.0),
)
def test_a_server_that_counts_whole_prompts_is_never_suspected(
    words: list[str], others: int, hidden: int, around: int, characters_per_token: float
) -> None:
    """Whatever its tokenizer makes of a message, what its template adds, and what it says before them unasked."""
    prompts = prompts_of(words, others)
    counts = [
        hidden + sum(around + int(1 + len(message.content) / characters_per_token) for message in prompt)
        for prompt in prompts
    ]
    assert not any(suspected(prompts, counts))


@given(
    st.lists(WORDS, min_size=1, max_size=80),
    st.integers(0, 4),
    st.sampled_from([1, 16, 128, 256]),
    st.floats(1.0, 6.0),
    st.lists(st.integers(0, 80)),
)
def test_a_server_that_counts_only_what_its_cache_lacks_is_never_suspected(
    words: list[str], others: int, block: int, characters_per_token: float, losses: list[int]
) -> None:
    """A cache of whole blocks, which now and then is lost."""
    prompts = prompts_of(words, others)
    counts, kept = [], 0
    for number, prompt in enumerate(prompts):
        whole = sum(8 + int(1 + len(message.content) / characters_per_token) for message in prompt)
        counts.append(whole - kept // block * block)
        kept = 0 if number in losses else whole
    assert not any(suspected(prompts, counts))


@pytest.mark.slow
@settings(max_examples=15)
@given(st.integers(1024, 2048), st.integers(40, 90), st.integers(0, 1), st.booleans(), st.integers())
def test_a_server_that_cuts_prompts_at_a_bound_is_suspected(
    bound: int, longest: int, others: int, whole_messages: bool, seed: int
) -> None:
    """At the bound itself, or by leaving out the oldest messages after the system prompt, as Ollama does."""
    draws, words = random.Random(seed), list[str]()
    while sum(map(len, words)) < 6 * 4 * bound:
        words.append("word " * draws.randint(longest // 2, longest))
    prompts = prompts_of(words, others)

    def tokens(messages: Sequence[ChatMessage]) -> int:
        return sum(5 + len(message.content) // 4 for message in messages)

    counts = []
    for prompt in prompts:
        left = list(prompt)
        while whole_messages and tokens(left) > bound:
            del left[1]
        counts.append(min(tokens(left), bound))
    found = suspected(prompts, counts)
    assert any(found)
    assert not any(flagged for flagged, prompt in zip(found, prompts, strict=True) if tokens(prompt) <= bound)
