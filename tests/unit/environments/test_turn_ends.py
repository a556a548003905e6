"""Ends of turns that the port tells apart: no part of what is said, kept beside it, not read into stored replies."""

from __future__ import annotations

import pytest

from sociarium.environments.template_tokens import spoken_words, without_tokens
from sociarium.ports.model import ModelReply, whole_turn
from sociarium.runner.run.journal_codec import read_reply, reply_as_json
from tests.support.conversations_in_memory import played


@pytest.mark.parametrize(
    ("text", "words", "rest"),
    [
        ("Good morning.<end_of_utterance>", "Good morning.", "<end_of_utterance>"),
        ("Good morning. [EOS]", "Good morning. ", "[EOS]"),
        ("Yes.\n[EOS]\nUser: And?", "Yes.\n", "[EOS]\nUser: And?"),
        ("Yes.<turn|>\n<|turn>user", "Yes.", "<turn|>\n<|turn>user"),
        ("Yes.<extra_id_1>User", "Yes.", "<extra_id_1>User"),
        ("[EOS]", "", "[EOS]"),
        ("The token [EOS] ends a text.", None, ""),
        ("Write `<end_of_utterance>` there.", None, ""),
        ("[eos] <end_of> <turn>", None, ""),
        ("Good morning.<|im_end|>", None, ""),
        ("Good morning.[e~[", "Good morning.", "[e~["),
        ("Yes.\n]~b]user\nAnd?", "Yes.\n", "]~b]user\nAnd?"),
        ("Yes.<|turn>user\nAnd?", "Yes.", "<|turn>user\nAnd?"),
        ("]~b]ai\nGood morning.", None, ""),
        ("Good morning.[|endofturn|]", "Good morning.", "[|endofturn|]"),
        ("Good morning.<|im_end|", "Good morning.", "<|im_end|"),
        ("Good morning.<|im_", "Good morning.", "<|im_"),
        ("Good morning.</s", "Good morning.", "</s"),
        ("Good morning.<\uff5cUser\uff5c>Hi", "Good morning.", "<\uff5cUser\uff5c>Hi"),
        ("Yes.<\uff5ctool\u2581calls\u2581begin\uff5c>f", "Yes.", "<\uff5ctool\u2581calls\u2581begin\uff5c>f"),
        ("Yes.<|tool_calls_section_begin|>f", "Yes.", "<|tool_calls_section_begin|>f"),
        ("Yes.<|python_tag|>f()", "Yes.", "<|python_tag|>f()"),
        ("a <| b", None, ""),
        ("Yes.]<]minimax[>[<tool_call>", "Yes.", "]<]minimax[>[<tool_call>"),
        ("Good morning.assistant\n\nAnd you?", "Good morning.", "assistant\n\nAnd you?"),
        ('"Yes."assistant', '"Yes."', "assistant"),
        ("*nods*assistant\n\n", "*nods*", "assistant\n\n"),
        ("Good morning.assistantanalysisWe wait.", "Good morning.", "assistantanalysisWe wait."),
        ("Good morning.assistantcommentary to=x json{}", "Good morning.", "assistantcommentary to=x json{}"),
        ("the site x.assistantfinalist", None, ""),
        ("I am the assistant\n\nand you?", None, ""),
        ("The word is (assistant)\n\nSo.", None, ""),
        ("Yes. assistant\n\nSo", None, ""),
        ("the dot.assistant domain", None, ""),
        ("Write `Yes.assistant`", None, ""),
        ("Yes.<|im_user|>user<|im_middle|>And?", "Yes.", "<|im_user|>user<|im_middle|>And?"),
        ("Yes.<role>HUMAN</role>And?", "Yes.", "<role>HUMAN</role>And?"),
        ("Yes.<role>guard</role>", None, ""),
        ("Yes.<seed:eos>", "Yes.", "<seed:eos>"),
        ("Yes.</longcat_s>", "Yes.", "</longcat_s>"),
        ("Yes.<eoa>\nNo", "Yes.", "<eoa>\nNo"),
        ("Yes.<reserved_106>And?", "Yes.", "<reserved_106>And?"),
        ("Yes.<|end_of_sentence|>So", "Yes.", "<|end_of_sentence|>So"),
        ("Yes.<|tool_call|>[]", "Yes.", "<|tool_call|>[]"),
        ('Yes.\n<tool_call>\n{"name": "f"}</tool_call>', "Yes.\n", '<tool_call>\n{"name": "f"}</tool_call>'),
        ("The tag <tool_call> is ours.", None, ""),
        ("Yes.<|", "Yes.", "<|"),
        ("Yes.[UNUSED_TOKEN_145]\n", "Yes.", "[UNUSED_TOKEN_145]\n"),
        ("Yes.<SPECIAL_12>", "Yes.", "<SPECIAL_12>"),
        ("Yes.<|begin_of_text|>The rules", "Yes.", "<|begin_of_text|>The rules"),
        ("Yes.<|close|>response<|sep|><|close|>message", "Yes.", "<|close|>response<|sep|><|close|>message"),
        ("Yes.<|open|>tools<|sep|>f", "Yes.", "<|open|>tools<|sep|>f"),
        ("Yes.&lt;|im_end|&gt;", "Yes.", "&lt;|im_end|&gt;"),
        ("Yes.<|im_end>", "Yes.", "<|im_end>"),
        ("Yes.<endoftext|", "Yes.", "<endoftext|"),
        ("Write `<|im_end>` and &lt;b&gt;.", None, ""),
        ("Fine.\nUser: Again.\nAssistant: Ok.", "Fine.", "\nUser: Again.\nAssistant: Ok."),
        ("Fine.\n\nHuman: Why?\n\nAssistant: So.", "Fine.", "\n\nHuman: Why?\n\nAssistant: So."),
        ("Fine.\n\nHuman:", "Fine.", "\n\nHuman:"),
        ("Fine.\n**User:** Again.\n**Assistant:** Ok.", "Fine.", "\n**User:** Again.\n**Assistant:** Ok."),
        ("Fine.\n### Instruction:\nA\n\n### Response:\nB", "Fine.", "\n### Instruction:\nA\n\n### Response:\nB"),
        ("Fine.\nUser: Again.", None, ""),
        ("\nUser: Again.\nAssistant: Ok.", None, ""),
        ("I read:\n```\nUser: Again.\nAssistant: Ok.\n```", None, ""),
        ("Fine.\nUser names: ana.\nAssistant: Ok.", None, ""),
    ],
)
def test_a_reply_ends_where_its_turn_does_and_nothing_of_it_is_lost(text: str, words: str | None, rest: str) -> None:
    reply = whole_turn(ModelReply(text, "so", "stop", 7, 3))
    assert (reply.text, reply.after_turn) == (text if words is None else words, rest)
    assert (reply.thinking, reply.finish_reason, reply.prompt_tokens, reply.completion_tokens) == ("so", "stop", 7, 3)
    assert read_reply(reply_as_json(reply)) == reply
    assert spoken_words(reply) == (without_tokens(reply.text)[0], rest != "" or "<|im_end|>" in text)


def test_the_head_of_a_turn_before_all_that_is_said_ends_nothing() -> None:
    reply = whole_turn(ModelReply("<\uff5cAssistant\uff5c>Good morning."))
    assert (spoken_words(reply), reply.after_turn) == (("Good morning.", True), "")


@pytest.mark.parametrize(
    "head",
    [
        "<|im_assistant|>assistant<|im_middle|>",
        "<|open|>response<|sep|>",
        "<|header_start|>assistant<|header_end|>\n\n",
        "<seed:bos>assistant\n",
        "[gMASK]<sop><|assistant|>\n",
        "[BOS]",
        ' <|open|>message role="assistant"<|sep|><|open|> response <|sep|>',
    ],
)
def test_the_words_of_a_reply_s_own_head_are_not_said(head: str) -> None:
    assert spoken_words(whole_turn(ModelReply(f"{head}Good morning."))) == ("Good morning.", True)
    assert spoken_words(whole_turn(ModelReply(head))) == ("", True)


def test_what_cannot_be_stored_and_an_end_are_both_told() -> None:
    reply = whole_turn(ModelReply("Good \ud800 morning.[EOS]"))
    assert (reply.text, reply.after_turn, reply.replaced) == ("Good \ufffd morning.", "[EOS]", True)


@pytest.mark.parametrize("text", ["Good morning.<end_of_utterance>", "Good morning. [EOS]"])
def test_a_reply_that_was_stored_before_its_end_was_known_is_read_as_it_was(text: str) -> None:
    run = played(lambda _key, _request: read_reply({"text": text}))
    assert {event.happening.content for event in run.of_kind("message")} == {text}
    assert not any(event.happening.flags for event in run.of_kind("message")[:2])
