"""What a reviewer of the paper would ask about a sweep, said before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sociarium.experiment.content import Content, shares, user_models
from sociarium.experiment.definition import Definition
from sociarium.experiment.design import Design
from sociarium.experiment.resolving import message_count, resolve, shape
from sociarium.experiment.sharing import Sharing
from sociarium.experiment.slots import MODEL_USERS
from sociarium.experiment.sweep import Sweep

_LENGTH = ("messages", "messages_per_day", "days")


def warnings(definition: Definition, sweep: Sweep, design: Design, sharing: Sharing) -> list[str]:
    """The warnings of a sweep, one sentence each."""
    return [
        *_idle_factors(design, sharing),
        *_company(definition, design),
        *_repeated_chance(definition, sweep, design),
        *_different_options(definition, design),
        *_days_and_messages(design),
        *_unheard_events(definition, design),
    ]


def _idle_factors(design: Design, sharing: Sharing) -> Iterator[str]:
    """Factors none of whose levels ever changes the content of a condition."""
    if not sharing.groups:
        return
    for place, position in enumerate(sharing.positions):
        factor = design.factors[position]
        if len(factor.levels) < 2:
            continue
        together = [
            {combination[place] for combination in group if _same_but(place, combination, group[0])}
            for group in sharing.groups
        ]
        whole = sum(len(levels) == len(factor.levels) for levels in together)
        if whole and whole * len(factor.levels) == design.combination_count(sharing.positions):
            yield f"the factor {factor.name} changes nothing: all its levels come to the same content"


def _same_but(place: int, one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return one[:place] == other[:place] and one[place + 1 :] == other[place + 1 :]


def _contents(definition: Definition, design: Design, slots: tuple[str, ...]) -> Iterator[Content]:
    """A content for each combination of what decides some slots, other factors at their first level."""
    for levels, _ in design.combinations(design.deciding(slots)):
        yield resolve(definition, design.exemplary(levels))


def _company(definition: Definition, design: Design) -> Iterator[str]:
    """What is special about conditions with one or two agents."""
    slots = ("speaker_selection", *(f"agents.{role}" for role in definition.roles))
    found = set()
    for levels, _ in design.combinations(design.deciding(slots)):
        condition = shape(definition, design.settings(levels))
        found.add((condition.speaker_selection, sum(condition.counts.values())))
    if ("random", 2) in found:
        yield "random selection among two agents is round robin: nobody speaks twice running, so they take turns"
    if any(agents == 1 for _, agents in found):
        yield "a condition has one agent alone: it is asked to go on after its own words, which some servers refuse"


def _model_slots(definition: Definition) -> tuple[str, ...]:
    users = (*definition.roles, *MODEL_USERS)
    factor_options = ("temperature", "seed")
    return (
        "model",
        *(f"model.{user}" for user in users),
        *(f"option.{option}" for option in factor_options),
        *(f"option.{model}.{option}" for model in definition.models for option in factor_options),
    )


def _repeated_chance(definition: Definition, sweep: Sweep, design: Design) -> Iterator[str]:
    if sweep.replicates < 2:
        return
    told: set[tuple[str, str]] = set()
    for content in _contents(definition, design, _model_slots(definition)):
        for name, model in content.models.items():
            if model.provider == "offline":
                continue
            if model.options.get("temperature") == 0 and (name, "temperature") not in told:
                told.add((name, "temperature"))
                yield f"replicates at temperature 0: {name} says nearly the same {sweep.replicates} times"
            if isinstance(model.options.get("seed"), int) and (name, "seed") not in told:
                told.add((name, "seed"))
                yield (
                    f"replicates with one fixed seed: {name} is sent seed {model.options['seed']} in every replicate; "
                    "`seed: run` derives one for each"
                )


def _different_options(definition: Definition, design: Design) -> Iterator[str]:
    told: set[tuple[str, ...]] = set()
    slots = ("model", *(f"model.{user}" for user in (*definition.roles, *MODEL_USERS)))
    for factor, slot in product(design.factors, slots):
        names = {str(level.sets[slot]) for level in factor.levels if slot in level.sets}
        specs = {name: definition.models[name] for name in sorted(names)}
        differing = sorted(
            option
            for option in {option for spec in specs.values() for option in spec.options}
            if len({str(spec.options.get(option)) for spec in specs.values()}) > 1
            and not any(f"option.{option}" in other.slots for other in design.factors)
        )
        if len(names) > 1 and differing and tuple(specs) not in told:
            told.add(tuple(specs))
            yield f"the compared models differ in options too: {', '.join(differing)}"


def _days_and_messages(design: Design) -> Iterator[str]:
    by_messages: dict[int, set[int]] = {}
    for levels, _ in design.combinations(design.deciding(_LENGTH)):
        settings = design.settings(levels)
        messages, days = message_count(settings)
        if "messages_per_day" not in settings:
            by_messages.setdefault(messages, set()).add(shares(messages, days)[0])
    for per_day in by_messages.values():
        if len(per_day) > 1:
            yield (
                f"more days mean fewer messages a day ({', '.join(map(str, sorted(per_day, reverse=True)))}): the two "
                "effects cannot be told apart; `messages_per_day` keeps the days alike"
            )
            return


def _unheard_events(definition: Definition, design: Design) -> Iterator[str]:
    texts = tuple(f"event.{event.name}" for event in definition.events)
    heard = {event.name for content in _contents(definition, design, (*_LENGTH, *texts)) for event in content.events}
    for event in definition.events:
        if event.name not in heard:
            yield f"the event {event.name} never happens: no condition has words for it at that moment"


def _absences(definition: Definition, design: Design) -> list[str]:
    """The slots of roles that some condition goes without."""
    agents = {f"agents.{role}" for role in definition.roles}
    sets = (level.sets for factor in design.factors for level in factor.levels)
    return sorted({slot for values in sets for slot, value in values.items() if slot in agents and value == 0})


def models_used(definition: Definition, design: Design) -> dict[str, set[str]]:
    """Every model that some condition uses, with who uses it."""
    users = ("model", *(f"model.{user}" for user in (*definition.roles, *MODEL_USERS)))
    slots = (*users, "days", "speaker_selection", *_absences(definition, design))
    found: dict[str, set[str]] = {}
    for content in _contents(definition, design, slots):
        for user, model in user_models(content).items():
            found.setdefault(model, set()).add(user)
        for probe in content.probes:
            if probe.model:
                found.setdefault(probe.model, set()).add("probes")
    return found
