"""Checks by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sociarium.analysis.checks import form, language, wording
from sociarium.analysis.checks.conversations import Conversation
from sociarium.errors import BadInput

Matches = Callable[[Conversation, int], bool]
"""Whether the message at a position of a conversation is a case."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of messages.

    Attributes:
        version: goes up when its definition changes.
        counts: what is a case.
        limits: what it misses, and what it takes for a case that is none.
    """

    name: str
    version: int
    matches: Matches
    counts: str
    limits: str


CHECKS: dict[str, Check] = {}
"""All checks, in the order in which a report shows them."""


def register(check: Check) -> Check:
    """Add a check, a researcher's own as well.

    Raises:
        BadInput: if its name is taken.
    """
    if check.name in CHECKS:
        raise BadInput(f"there is a check {check.name!r} already; name yours otherwise")
    CHECKS[check.name] = check
    return check


for _check in (
    Check(
        "empty", 1, form.is_empty,
        "flagged `empty`, or nothing that says anything: blanks, invisible characters, markup, template tokens",
        "dots and an emoji say something, and are no case",
    ),
    Check(
        "name_only", 1, form.is_name_only,
        "flagged `name_only` while it was made, or nothing but the name or role of a participant, marks aside",
        "a conversation about names may answer with one; names that nobody has are known by their role's stem alone",
    ),
    Check(
        "role_switch", 1, form.switches_role,
        "a line that begins with another participant's name or role and a colon: the agent speaks for somebody else",
        "what was cut while the message was made is not seen here (its flag `trimmed`); quoting somebody by name and "
        "colon is a case; speaking for another without naming them is none",
    ),
    Check(
        "prompt_echo", 1, form.echoes_prompt,
        "flagged `echoed` while it was made, or twelve words in a row that stand in what the model was sent (column "
        "`prompt`; words of earlier messages do not count)",
        "without prompts only the flag counts; paraphrases are no case; reading out a rule that was given is one",
    ),
    Check(
        "repetition", 1, form.repeats_itself,
        "flagged `repeated`, or of at least six words whose sequences of three are, to four fifths, those of an "
        "earlier message of the same speaker (Jaccard index of 0.8)",
        "short formulas are no case; paraphrases are none; a chant or a repeated offer that is meant is one",
    ),
    Check(
        "refusal", 1, wording.refuses,
        "flagged `refused`, or a model's own refusal in its first 300 characters: 'I can't help with that', 'as an AI'",
        "English; a person in the story who refuses in such words is a case; a refusal in other words is none",
    ),
    Check(
        "announces_end", 1, wording.announces_end,
        "says that the experiment, simulation, conversation, scenario or exercise is over, or thanks for taking part",
        "English; 'this conversation is over' said in anger is a case; a farewell is none",
    ),
    Check(
        "other_language", 1, language.is_other_language,
        "of 20 letters or more, most in another script than the conversation, or with function words of another "
        "language: of the column `language` if there is one, else of most of its messages",
        "tells scripts apart, and English, German, French, Spanish, Italian, Portuguese and Dutch; short messages "
        "and a few foreign words are no case; a run that is in another language as a whole needs the column `language`",
    ),
    Check(
        "token_limit", 1, form.is_cut,
        "flagged `token_limit`: the reply ended because it reached its limit of tokens",
        "servers that do not say why a reply ended cannot be seen",
    ),
    Check(
        "thinking_leaked", 1, wording.leaks_thinking,
        "marks of thinking (<think>, <reasoning>, channel tokens), or an opening that plans an answer to 'the user'",
        "English beyond the marks; a person who thinks aloud in the story is no case; planning in other words is none",
    ),
):  # fmt: skip
    register(_check)
