"""From a feed and a condition's levels to the content of its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sociarium.experiment.design.condition import Condition
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.feed.definition import Archetype, Delay, FeedDefinition, Generate, Newcomers
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.prompts import DEFAULTS, PERSONA
from sociarium.experiment.feed.run_content import (
    DelayContent,
    FeedContent,
    FeedEventContent,
    FeedSettings,
    GraphContent,
    MemoryContent,
    NewcomersContent,
    PolicyContent,
    PopulationContent,
    PromptsContent,
    Share,
)
from sociarium.experiment.feed.settable import STEPS, counted_roles
from sociarium.experiment.feed.step_models import MODEL_STEPS, PlayingModels, playing_models
from sociarium.experiment.feed.time_spans import span, time_of_day
from sociarium.experiment.prompts.placeholders import named_roles
from sociarium.experiment.run_content import ModelContent, RoleContent
from sociarium.experiment.sweep import Streams

NEWCOMERS = "newcomers"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there in a condition, without their texts.

    Attributes:
        written_out: people who are written out, by role.
        generated: entries of the file with how many people each comes to; those of none are left out.
        per_day: people who arrive each day.
        arriving: their role.
        from_day: the first day on which some arrive.
    """

    days: int
    written_out: Mapping[str, int]
    generated: tuple[tuple[Generate, int], ...]
    per_day: int
    arriving: str = ""
    from_day: int = 2

    def on_day(self, day: int, roles: Collection[str] | None = None) -> int:
        """People who are there on a day, of some roles or all."""
        start = [*self.written_out.items(), *((entry.role, count) for entry, count in self.generated)]
        arrived = (self.arriving, self.per_day * self._days_of_arrival(day))
        return sum(count for role, count in (*start, arrived) if roles is None or role in roles)

    @property
    def at_start(self) -> int:
        """People who are there from the start, newcomers of the first day apart."""
        return sum(self.written_out.values()) + sum(count for _, count in self.generated)

    @property
    def arrivals(self) -> int:
        """People who arrive during the run."""
        return self.per_day * self._days_of_arrival(self.days)

    @property
    def person_days(self) -> int:
        """Days that people spend on the network, all together."""
        days = self._days_of_arrival(self.days)
        return self.at_start * self.days + self.per_day * days * (days + 1) // 2

    def _days_of_arrival(self, day: int) -> int:
        """Days up to this one on which some arrive."""
        return max(0, day - self.from_day + 1)


def cast(definition: FeedDefinition, settings: Settings) -> Cast:
    """Who is there in a condition."""
    countable = counted_roles(definition)
    counts = [
        (
            entry,
            int(settings.get(f"people.{entry.role}", entry.generate)) if entry.role in countable else entry.generate,
        )
        for entry in definition.generated
    ]
    per_day = definition.newcomers.per_day if definition.newcomers else 0
    return Cast(
        days=int(settings.get("days", definition.days)),
        written_out=Counter(person.role for person in definition.written_out),
        generated=tuple((entry, count) for entry, count in counts if count),
        per_day=int(settings.get("newcomers.per_day", per_day)),
        arriving=definition.newcomers.role if definition.newcomers else "",
        from_day=definition.newcomers.from_day if definition.newcomers else 2,
    )


def population_names(definition: FeedDefinition) -> list[str]:
    """A name for each entry of people who are written: its role, numbered from its second entry on."""
    counts: Counter[str] = Counter()
    names = []
    for entry in definition.generated:
        counts[entry.role] += 1
        names.append(entry.role if counts[entry.role] == 1 else f"{entry.role}/{counts[entry.role]}")
    return names


def models_of(definition: FeedDefinition, settings: Settings, roles: Iterable[str]) -> PlayingModels:
    """Which models play in a condition.

    Args:
        roles: those that somebody has.
    """
    condition, names = Condition(definition, settings), tuple(roles)
    steps = {step: settings.get(f"model.{step}", getattr(definition.model, step)) for step in MODEL_STEPS}
    every = int(settings.get("memory.reflect_every", definition.memory.reflect_every))
    days = int(settings.get("days", definition.days))
    idle = {"reflect"} if not every or every >= days else set()
    if settings.get("feed.post", definition.feed.post) == 0:
        idle.add("post")
    return playing_models(
        {role: condition.model_of(role) for role in names},
        {step: str(model) for step, model in steps.items() if model is not None},
        taken=[step for step in MODEL_STEPS if step not in idle],
        probes=condition.probes(names),
    )


def resolve(definition: FeedDefinition, settings: Settings, streams: Streams) -> FeedContent:
    """The content of a condition."""
    return _Resolver(definition, settings).content(streams)


def _without_papers(person: Person) -> Person:
    return person.model_copy(update={"consent": ""}) if person.consent else person


class _Resolver:
    def __init__(self, definition: FeedDefinition, settings: Settings) -> None:
        self.definition = definition
        self.settings = settings
        self.condition = Condition(definition, settings)
        self.cast = cast(definition, settings)

    def content(self, streams: Streams) -> FeedContent:
        definition, present = self.definition, self._present()
        respondents = [role for role in definition.role_names if role in present]
        sections = self.condition.sections(definition.sections, respondents)
        events, probes, prompts = self._events(), self.condition.probes(respondents), self._prompts()
        texts = [
            *(text for section in sections for text in (section.shared, *(section.private or {}).values()) if text),
            *(event.text for event in events),
            *(probe.ask for probe in probes),
            *prompts.model_dump().values(),
        ]
        models = models_of(definition, self.settings, respondents)
        roles = self._roles(models.roles, present, texts)
        users = [*models.roles.values(), *models.steps.values(), *(probe.model for probe in probes)]
        return FeedContent(
            environment=definition.environment,
            days=self.cast.days,
            people=tuple(_without_papers(person) for person in definition.written_out),
            generated=self._shares(streams),
            newcomers=self._newcomers(streams),
            roles=roles,
            sections=sections,
            models={name: self.condition.model(name) for name in sorted({user for user in users if user})},
            graph=self._graph(),
            feed=self._feed(),
            policy=self._policy(),
            memory=MemoryContent(**self._part("memory", definition.memory)),
            prompts=prompts,
            events=events,
            probes=probes,
            streams=streams,
            step_models=dict(models.steps),
        )

    def _present(self) -> dict[str, int]:
        """The roles that somebody has in this condition, with how many are there when the first day begins."""
        counts = Counter(dict(self.cast.written_out))
        for entry, count in self.cast.generated:
            counts[entry.role] += count
        if self.definition.newcomers and self.cast.arrivals:
            # Where none comes on the first day the role is there all the same.
            counts[self.definition.newcomers.role] += self.cast.per_day * (self.cast.from_day == 1)
        return dict(counts)

    def _roles(
        self, models: Mapping[str, str], present: Mapping[str, int], texts: Iterable[str]
    ) -> tuple[RoleContent, ...]:
        absent = [name for name in self.definition.role_names if name not in present]
        mentions = {role for text in texts for role in named_roles(text, absent)} if absent else set()
        roles = []
        for name in self.definition.role_names:
            if name not in present and name not in mentions:
                continue
            form = self.definition.roles.get(name, Archetype())
            roles.append(
                RoleContent(
                    name=name,
                    count=present.get(name, 0),
                    pronouns=form.pronouns,
                    plural=form.plural,
                    model=models.get(name),
                )
            )
        return tuple(roles)

    def _shares(self, streams: Streams) -> tuple[Share, ...]:
        names = dict(zip(map(id, self.definition.generated), population_names(self.definition), strict=True))
        return tuple(
            Share(population=self._population(names[id(entry)], entry, streams), count=count)
            for entry, count in self.cast.generated
        )

    def _newcomers(self, streams: Streams) -> NewcomersContent | None:
        entry = self.definition.newcomers
        if entry is None or not self.cast.arrivals:
            return None
        return NewcomersContent(
            population=self._population(NEWCOMERS, entry, streams), per_day=self.cast.per_day, from_day=entry.from_day
        )

    def _population(self, name: str, entry: Generate | Newcomers, streams: Streams) -> PopulationContent:
        # Factors do not reach here: the same people are there in every condition of a replicate.
        spec = self.definition.models[entry.model]
        frame = self.definition.prompts.persona
        return PopulationContent(
            name=name,
            role=entry.role,
            model=entry.model,
            prompt="\n\n".join(filter(None, (PERSONA if frame is None else frame, entry.prompt))),
            quotas=entry.quotas,
            schema=entry.schema_,
            models={entry.model: ModelContent(provider=spec.provider, model=spec.model, options=spec.options)},
            streams=streams,
        )

    def _part(self, name: str, part: Any) -> dict[str, Any]:
        return {field: self.settings.get(f"{name}.{field}", getattr(part, field)) for field in type(part).model_fields}

    def _graph(self) -> GraphContent:
        values = self._part("graph", self.definition.graph)
        unused = {"given": {"degree", "rewire"}, "complete": {"degree", "rewire"}, "small_world": set[str]()}
        return GraphContent(**{name: values[name] for name in values.keys() - unused.get(values["kind"], {"rewire"})})

    def _feed(self) -> FeedSettings:
        values = self._part("feed", self.definition.feed)
        delay = values["reply_delay"]
        least, most = (delay.from_, delay.to) if isinstance(delay, Delay) else (delay, delay)
        minutes = DelayContent(least=span(least), most=span(most))
        return FeedSettings(**values | {"tick": span(values["tick"]), "reply_delay": minutes if minutes.most else None})

    def _policy(self) -> PolicyContent:
        policy = self.definition.policy
        do: Any = self.settings.get("policy", policy.do)
        if do == "none" or policy.match is None:
            return PolicyContent()
        label = self.condition.text("policy.label", policy.label)
        return PolicyContent(do=do, words=policy.match.words, **({"label": label} if do == "label" else {}))

    def _prompts(self) -> PromptsContent:
        prompts = self.definition.prompts
        texts = {step: getattr(prompts, step) for step in STEPS}
        return PromptsContent(
            **{
                step: getattr(DEFAULTS, step) if text is None else self.condition.text(f"prompts.{step}", text)
                for step, text in texts.items()
            }
        )

    def _events(self) -> tuple[FeedEventContent, ...]:
        events = []
        for event in self.definition.events:
            text = self.condition.text(f"event.{event.name}", event.post)
            if text.strip() and event.day <= self.cast.days:
                events.append(
                    FeedEventContent(
                        name=event.name,
                        day=event.day,
                        every=event.every,
                        minute=time_of_day(event.time),
                        author=event.author,
                        text=text,
                    )
                )
        return tuple(events)
