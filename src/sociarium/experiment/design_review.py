"""What a reviewer of the paper would ask about a sweep, said before it runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sociarium.count_text import count_text
from sociarium.experiment.deduplication import Deduplication
from sociarium.experiment.definition import Definition
from sociarium.experiment.design.expansion import Design
from sociarium.experiment.design.settable import Settings
from sociarium.experiment.environments import spec_of
from sociarium.experiment.extra_options import lacking_options, unread_key_warnings, unsure_options
from sociarium.experiment.prompts.text import wordings_of
from sociarium.experiment.resolve import resolve
from sociarium.experiment.sweep import Sweep

_BOUNDED_PROVIDERS = frozenset({"offline", "person", "anthropic"})
"""Whose replies end somewhere anyway: Anthropic's protocol wants a limit with every call."""
_LIMITS = frozenset({"max_tokens", "max_completion_tokens", "num_predict"})
"""The same option under servers' own names, in `extra`."""


def warnings(definition: Definition, sweep: Sweep, design: Design, sharing: Deduplication) -> list[str]:
    """The warnings of a sweep, one sentence each."""
    names = sorted(model_users_of(definition, design))
    slots = {slot for factor in design.factors for slot in factor.slots}
    return [
        *_idle_factors(design, sharing),
        *_repeated_chance(definition, sweep, design),
        *_different_options(definition, design),
        *_unlimited_replies(definition, design),
        *_single_wordings(definition, design),
        *unsure_options(definition.models, names, slots),
        *lacking_options(definition.models, names, slots),
        *unread_key_warnings(definition.models, names),
        *spec_of(definition).warnings(definition, design),
        *map(str, spec_of(definition).giveaways(definition, design)),
    ]


def _idle_factors(design: Design, sharing: Deduplication) -> Iterator[str]:
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


def _same_but(place: int, first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    return first[:place] == second[:place] and first[place + 1 :] == second[place + 1 :]


def _model_slots(definition: Definition) -> tuple[str, ...]:
    users = spec_of(definition).model_users(definition)
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
    reported: set[tuple[str, str]] = set()
    for levels, _ in design.combinations(design.deciding(_model_slots(definition))):
        content = resolve(definition, design.exemplary(levels))
        for name, model in content.models.items():
            if model.provider == "offline":
                continue
            if model.options.get("temperature") == 0 and (name, "temperature") not in reported:
                reported.add((name, "temperature"))
                yield f"replicates at temperature 0: {name} says nearly the same {count_text(sweep.replicates, 'time')}"
            if isinstance(model.options.get("seed"), int) and (name, "seed") not in reported:
                reported.add((name, "seed"))
                yield (
                    f"replicates with one fixed seed: {name} is sent seed {model.options['seed']} in every replicate; "
                    "`seed: run` derives one for each"
                )


def _different_options(definition: Definition, design: Design) -> Iterator[str]:
    reported: set[tuple[str, ...]] = set()
    slots = ("model", *(f"model.{user}" for user in spec_of(definition).model_users(definition)))
    for factor, slot in product(design.factors, slots):
        names = {str(level.sets[slot]) for level in factor.levels if slot in level.sets}
        specs = {name: definition.models[name] for name in sorted(names)}
        differing = sorted(
            option
            for option in {option for spec in specs.values() for option in spec.options}
            if len({str(spec.options.get(option)) for spec in specs.values()}) > 1
            and not any(f"option.{option}" in other.slots for other in design.factors)
        )
        if len(names) > 1 and differing and tuple(specs) not in reported:
            reported.add(tuple(specs))
            yield f"the compared models differ in options too: {', '.join(differing)}"


def _unlimited_replies(definition: Definition, design: Design) -> Iterator[str]:
    """Models whose replies may be as long as their servers let them: a model that loops fills hours and the context."""
    kind, unlimited = spec_of(definition), set[str]()
    limits = ["option.max_tokens", *(f"option.{name}.max_tokens" for name in definition.models)]
    for levels, _ in design.combinations(design.deciding((*_casting(definition, design), *limits))):
        settings = design.exemplary(levels)
        unlimited.update(
            name for name in kind.users_of(definition, settings) if not _is_bounded(definition, name, settings)
        )
    if unlimited:
        yield (
            f"no `max_tokens` for {', '.join(sorted(unlimited))}: a reply may be of any length; write it into the "
            "model's entry (400 is ample for a conversation, 2000 for a feed)"
        )


def _is_bounded(definition: Definition, name: str, settings: Settings) -> bool:
    """Whether replies of a model end somewhere in a condition; a level `null` leaves the bound out."""
    spec = definition.models[name]
    if spec.provider in _BOUNDED_PROVIDERS or any(_is_limit((spec.extra or {}).get(limit)) for limit in _LIMITS):
        return True
    of_all = settings.get("option.max_tokens", spec.max_tokens)
    return settings.get(f"option.{name}.max_tokens", of_all) is not None


def _is_limit(value: object) -> bool:
    """Whether a server that is sent this ends replies somewhere; Ollama's -1 and -2 are no end."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _single_wordings(definition: Definition, design: Design) -> Iterator[str]:
    """Texts that are compared, of which a level has one wording; an empty level, which says nothing, needs no other."""
    texts = spec_of(definition).texts(definition)
    single = []
    for slot in sorted({slot for factor in design.factors for slot in factor.slots} & texts.keys()):
        wordings = [wordings_of(texts[slot], str(name)) for name in design.values(slot, None) if name is not None]
        if len(wordings) > 1 and any(len(one) == 1 and one[0].strip() for one in wordings):
            single.append(slot)
    if single:
        yield (
            f"one wording a level: {', '.join(single)}; a difference may be that of the words alone: list `wordings:` "
            "in the variants, five or more to generalise"
        )


def model_users_of(definition: Definition, design: Design) -> dict[str, set[str]]:
    """Every model that some condition uses, with who uses it."""
    kind = spec_of(definition)
    users: dict[str, set[str]] = {}
    for levels, _ in design.combinations(design.deciding(_casting(definition, design))):
        for model, names in kind.users_of(definition, design.exemplary(levels)).items():
            users.setdefault(model, set()).update(names)
    return users


def _casting(definition: Definition, design: Design) -> tuple[str, ...]:
    """The slots that decide which models a condition uses."""
    kind = spec_of(definition)
    return ("model", *(f"model.{user}" for user in kind.model_users(definition)), *kind.casting(definition, design))
