"""What a sweep varies: asked for as settings, written as the factors of a file."""

from __future__ import annotations

from typing import Any

from sociarium.cli.questions.answers import Entry
from sociarium.cli.questions.checks import Check, nonempty
from sociarium.cli.wizard.feeds.sweep import feed_factors
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.levels import levels, numbers
from sociarium.cli.wizard.lists import decimals, typed_text
from sociarium.editing.document import Document, definition_of, is_a_feed, modelled_roles, without_sweeps
from sociarium.experiment.definition import ONLY_SWEEP
from sociarium.experiment.environments import settables, spec_of
from sociarium.experiment.prompts.text import variant_names

_SPEAKERS = [
    Entry("in turn (round robin)", "round_robin"),
    Entry("at random, nobody twice running", "random"),
    Entry("a model decides who speaks next (costs a call each time)", "auto"),
    Entry("I decide, at this terminal, message by message", "manual"),
]
_OPTIONS = ("temperature", "top_p", "top_k", "max_tokens", "frequency_penalty", "presence_penalty", "repeat_penalty")
_TOGETHER = "versions"


def ask_sweep(asking: QuestionFlow, tree: Document) -> tuple[Document, str]:
    """An experiment with the sweep that is wanted, and the sweep's name."""
    former, name = _former(asking, tree)
    factors: dict[str, Any] = {}
    names = list(tree["models"])
    if len(names) > 1:
        factors["model"] = asking.several(
            "model",
            "Which models?",
            [Entry(one, one) for one in names],
            hint="Every setting is played with each of them.",
            default=[one for one in names if one in levels(former, "model", names)],
            least=1,
        )
    is_feed = is_a_feed(tree)
    factors |= (feed_factors if is_feed else _conversation)(asking, tree, former)
    factors |= _variants(asking, tree, former)
    factors |= _options(asking, tree, former)
    replicates = asking.whole(
        "replicates",
        f"How many {'runs' if is_feed else 'conversations'} for each setting?",
        hint="Models answer differently each time: 10 or more show how much. 1 is enough for a first look.",
        least=1,
        most=10**9,
        default=former.get("replicates", 1),
    )
    random_draws: dict[str, Any] = {key: former[key] for key in ("seed", "streams") if key in former}
    sweep: dict[str, Any] = {
        "factors": {key: _shortly(chosen) for key, chosen in factors.items()},
        "replicates": replicates,
        **random_draws,
    }
    if "sweeps" in tree:
        return {**tree, "sweeps": {**tree["sweeps"], name: sweep}}, name
    return {**tree, "sweep": sweep}, ONLY_SWEEP


def _conversation(asking: QuestionFlow, tree: Document, former: dict[str, Any]) -> dict[str, Any]:
    """Models of single roles, messages, days, agents and who speaks, as they are wanted."""
    factors = _own_models(asking, tree, former) if len(tree["models"]) > 1 else {}
    factors["messages"] = numbers(asking, "messages", "How many messages has a conversation?", former, [10], least=1)
    factors["days"] = numbers(
        asking,
        "days",
        "Over how many days?",
        former,
        [1],
        least=1,
        hint="The messages are shared among the days; each day begins with an empty memory and the summaries so far. "
        "2: exactly two days; 1-3: conversations of one, of two and of three days are compared.",
    )
    for role in tree["roles"]:
        factors[f"agents.{role}"] = numbers(
            asking, f"agents.{role}", f"How many agents of the role {role}?", former, [1], least=0
        )
    factors["speaker_selection"] = asking.several(
        "speaker_selection",
        "Who speaks next?",
        _SPEAKERS,
        hint="Mark one, or several to compare them.",
        default=levels(former, "speaker_selection", ["round_robin"]),
        least=1,
    )
    return factors


def _former(asking: QuestionFlow, tree: Document) -> tuple[dict[str, Any], str]:
    """The sweep that proposes the settings, and the name of the new one."""
    if "sweeps" not in tree:
        return dict(tree.get("sweep") or {}), ONLY_SWEEP
    name = asking.text(
        "sweep name",
        "Name of this comparison:",
        hint=f"The experiment has {', '.join(tree['sweeps'])}; one of these names puts yours in its place.",
        check=nonempty,
    )
    return dict(tree["sweeps"].get(name) or {}), name


def _own_models(asking: QuestionFlow, tree: Document, former: dict[str, Any]) -> dict[str, Any]:
    """Models of single roles, where they are not those of all."""
    played = modelled_roles(tree)
    chosen = asking.several(
        "own models",
        "Should a role be played by a model of its own?",
        [Entry(role, role) for role in played],
        hint="For example by a person, or by another model than the rest. Mark such roles, or none.",
        default=[role for role in played if f"model.{role}" in (former.get("factors") or {})],
    )
    return {
        f"model.{role}": asking.several(
            f"model.{role}",
            f"Who plays the {role}?",
            [Entry(name, name) for name in tree["models"]],
            hint="Mark one, or several to compare them.",
            default=[name for name in tree["models"] if name in levels(former, f"model.{role}", [])],
            least=1,
        )
        for role in chosen
    }


def _variants(asking: QuestionFlow, tree: Document, former: dict[str, Any]) -> dict[str, Any]:
    """Texts of several versions: each by itself, or those with versions of one name together."""
    definition = definition_of(without_sweeps(tree))
    texts = spec_of(definition).texts(definition)
    varied = {slot: names for slot, text in texts.items() if (names := variant_names(text))}
    factors: dict[str, Any] = {}
    groups: dict[tuple[str, ...], list[str]] = {}
    for slot, names in varied.items():
        groups.setdefault(names, []).append(slot)
    for number, (names, members) in enumerate(groups.items()):
        together = len(members) > 1 and asking.confirm(
            f"together/{number}",
            f"Should the versions ({', '.join(names)}) change together?",
            hint=f"These texts have versions of the same names: {', '.join(members)}. Together: all {names[0]!r}, then "
            f"all {names[-1]!r}. Otherwise every combination is tried.",
        )
        if together:
            chosen = _choose(asking, f"versions/{number}", "Which versions?", names, list(names))
            title = _TOGETHER if not number else f"{_TOGETHER} {number + 1}"
            factors[title] = [{"name": name, **dict.fromkeys(members, name)} for name in chosen]
        else:
            for slot in members:
                factors[slot] = _choose(
                    asking, slot, f"Which versions of {slot}?", names, levels(former, slot, list(names))
                )
    return factors


def _choose(asking: QuestionFlow, key: str, question: str, names: tuple[str, ...], default: list[Any]) -> list[Any]:
    return asking.several(
        key, question, [Entry(name, name) for name in names], hint="Each marked one is tried.", default=default, least=1
    )


def _options(asking: QuestionFlow, tree: Document, former: dict[str, Any]) -> dict[str, Any]:
    before = {key: value for key, value in (former.get("factors") or {}).items() if key.startswith("option.")}
    if all(spec["provider"] in {"offline", "person"} for spec in tree["models"].values()) and not before:
        return {}
    chosen = asking.several(
        "options",
        "Do you want to compare settings of the models?",
        [Entry(option.replace("_", " "), option) for option in _OPTIONS],
        hint="Mark them, or mark none: then each model speaks with the options that it was given.",
        default=[option for option in _OPTIONS if f"option.{option}" in before],
    )
    factors: dict[str, Any] = {}
    for option in chosen:
        name = f"option.{option}"
        line = asking.text(
            name,
            f"{option.replace('_', ' ').capitalize()}:",
            hint="The values to compare, separated by commas, such as: 0.2, 0.9",
            default=typed_text(levels(former, name, [])),
            check=_option_check(tree, name),
        )
        factors[name] = decimals(line)
    return factors


def _option_check(tree: Document, name: str) -> Check:
    known_settables = settables(definition_of(without_sweeps(tree)))

    def fault(text: str) -> str:
        try:
            for value in decimals(text):
                known_settables[name].read(value)
        except ValueError as error:
            wrong = str(error).partition(";")[0]
            return "Write numbers, separated by commas." if "could not convert" in wrong else wrong
        return ""

    return fault


def _shortly(chosen: Any) -> Any:
    return chosen[0] if isinstance(chosen, list) and len(chosen) == 1 and not isinstance(chosen[0], dict) else chosen
