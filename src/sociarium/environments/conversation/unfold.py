"""A conversation as it unfolds: days of turns, with what stands between them, and forks on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sociarium.environments.context_window import PromptCounts
from sociarium.environments.conversation.agents import Agent, announce, cast, recast
from sociarium.environments.conversation.parsing import Names, echoes, flags_in_order, parse, repeats
from sociarium.environments.conversation.probes import ask_probe
from sociarium.environments.conversation.readers import names_of, readers_of
from sociarium.environments.conversation.speakers import METHODS, SpeakerChoice, Turn
from sociarium.environments.conversation.summarizer import summarise
from sociarium.environments.conversation.transcript import DayReaders, Reader, Reading, SpokenLine
from sociarium.environments.library_words import keep_words, words_key
from sociarium.environments.probe_forms import EarlierAnswers
from sociarium.environments.probes import Moments, moment_after
from sociarium.environments.requests import AskResult, Prompt, RunEnded, ask_until
from sociarium.environments.stage import Stage
from sociarium.environments.structured_output import has_words
from sociarium.environments.template_tokens import spoken_words
from sociarium.experiment.prompts.library_words import LibraryWords
from sociarium.experiment.prompts.placeholders import render
from sociarium.experiment.run_content import Content, ConversationFork, ProbeContent, days_after
from sociarium.ports.model import ChatMessage, ModelReply
from sociarium.records.events import Happening


@dataclass(slots=True)
class Conversation:
    """A conversation at a moment of its run.

    Attributes:
        content: what rules now.
        days: how many messages each day has.
        start: the starting message, rendered.
        opening: it, with the summaries so far.
        names: by an agent's name, whose labels are cut from its words.
        readers: by an agent's name, how those whom models play are sent a day.
        day_readers: what agents were sent of this day so far.
        counts: by an agent's name, what servers counted of its prompts.
        library_words: that the run keeps.
        words_formed_at: after which message another content last needed new ones.
        spoken: by a scripted agent's key, lines that it has spoken.
        words: by an agent's name, its last words.
        lines: what was said on this day.
        messages: that were spoken, one that ended it among them.
        extended: whether it has gone on after its end.
        answers: that agents gave to probes.
    """

    content: Content
    stage: Stage
    agents: tuple[Agent, ...]
    start: str
    opening: str
    names: dict[str, Names]
    readers: dict[str, Reader]
    counts: dict[str, PromptCounts]
    library_words: LibraryWords
    days: tuple[int, ...]
    day_readers: DayReaders = field(default_factory=DayReaders)
    spoken: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    lines: list[SpokenLine] = field(default_factory=list)
    messages: int = 0
    words_formed_at: int | None = None
    extended: bool = False
    answers: EarlierAnswers = field(default_factory=EarlierAnswers)

    @classmethod
    def open(cls, content: Content, library_words: LibraryWords, stage: Stage) -> Conversation:
        """Cast it, and announce who takes part."""
        agents = cast(content, stage)
        announce(agents, stage)
        start = render(content.starting_message, content.facts)
        return cls(
            content=content,
            stage=stage,
            agents=agents,
            start=start,
            opening=start,
            names=names_of(content, agents),
            readers=readers_of(content, agents),
            counts={agent.name: PromptCounts() for agent in agents},
            library_words=library_words,
            days=content.messages_of_days,
        )

    async def play(self, *, until: int | None = None) -> None:
        """Unfold it to its end, or until so many messages were spoken: before the events and whatever follows them.

        Raises:
            RunEnded: before that, for the reason that it has.
        """
        for probe in self.content.probes:
            if "start" in probe.at:
                await self._probe(probe, Moments("start", 0))
        day = 0
        while True:
            while day < len(self.days):
                if self.messages == until:
                    return
                day += 1
                self.lines = []
                if not await self._day(day, until):
                    return
                await self._close_day(day)
            if self.content.fork is None:
                return
            await self._extend(self.content.fork, day)

    async def _day(self, day: int, until: int | None) -> bool:
        """Turn by turn; False when it was played until that message."""
        previous: Agent | None = None
        index = 0
        self._events(day, 0)
        while index < self.days[day - 1]:
            index += 1
            able = [agent for agent in self.agents if self._can_speak(agent)]
            if not able:
                raise RunEnded("silent")
            key = f"day{day}/turn{index}"
            turn = Turn(self.content, key, able, self.agents, previous, self.opening, self.lines)
            chosen = await METHODS[self.content.speaker_selection](turn, self.stage)
            previous = chosen.agent
            await self._speak(chosen, day, index, key)
            if self.messages == until:
                return False
            if self.content.fork is not None and self.content.fork.at == self.messages:
                await self._turn_off(self.content.fork)
                previous = next(agent for agent in self.agents if agent.key == chosen.agent.key)
            self._events(day, index)
        return True

    async def _close_day(self, day: int) -> None:
        content, last = self.content, day == len(self.days)
        for probe in content.probes:
            if at := moment_after(day, probe, last=last):
                await self._probe(probe, Moments(at, day, again=self.extended))
        if not last:
            await self._summarise(day)

    async def _summarise(self, day: int) -> None:
        if self.content.summarizer is None:
            return
        summary = await summarise(
            self.content,
            self.content.summarizer,
            self.stage,
            day=day,
            opening=self.opening,
            lines=self.lines,
            names=next(iter(self.names.values())),
        )
        if summary:
            self.opening += f"\nDay {day} summary:\n{summary}"

    async def _turn_off(self, fork: ConversationFork) -> None:
        """From here on another content rules. Who takes part stays, and so does all that was said."""
        key = words_key(self.messages, self.words_formed_at)
        content, words = await keep_words(fork.then, self.stage, key=key, known=self.library_words)
        if words is not self.library_words:
            self.library_words, self.words_formed_at = words, self.messages
        self.days = days_after(self.days, self.content, fork)
        self.content = content
        self.agents = recast(content, self.agents)
        self.names, self.readers = names_of(content, self.agents), readers_of(content, self.agents)
        if fork.own_draws is not None:
            self.stage.branch(fork.own_draws)

    async def _extend(self, fork: ConversationFork, day: int) -> None:
        """Go on where the conversation had ended: its last day is summed up, and further days follow."""
        await self._turn_off(fork)
        self.extended = True
        await self._summarise(day)

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
            self._hear(agent, happening.content)
            return
        reading = self.read_by(agent)
        result, flags = await self._reply(agent, reading, f"{key}/reply")
        text = result.value or ""
        data = {"call": result.key, **({"continuation": True} if reading.continued else {}),
                **_speaker_repairs(chosen)}  # fmt: skip
        happening = Happening("message", day, index, agent.name, agent.role, text, (*flags, *chosen.flags), data)
        self.stage.emit(key, happening)
        self._hear(agent, text)
        if text:
            self.words[agent.name] = text
        if "refused" in flags or result.cut:
            raise RunEnded("refused" if "refused" in flags else "context_cut")

    def _hear(self, agent: Agent, text: str) -> None:
        self.lines.append(SpokenLine(agent.name, text))
        self.messages += 1

    async def _reply(self, agent: Agent, reading: Reading, key: str) -> tuple[AskResult[str], tuple[str, ...]]:
        content, names, messages = self.content, self.names[agent.name], reading.messages
        assert agent.model is not None
        marks: dict[str, bool] = {}

        def read(reply: ModelReply) -> str | None:
            words, marks["template_tokens"] = spoken_words(reply)
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
        return result, flags_in_order(marks)

    def _possible_echoes(self, agent: Agent, reading: Reading) -> Iterator[str]:
        """What an agent was sent that it may echo: the last message, others' last words, opening, continuation line."""
        yield reading.messages[-1].content
        # Behind its label, which is cut of a reply or was never sent.
        yield next((line.text for line in reversed(self.lines) if line.text and line.author != agent.name), "")
        yield from (self.opening, self.start)
        line = ChatMessage("user", self.readers[agent.name].continuation)
        if line in reading.messages:
            yield line.content

    def _stops(self, agent: Agent) -> tuple[str, ...]:
        if self.content.stop == "none":
            return ()
        return tuple(f"\n{other.name}:" for other in self.agents if other is not agent)

    def read_by(self, agent: Agent, question: str = "") -> Reading:
        """What an agent whom a model plays is sent now; with a question, that instead of the call for its turn."""
        day = self.day_readers.of(self.readers[agent.name])
        return day.read(self.opening, self.lines, question=question)

    async def _probe(self, probe: ProbeContent, moment: Moments) -> None:
        def asking_of(agent: Agent, question: str) -> Sequence[ChatMessage]:
            return self.read_by(agent, question).messages

        agents = [agent for agent in self.agents if agent.lines is None]
        await ask_probe(self.content, probe, moment, self.stage, agents, asking_of, self.answers)

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
                self.lines.append(SpokenLine(event.author, text))


def _speaker_repairs(chosen: SpeakerChoice) -> dict[str, list[str]]:
    return {"repaired": list(chosen.repairs)} if chosen.repairs else {}
