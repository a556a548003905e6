"""A conversation from its first word to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sociarium.environments.asking import Asked, RunEnded, ask_until, refuse_overlong
from sociarium.environments.context import Gauge
from sociarium.environments.conversation.agents import Agent, announce, cast
from sociarium.environments.conversation.parsing import FLAGS, Names, names_for, parse
from sociarium.environments.conversation.probes import ask_probe
from sociarium.environments.conversation.speakers import METHODS, Chosen, Turn
from sociarium.environments.conversation.summarizer import summarise
from sociarium.environments.conversation.transcript import Line, as_read_by
from sociarium.environments.probing import Moments, moment_after
from sociarium.environments.stage import Stage
from sociarium.experiment.content import Content
from sociarium.experiment.placeholders import render
from sociarium.ports.model import Message, ModelReply
from sociarium.records.events import Happening
from sociarium.records.runs import Ending

PROTOCOL = 1


async def play(content: Content, stage: Stage) -> Ending:
    """Play a conversation.

    Returns:
        How it ended: all messages were spoken, a model refused, a prompt would not fit, or nobody could speak.
    """
    try:
        await _Conversation.opened(content, stage).play()
    except RunEnded as end:
        return end.ending
    return "completed"


@dataclass(slots=True)
class _Conversation:
    content: Content
    stage: Stage
    agents: tuple[Agent, ...]
    opening: str
    gauges: dict[str, Gauge]
    names: dict[str, Names]
    spoken: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def opened(cls, content: Content, stage: Stage) -> _Conversation:
        agents = cast(content, stage)
        announce(agents, stage)
        everybody = [(agent.name, agent.role) for agent in agents]
        authors = [event.author for event in content.events]
        return cls(
            content=content,
            stage=stage,
            agents=agents,
            opening=render(content.starting_message, content.facts),
            gauges={name: Gauge(model.options.get("context")) for name, model in content.models.items()},
            names={agent.name: names_for(agent.name, agent.role, everybody, authors) for agent in agents},
        )

    async def play(self) -> None:
        content = self.content
        for probe in content.probes:
            if "start" in probe.at:
                await ask_probe(content, probe, Moments("start", 0), self.stage, self._prompts(), self.gauges)
        for day, messages in enumerate(content.messages_of_days, start=1):
            self.lines = []
            await self._day(day, messages)
            last = day == content.days
            for probe in content.probes:
                if at := moment_after(day, probe, last=last):
                    await ask_probe(content, probe, Moments(at, day), self.stage, self._prompts(), self.gauges)
            if not last and content.summarizer:
                summary = await summarise(
                    content,
                    content.summarizer,
                    self.stage,
                    gauge=self.gauges[content.summarizer.model],
                    day=day,
                    opening=self.opening,
                    lines=self.lines,
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
            turn = Turn(self.content, key, able, self.agents, previous, self.opening, self.lines, self.gauges)
            chosen = await METHODS[self.content.speaker_selection](turn, self.stage)
            previous = chosen.agent
            await self._speak(chosen, day, index, key)
            self._events(day, index)

    def _can_speak(self, agent: Agent) -> bool:
        return agent.lines is None or self.spoken.get(agent.key, 0) < len(agent.lines)

    async def _speak(self, chosen: Chosen, day: int, index: int, key: str) -> None:
        agent = chosen.agent
        if agent.lines is not None:
            position = self.spoken.get(agent.key, 0)
            self.spoken[agent.key] = position + 1
            happening = Happening(
                "message", day, index, agent.name, agent.role, agent.lines[position], chosen.flags, {"scripted": True}
            )
            self.stage.emit(key, happening)
            self.lines.append(Line(agent.name, happening.content))
            return
        asked, flags = await self._reply(agent, f"{key}/reply")
        text = asked.value or ""
        happening = Happening(
            "message", day, index, agent.name, agent.role, text, (*flags, *chosen.flags), {"call": asked.key}
        )
        self.stage.emit(key, happening)
        self.lines.append(Line(agent.name, text))
        if "refused" in flags:
            raise RunEnded("refused")

    async def _reply(self, agent: Agent, key: str) -> tuple[Asked[str], tuple[str, ...]]:
        content, names, messages = self.content, self.names[agent.name], self._read_by(agent)
        assert agent.model is not None
        gauge = self.gauges[agent.model]
        refuse_overlong(gauge, messages)
        marks: dict[str, bool] = {}

        def read(reply: ModelReply) -> str | None:
            parsed = parse(reply.text, names)
            text = parsed.text if content.reply.trim else reply.text
            marks["name_only"] = marks.get("name_only", False) or parsed.name_only
            marks["trimmed"] = content.reply.trim and parsed.trimmed
            return text if text.strip() else None

        asked = await ask_until(
            content.models,
            self.stage,
            key,
            agent.model,
            messages,
            purpose="reply",
            retries=content.reply.empty_retries,
            read=read,
            stop=self._stops(agent),
        )
        reply = asked.reply
        marks |= {
            "empty": asked.value is None,
            "retried": asked.attempts > 1,
            "token_limit": reply.finish_reason == "length",
            "context_cut": gauge.was_cut(messages, reply),
            "refused": reply.finish_reason == "refused",
            "replaced": reply.replaced,
        }
        gauge.learn(messages, reply)
        return asked, tuple(flag for flag in FLAGS if marks.get(flag))

    def _stops(self, agent: Agent) -> tuple[str, ...]:
        if self.content.stop == "none":
            return ()
        return tuple(f"\n{other.name}:" for other in self.agents if other is not agent)

    def _read_by(self, agent: Agent) -> tuple[Message, ...]:
        prefix = self.content.speaker_prefix == "always"
        return as_read_by(agent.name, agent.system_prompt, self.opening, self.lines, prefix=prefix)

    def _prompts(self) -> Sequence[tuple[Agent, Sequence[Message]]]:
        return [(agent, self._read_by(agent)) for agent in self.agents if agent.lines is None]

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
