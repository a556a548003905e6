"""From a feed and a condition's levels to the content of its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sociarium.experiment.design.condition import Condition
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.feed.cast import cast
from sociarium.experiment.feed.code_names import module_of
from sociarium.experiment.feed.definition import Archetype, Delay, FeedDefinition
from sociarium.experiment.feed.entries import Generate, Newcomers
from sociarium.experiment.feed.people import Person
from sociarium.experiment.feed.prompts import DEFAULTS, PERSONA
from sociarium.experiment.feed.run_content import (
    AlikeContent,
    DelayContent,
    FeedContent,
    FeedEventContent,
    FeedSettings,
    GraphContent,
    MemoryContent,
    NewcomersContent,
    PolicyContent,
    PopulationContent,
    PopulationShare,
    PromptsContent,
    ScheduledSettings,
)
from sociarium.experiment.feed.schedule import chosen_schedule
from sociarium.experiment.feed.settable import STEPS
from sociarium.experiment.feed.step_models import MODEL_STEPS, PlayingModels, playing_models
from sociarium.experiment.feed.time_spans import span, time_of_day
from sociarium.experiment.prompts.placeholders import named_roles
from sociarium.experiment.run_content import ModelContent, RoleContent
from sociarium.experiment.sweep import Streams

NEWCOMERS = "newcomers"


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
        asked = self.cast.asked_roles
        respondents = [role for role in definition.role_names if role in asked]
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
            alike=self._alike(),
            generated=self._shares(streams),
            newcomers=self._newcomers(streams),
            roles=roles,
            sections=sections,
            models={name: self.condition.model(name) for name in sorted({user for user in users if user})},
            graph=self._graph(),
            feed=self._feed(self.settings),
            policy=self._policy(self.settings),
            schedule=self._schedule(),
            memory=MemoryContent(**self._part("memory", definition.memory)),
            prompts=prompts,
            events=events,
            probes=probes,
            streams=streams,
            code=self._code(),
            step_models=dict(models.steps),
            wordings=self.condition.wordings,
        )

    def _code(self) -> dict[str, str]:
        """The modules that rank in this condition, with the hashes that the definition has of them."""
        known = self.definition.code
        rankings = [self._feed(self.settings).ranking, *(one.feed.ranking for one in self._schedule())]
        return {module_of(name): known[module_of(name)] for name in rankings if module_of(name) in known}

    def _schedule(self) -> tuple[ScheduledSettings, ...]:
        """The settings of later days; a change that changes nothing, or comes after the last day, is none."""
        variant = self.settings.get("schedule")
        settings = dict(self.settings)
        feed, policy = self._feed(settings), self._policy(settings)
        schedule = []
        for change in chosen_schedule(self.definition.schedule, None if variant is None else str(variant)):
            settings |= change.set_
            before = feed, policy
            feed, policy = self._feed(settings), self._policy(settings)
            if change.day <= self.cast.days and (feed, policy) != before:
                schedule.append(ScheduledSettings(day=change.day, feed=feed, policy=policy))
        return tuple(schedule)

    def _present(self) -> dict[str, int]:
        """The roles that somebody has in this condition, with how many are there when the first day begins."""
        counts = Counter(dict(self.cast.written_out)) + Counter(dict(self.cast.ruled))
        for entry, count in self.cast.writers:
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

    def _shares(self, streams: Streams) -> tuple[PopulationShare, ...]:
        names = dict(zip(map(id, self.definition.generated), population_names(self.definition), strict=True))
        return tuple(
            PopulationShare(population=self._population(names[id(entry)], entry, streams), count=count, rule=entry.rule)
            for entry, count in self.cast.generated
        )

    def _alike(self) -> tuple[AlikeContent, ...]:
        fields = ("bio", "follows", "followers_count", "role", "rule")
        return tuple(
            AlikeContent(
                person=Person(handle=entry.stem, **{name: getattr(entry, name) for name in fields}), count=count
            )
            for entry, count in self.cast.alike
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

    def _part(self, name: str, part: Any, settings: Settings | None = None) -> dict[str, Any]:
        chosen = self.settings if settings is None else settings
        return {field: chosen.get(f"{name}.{field}", getattr(part, field)) for field in type(part).model_fields}

    def _graph(self) -> GraphContent:
        values = self._part("graph", self.definition.graph)
        unused = {"given": {"degree", "rewire"}, "complete": {"degree", "rewire"}, "small_world": set[str]()}
        return GraphContent(**{name: values[name] for name in values.keys() - unused.get(values["kind"], {"rewire"})})

    def _feed(self, settings: Settings) -> FeedSettings:
        values = self._part("feed", self.definition.feed, settings)
        delay = values["reply_delay"]
        least, most = (delay.from_, delay.to) if isinstance(delay, Delay) else (delay, delay)
        minutes = DelayContent(least=span(least), most=span(most))
        if values["suggest"] == "none":
            del values["suggestions"]
        return FeedSettings(**values | {"tick": span(values["tick"]), "reply_delay": minutes if minutes.most else None})

    def _policy(self, settings: Settings) -> PolicyContent:
        policy = self.definition.policy
        do: Any = settings.get("policy", policy.do)
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
