"""A conversation from its first word to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sociarium.environments.context_window import PromptCounts
from sociarium.environments.conversation.agents import Agent, announce, cast
from sociarium.environments.conversation.continuation import continuation_of
from sociarium.environments.conversation.parsing import FLAGS, Names, echoes, names_for, parse, repeats
from sociarium.environments.conversation.probes import ask_probe
from sociarium.environments.conversation.speakers import METHODS, SpeakerChoice, Turn
from sociarium.environments.conversation.summarizer import summarise
from sociarium.environments.conversation.transcript import Line, Reader, Reading, as_read_by
from sociarium.environments.library_words import keep_words
from sociarium.environments.probes import Moments, moment_after
from sociarium.environments.requests import AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import has_words
from sociarium.environments.template_tokens import without_tokens
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import Content, ProbeContent
from sociarium.ports.model import Message, ModelReply
from sociarium.records.events import Happening
from sociarium.records.runs import Ending

PROTOCOL = 3


async def play(content: Content, stage: Stage) -> Ending:
    """Play a conversation.

    Returns:
        How it ended: all messages were spoken, a model refused, a prompt did not fit, or nobody could speak. A prompt
        does not fit when its server refuses it as too long, or counts as many tokens as prove that it cut it: the
        message that answers a cut prompt is the run's last, kept on record and flagged `context_cut`.
    """
    try:
        await _Conversation.open(await keep_words(content, stage), stage).play()
    except RunEnded as end:
        return end.ending
    return "completed"


@dataclass(slots=True)
class _Conversation:
    content: Content
    stage: Stage
    agents: tuple[Agent, ...]
    start: str
    opening: str
    names: dict[str, Names]
    readers: dict[str, Reader]
    counts: dict[str, PromptCounts]
    spoken: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def open(cls, content: Content, stage: Stage) -> _Conversation:
        agents = cast(content, stage)
        announce(agents, stage)
        everybody = {agent.name: agent.labels for agent in agents}
        authors = [event.author for event in content.events]
        start = render(content.starting_message, content.facts)
        return cls(
            content=content,
            stage=stage,
            agents=agents,
            start=start,
            opening=start,
            names={agent.name: names_for(agent.name, everybody, authors) for agent in agents},
            readers={agent.name: _reader(content, agent) for agent in agents if agent.lines is None},
            counts={agent.name: PromptCounts() for agent in agents},
        )

    async def play(self) -> None:
        content = self.content
        for probe in content.probes:
            if "start" in probe.at:
                await self._probe(probe, Moments("start", 0))
        for day, messages in enumerate(content.messages_of_days, start=1):
            self.lines = []
            await self._day(day, messages)
            last = day == content.days
            for probe in content.probes:
                if at := moment_after(day, probe, last=last):
                    await self._probe(probe, Moments(at, day))
            if not last and content.summarizer:
                summary = await summarise(
                    content,
                    content.summarizer,
                    self.stage,
                    day=day,
                    opening=self.opening,
                    lines=self.lines,
                    names=next(iter(self.names.values())),
                )
                if summary:
                    self.opening += f"\nDay {day} summary:\n{summary}"

    async def _day(self, day: int, messages: int) -> None:
        previous: Agent | None = None
        self._events(day, 0)
        for index in range(1, messages + 1):
            able = [agent for agent in self.agents if self._can_speak(agent)]
            if not able:
                raise RunEnded("silent")
            key = f"day{day}/turn{index}"
            turn = Turn(self.content, key, able, self.agents, previous, self.opening, self.lines)
            chosen = await METHODS[self.content.speaker_selection](turn, self.stage)
            previous = chosen.agent
            await self._speak(chosen, day, index, key)
            self._events(day, index)

    def _can_speak(self, agent: Agent) -> bool:
        return agent.lines is None or self.spoken.get(agent.key, 0) < len(agent.lines)

    async def _speak(self, chosen: SpeakerChoice, day: int, index: int, key: str) -> None:
        agent = chosen.agent
        if agent.lines is not None:
            position = self.spoken.get(agent.key, 0)
            self.spoken[agent.key] = position + 1
            happening = Happening(
                "message",
                day,
                index,
                agent.name,
                agent.role,
                agent.lines[position],
                chosen.flags,
                {"scripted": True, **_speaker_repairs(chosen)},
            )
            self.stage.emit(key, happening)
            self.lines.append(Line(agent.name, happening.content))
            return
        reading = self._read_by(agent)
        result, flags = await self._reply(agent, reading, f"{key}/reply")
        text = result.value or ""
        data = {"call": result.key, **({"continuation": True} if reading.continued else {}),
                **_speaker_repairs(chosen)}  # fmt: skip
        happening = Happening("message", day, index, agent.name, agent.role, text, (*flags, *chosen.flags), data)
        self.stage.emit(key, happening)
        self.lines.append(Line(agent.name, text))
        if text:
            self.words[agent.name] = text
        if "refused" in flags or result.cut:
            raise RunEnded("refused" if "refused" in flags else "context_cut")

    async def _reply(self, agent: Agent, reading: Reading, key: str) -> tuple[AskResult[str], tuple[str, ...]]:
        content, names, messages = self.content, self.names[agent.name], reading.messages
        assert agent.model is not None
        marks: dict[str, bool] = {}

        def read(reply: ModelReply) -> str | None:
            words, marks["template_tokens"] = without_tokens(reply.text)
            parsed = parse(words, names)
            text = parsed.text if content.reply.trim else words
            marks["name_only"] = marks.get("name_only", False) or parsed.name_only
            marks["trimmed"] = content.reply.trim and parsed.trimmed
            return text if has_words(text) else None

        result = await ask_until(
            content.models,
            self.stage,
            key,
            Prompt(agent.model, messages, purpose="reply", stop=self._stops(agent)),
            retries=content.reply.empty_retries,
            read=read,
        )
        reply = result.reply
        marks |= {
            "empty": result.value is None,
            "repeated": repeats(result.value or "", self.words.get(agent.name, "")),
            "echoed": echoes(result.value or "", self._possible_echoes(agent, reading)),
            "retried": result.attempts > 1,
            "token_limit": reply.finish_reason == "length",
            "context_cut": result.cut,
            "context_suspected": self.counts[agent.name].suspect(messages, reply) and not result.cut,
            "refused": reply.finish_reason == "refused",
            "replaced": reply.replaced,
        }
        return result, tuple(flag for flag in FLAGS if marks.get(flag))

    def _possible_echoes(self, agent: Agent, reading: Reading) -> Iterator[str]:
        """What an agent was sent that it may echo: the last message, others' last words, opening, continuation line."""
        sent = [message.content for message in reading.messages if message.role == "user"]
        yield sent[-1]
        # Behind its label, which is cut of a reply or was never sent.
        yield next((line.text for line in reversed(self.lines) if line.text and line.author != agent.name), "")
        yield from (self.opening, self.start)
        line = self.readers[agent.name].continuation
        if line in sent:
            yield line

    def _stops(self, agent: Agent) -> tuple[str, ...]:
        if self.content.stop == "none":
            return ()
        return tuple(f"\n{other.name}:" for other in self.agents if other is not agent)

    def _read_by(self, agent: Agent, question: str = "") -> Reading:
        return as_read_by(self.readers[agent.name], self.opening, self.lines, question=question)

    async def _probe(self, probe: ProbeContent, moment: Moments) -> None:
        def asking_of(agent: Agent, question: str) -> Sequence[Message]:
            return self._read_by(agent, question).messages

        agents = [agent for agent in self.agents if agent.lines is None]
        await ask_probe(self.content, probe, moment, self.stage, agents, asking_of)

    def _events(self, day: int, index: int) -> None:
        for event in self.content.events:
            if event.day == day and event.after_message == index:
                text = render(event.text, self.content.facts)
                self.stage.emit(
                    f"event/{event.name}",
                    Happening(
                        "event",
                        day=day,
                        author=event.author,
                        content=text,
                        data={"name": event.name, "after": index},
                    ),
                )
                self.lines.append(Line(event.author, text))


def _reader(content: Content, agent: Agent) -> Reader:
    line = continuation_of(content, agent.name)
    return Reader(agent.name, agent.system_prompt, line, prefix=content.speaker_prefix == "always")


def _speaker_repairs(chosen: SpeakerChoice) -> dict[str, list[str]]:
    return {"repaired": list(chosen.repairs)} if chosen.repairs else {}
