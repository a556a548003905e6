"""Who takes part."""

from __future__ import annotations

from typing import Any

from sociarium.cli.questions.answers import Entry
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.cli.wizard.lists import names
from sociarium.cli.wizard.text_input import PlaceholderRules
from sociarium.editing.document import Document
from sociarium.experiment.conversation.settable import OTHER_USERS
from sociarium.experiment.prompts.placeholders import RESERVED_ROLE_KEYS, role_key
from sociarium.experiment.prompts.word_forms import plural

_PRONOUNS = ("they", "she", "he", "it", "he/she")


def roles(asking: QuestionFlow, tree: Document) -> Document:
    """The roles, in the order in which they speak."""
    before: dict[str, Any] = dict(tree.get("roles", {}))
    line = asking.text(
        "roles",
        "Which roles take part?",
        hint="In the singular, in the order in which they speak, separated by commas, such as: guard, prisoner",
        default=", ".join(before),
        check=_roles_fault,
    )
    role_list = names(line)
    scripted = asking.several(
        "scripted",
        "Does a role say lines that you write yourself, instead of a language model?",
        [Entry(role, role) for role in role_list],
        hint="A confederate, for example. Mark such roles; mark none when every role is played by a model.",
        default=[role for role in role_list if (before.get(role) or {}).get("script")],
    )
    by_role = {
        role: _role(asking.below(role), role, dict(before.get(role) or {}), role in scripted) for role in role_list
    }
    rules = PlaceholderRules(role_list, needed=True)
    for role in scripted:
        lines = asking.long_text(
            f"{role}/script",
            f"The lines of the {role}:",
            hint="One a line, said in turn; after the last one the role is silent. Ctrl-N begins a new line.",
            default="\n".join((before.get(role) or {}).get("script", ())),
            check=rules.check,
            complete=rules.complete,
        )
        by_role[role]["script"] = [one.strip() for one in lines.splitlines() if one.strip()]
    return {**tree, "roles": by_role}


def _role(asking: QuestionFlow, role: str, before: dict[str, Any], is_scripted: bool) -> dict[str, Any]:
    spec = dict(before)
    if not is_scripted:
        spec.pop("script", None)
    pronouns = asking.choose(
        "pronouns",
        f"Which pronoun stands for one {role}?",
        [Entry(one, one) for one in _PRONOUNS],
        hint="Used where a text says "
        f"<{role_key(role)}_PRON>, <{role_key(role)}_OBJPRON> or <{role_key(role)}_POSSPRON>.",
        default=before.get("pronouns", "they"),
    )
    several = asking.text(
        "plural",
        "Several of them are:",
        default=before.get("plural") or plural(role),
        check=nonempty,
    )
    # What goes without saying is not written, as in a file.
    spec |= {"pronouns": pronouns, "plural": several}
    if pronouns == "they" and "pronouns" not in before:
        del spec["pronouns"]
    if several == plural(role) and "plural" not in before:
        del spec["plural"]
    return spec


def _roles_fault(line: str) -> str:
    role_list = names(line)
    if not role_list:
        return "Write at least one role."
    keys: dict[str, str] = {}
    for role in role_list:
        key = role_key(role)
        if role in OTHER_USERS or key in RESERVED_ROLE_KEYS or role == "random":
            return f"No role can be called {role!r}: it means something else here."
        if key in keys:
            return f"{role!r} and {keys[key]!r} are too alike; rename one of them."
        keys[key] = role
    return ""
