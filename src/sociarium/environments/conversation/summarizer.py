"""A day's summary, read by the summarizer from the transcript."""

from __future__ import annotations

from collections.abc import Sequence

from sociarium.environments.conversation.parsing import Names, echoes, flags_in_order, without_label
from sociarium.environments.conversation.transcript import SpokenLine, as_text
from sociarium.environments.requests import Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import has_words
from sociarium.environments.template_tokens import spoken_words
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.prompts.sections import assemble_prompt
from sociarium.experiment.run_content import Content, PromptContent
from sociarium.ports.model import ChatMessage, ModelReply
from sociarium.records.events import Happening


def prompt_text(content: Content, prompt: PromptContent) -> str:
    """The system prompt of a reader outside the conversation, rendered."""
    return assemble_prompt([(title, heading, render(text, content.facts)) for title, heading, text in prompt.sections])


async def summarise(
    content: Content,
    prompt: PromptContent,
    stage: Stage,
    *,
    day: int,
    opening: str,
    lines: Sequence[SpokenLine],
    names: Names,
) -> str:
    """Ask for a day's summary and emit it.

    Every agent reads it the next day: a name before it, as if a participant spoke, is cut. Only a name is no summary.

    Args:
        names: of any participant.

    Returns:
        The summary; empty when the model said nothing each time it was asked.

    Raises:
        RunEnded: the summarizer's model refused, or the day does not fit its context; a summary of a day
            that was cut is emitted, flagged, before.
    """
    key = f"day{day}/summary"
    messages = [ChatMessage("system", prompt_text(content, prompt)), ChatMessage("user", as_text(opening, lines))]
    marks: dict[str, bool] = {}

    def read(reply: ModelReply) -> str | None:
        words, marks["template_tokens"] = spoken_words(reply)
        text, marks["trimmed"] = without_label(words, names)
        return text if has_words(text) else None

    result = await ask_until(
        content.models,
        stage,
        key,
        Prompt(prompt.model, messages, purpose="summary"),
        retries=content.reply.empty_retries,
        read=read,
    )
    text = result.value or ""
    refused = result.reply.finish_reason == "refused"
    marks |= {
        "empty": not text,
        "echoed": echoes(text, (messages[-1].content, next((line.text for line in reversed(lines) if line.text), ""))),
        "retried": result.attempts > 1,
        "token_limit": result.reply.finish_reason == "length",
        "context_cut": result.cut,
        "refused": refused,
        "replaced": result.reply.replaced,
    }
    happening = Happening("summary", day=day, content=text, flags=flags_in_order(marks), data={"call": result.key})
    stage.emit(key, happening)
    if refused or result.cut:
        raise RunEnded("refused" if refused else "context_cut")
    return text
