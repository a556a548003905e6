"""Thinking in the forms in which models write it is told from what is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sociarium.environments.template_tokens import without_tokens
from sociarium.providers.thinking import split_thinking, thinking_in, thinking_of_parts

SPEECH = "Good morning."


@pytest.mark.parametrize(
    "text",
    [
        "<|im_start|>think\nplan\n<|im_start|>answer\nGood morning.", "<think/>\nGood morning.",
        "<internal_thoughts>plan</internal_thoughts>Good morning.",
        "<details><summary>\U0001f4ad Thought for 2 s</summary>plan</details>Good morning.",
        "<cot>plan</cot>Good morning.",
        "<think>plan</think><answer>Good morning.", "<inner_reasoning>plan</inner_reasoning>Good morning.",
        "<think_never_used_51bce0c7>plan</think_never_used_51bce0c7>Good morning.",
        "<|begin_of_thinking|>plan<|end_of_thinking|>Good morning.", "<|think_start|>plan<|think_end|>Good morning.",
        "<think>plan<|think_end|>Good morning.", "<|reasoning|>plan<|/reasoning|>Good morning.",
        "<|open|>think<|sep|>plan<|close|>think<|sep|>Good morning.", "plan<|close|> think <|sep|>Good morning.",
        "<think>a</think><final>Good morning.</final>", "analysisuser greets.assistantfinalGood morning.",
        "commentaryWe greet.assistantfinalGood morning.",
        "<think>plan</think>Good morning.", "\n<think>\nplan\n</think>\n\nGood morning.\n",
        "<THINK>plan</THINK> Good morning.",
        "<think>a</think>Good morning. <think>b</think>", "<think>a</think><think>b</think>Good morning.",
        "<think></think>Good morning.", "plan plan</think>\n\nGood morning.", "plan</thinking>Good morning.",
        "<think>a <think>b</think> c</think>Good morning.", "<think>a</think>Good morning.</think>",
        "<thinking>plan</thinking>Good morning.", "<reasoning>plan</reasoning>Good morning.",
        "<thought>plan</thought>Good morning.", "<seed:think>plan</seed:think>Good morning.",
        "<thinking>a <reflection>b</reflection></thinking><output>Good morning.</output>",
        "<think>a</think>\n<answer>\nGood morning.\n</answer>", "<think>a</think><response>Good morning.</response>",
        "◁think▷plan◁/think▷Good morning.", "[THINK]plan[/THINK]Good morning.", "plan[/THINK]Good morning.",
        "<|START_THINKING|>plan<|END_THINKING|><|START_RESPONSE|>Good morning.<|END_RESPONSE|>",
        "<|begin_of_thought|>plan<|end_of_thought|>\n<|begin_of_solution|>Good morning.<|end_of_solution|>",
        "<|inner_prefix|>plan<|inner_suffix|>Good morning.", "<unused94>thought\nplan<unused95>Good morning.",
        "<|channel>thought\nplan<channel|>Good morning.",
        "<|channel|>analysis<|message|>plan<|end|><|start|>assistant<|channel|>final<|message|>Good morning.<|return|>",
        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Good morning.",
        "<|channel|>commentary to=functions.x<|message|>{}<|call|><|channel|>final<|message|>Good morning.",
        "<|channel|>analysis plan<|channel|>final Good morning.", "analysisWe plan.assistantfinalGood morning.",
        "Here is my thought process: plan\nHere is my response: Good morning.",
        "<think>unclosed ```python\nx</think>Good morning.", "<think>the tag `</think>` ends it</think>Good morning.",
        "Good morning. <think>cut by the lim", "<longcat_think>plan</longcat_think>Good morning.",
        "<antThinking>plan</antThinking>Good morning.", "<thought_process>plan</thought_process>Good morning.",
        "<scratchpad>plan</scratchpad>\nGood morning.", "<|thinking|>plan<|/thinking|>Good morning.",
        "&lt;think&gt;plan&lt;/think&gt;Good morning.",
        "Here are my reasoning steps:\nplan\n[BEGIN FINAL RESPONSE]\nGood morning.\n[END FINAL RESPONSE]",
        "[BEGIN FINAL RESPONSE]Good morning.[END FINAL RESPONSE]\n<|end|>",
        "<analysis>plan</analysis>\n\nGood morning.", "\n<Analysis>\nplan\n</Analysis><answer>Good morning.</answer>",
        "<inner_monologue>plan</inner_monologue>Good morning.", "<thoughts>plan</thoughts> Good morning.",
        "<think>a</think><analysis>b</analysis>Good morning.",
        "<mm:think>plan</mm:think>Good morning.", "<think>plan<//think>Good morning.",
        "<|think|>plan<|/think|>Good morning.", "<thinking_process>plan</thinking_process>Good morning.",
        '<details type="reasoning" done="true">\n<summary>Thought for 3 s</summary>\nplan\n</details>\nGood morning.',
        "Thinking...\nplan\nplan\n...done thinking.\n\nGood morning.",
        '<details type="thinking" done="true">\n<summary>Thought for 5 s</summary>\nplan\n</details>\nGood morning.',
        "<details><summary>Thinking</summary>plan</details>\n\nGood morning.",
        "<details>\n<summary>Thought for 3 seconds</summary>\n\nplan\n\n</details>\n\nGood morning.",
        "<details open>\n<summary>Reasoning process:</summary>\nplan</details>Good morning.",
        "*Thinking...*\n\n> **Plan**\n> \n> plan\n\nGood morning.",
        "<|think|>plan<|end|><|begin|>assistant<|content|>Good morning.",
        "<|begin|>assistant<|think|>plan<|end|>\n<|begin|>assistant<|content|>Good morning.",
        "<redacted_thinking>EqQB</redacted_thinking>Good morning.",
        "assistantanalysisWe plan.assistantfinalGood morning.", "assistantfinalGood morning.",
        "<think>plan</think>assistantfinalGood morning.", "assistant<|channel|>final<|message|>Good morning.",
        "plan<|end|><|start|>assistant<|channel|>final<|message|>Good morning.",
        "<ctrl94>thought\nplan<ctrl95>Good morning.", "plan<ctrl95>Good morning.",
        "<REASONING_SCRATCHPAD>\nplan\n</REASONING_SCRATCHPAD>\nGood morning.",
        "<SCRATCHPAD_REASONING>plan</SCRATCHPAD_REASONING>Good morning.",
        "<scratch_pad>plan</scratch_pad>Good morning.", "<think_fast>plan</think_fast>Good morning.",
        "plan</ifm|think_faster>Good morning.", "<internal_thinking>plan</internal_thinking>Good morning.",
        "<antml:thinking>plan</antml:thinking>\nGood morning.",
        '<think signature="x">plan</think>Good <think signature="y">plan</think>morning.',
        "## Thinking\n\nplan\n\n## Final Response\n\nGood morning.",
        "<|query_analysis_start|>plan<|query_analysis_end|>\n<|answer_start|>Good morning.<|answer_end|>",
        "<details><summary>思考过程</summary><pre>plan</pre></details>Good morning.",
        "<details><summary><b>Thinking</b></summary>plan</details>Good morning.",
        '<details type="reasoning">plan</details>\n<details type="reasoning">plan</details>Good morning.',
        "\ufeff<analysis>plan</analysis>Good morning.", "\ufeff<think>plan</think>Good morning.",
        "<think>plan</thinking>Good morning.", "<thinking>a <think>b</think> c</thought>Good morning.",
    ],
)  # fmt: skip
def test_what_was_thought_is_not_said(text: str) -> None:
    assert split_thinking(text)[0] == SPEECH


@pytest.mark.parametrize(
    "text", ["<think>plan", "<think>", "[THINK]pl", "<|channel|>analysis<|message|>plan", "analysisWe plan",
             "plan</think>", "<scratchpad>pl", "&lt;think&gt;pl",
             "<|START_THINKING|>plan", "◁think▷p", "<analysis>pl", "assistantanalysisWe pl",
             "Here are my reasoning steps:\npl",
             '<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n> pl', "<ctrl94>thought\npl",
             "<thinking>a <think>b</think> pl"],
)  # fmt: skip
def test_thinking_that_the_limit_cut_leaves_nothing_said(text: str) -> None:
    assert split_thinking(text)[0] == ""


@pytest.mark.parametrize(
    "text",
    ["Write `<think>` before it.", "```\n<think>a</think>\n```\nSo.", "I think [think] so.", "analysis of it",
     "An <b>answer</b>.", " Good ", "``a </think> b``", "<answer>7</answer>", "`<|channel|>analysis` is a token.",
     '{"post": true, "text": "the <think> tag"}', "<reflection>I was wrong.</reflection>", "<thinker>",
     "Here is my thought process: no heading follows.", "<analysis>all that was asked for</analysis>",
     "<details><summary>More</summary>a</details>So.", "<details><summary>Thought for the day</summary>a</details>So.",
     "We <thinking about it> go.", "<think of=a> it", "## Thinking\n\nSo.", "Good morning.assistantfinalist",
     "*Thinking...*\nWhat else?", "*Thinking...* > so",
     "<details><summary>Thought experiment</summary>a</details>So.",
     "Thinking...\nWhat else?", "He is thinking...\nSo am I.",
     "So: <analysis>a</analysis> it is.", "plan</analysis>Good morning.", "`<analysis>` opens it.",
     "analysis: it is late.\nfinal: we go.", "analysis, then action.",
     "analysis\nof it", "<final>7</final>", "<|close|>response<|sep|>"],
)  # fmt: skip
def test_quoted_code_and_other_words_stay_text(text: str) -> None:
    assert split_thinking(text, "told") == (text, "told")


@pytest.mark.parametrize("head", ["<|im_start|>assistant\n", "<|assistant|>\n", "<s>", "<start_of_turn>model\n"])
@pytest.mark.parametrize(
    "text", ["<analysis>plan</analysis>Good morning.", "analysisWe plan.assistantfinalGood morning.",
             "*Thinking...*\n\n> plan\n\nGood morning.", "<think>plan</think><answer>Good morning.</answer>",
             "<think>plan</think>Good morning."],
)  # fmt: skip
def test_thinking_behind_a_head_of_a_turn_and_before_its_end_is_told_apart(head: str, text: str) -> None:
    speech, thought = split_thinking(f"{head}{text}<|im_end|>")
    assert without_tokens(speech) == (SPEECH, True)
    assert thought in {"plan", "We plan.", "> plan"}


def test_both_blocks_are_thinking_and_the_speech_around_stays_in_order() -> None:
    assert split_thinking("<think>a</think>One <think>b</think> two.\n<think>c</think>\nThree.", "t") == (
        "One two.\n\nThree.", "t\n\na\n\nb\n\nc")  # fmt: skip


@pytest.mark.parametrize(
    "message",
    [
        {"reasoning": "Hm."}, {"reasoning_content": "Hm."}, {"thinking": "Hm."}, {"reasoning_content": "",
        "reasoning": "Hm."},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": "x"}]},
    ],
)  # fmt: skip
def test_thinking_is_read_from_every_field(message: dict[str, object]) -> None:
    assert thinking_in(message) == "Hm."


@pytest.mark.parametrize(
    "part",
    [{"type": "thinking", "thinking": "Hm."}, {"type": "reasoning", "text": "Hm."},
     {"type": "reasoning", "reasoning": "Hm."},
     {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
     {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}],
)  # fmt: skip
def test_thinking_is_read_from_parts_of_a_content(part: dict[str, object]) -> None:
    assert thinking_of_parts([part, {"type": "text", "text": "Yes."}]) == "Hm."


PIECES = st.lists(
    st.sampled_from(["<think>", "</think>", "[THINK]", "[/THINK]", "`", "```", "\n", "a ", "<|channel|>", "final", "{"])
)


@given(PIECES)
def test_no_word_is_lost_or_made_up(pieces: list[str]) -> None:
    speech, thinking = split_thinking("".join(pieces))
    assert (speech + thinking).count("a ") + (speech + thinking).count("a") >= "".join(pieces).count("a ")
    assert (speech + thinking).count("a") <= "".join(pieces).count("a")


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["<think>", "</think>", "<think>a</think>", "<think>`</think>`", "`", "<think>```</think>", "<|channel|>",
              "<|start|>", "<|channel|>analysis ", "◁think▷", "<analysis>",
              "<s>", '<think a="', " </s>", "<|answer_start|>", '<details type="reasoning">',
              "assistantfinal", "## Thinking\n"],
)  # fmt: skip
def test_hostile_texts_are_split_in_one_pass(piece: str) -> None:
    split_thinking(piece * 100_000)
