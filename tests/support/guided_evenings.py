"""Evenings in the guided program, question by question: what is asked, what is answered, and what is answered wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.guided_terminal import CLEAR, DOWN, ENTER, ESC, HUB, SPACE, UP, Guide


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Attributes:
        question: how it begins, as it stands on the screen.
        keys: the right answer.
        wrong: an answer that is refused; nothing where every answer will do.
        reason: what is said of it.
        mend: the right answer after it, where other keys lead there.
    """

    question: str
    keys: str
    wrong: str = ""
    reason: str = ""
    mend: str = ""

    def is_answered(self, guide: Guide) -> None:
        """Read it, and answer as is right."""
        self.is_read(guide)
        self.answer(guide)

    def is_read(self, guide: Guide) -> None:
        """Wait until it is asked, and all of it is drawn."""
        guide.reads(self.question if self.question == HUB else f" {self.question}")

    def answer(self, guide: Guide) -> None:
        """Type the answer."""
        guide.terminal.send(self.keys)

    def is_mended(self, guide: Guide) -> None:
        """Read it, answer wrong, and then right."""
        self.is_read(guide)
        if self.wrong:
            guide.terminal.send(self.wrong if self.wrong.endswith(ENTER) else CLEAR + self.wrong + ENTER)
            guide.reads(self.reason)
        guide.terminal.send(self.mend or self.keys)


def said(question: str, answer: str = "", *, wrong: str = "", reason: str = "") -> Asked:
    """A question that is answered in words, instead of what is proposed."""
    return Asked(question, CLEAR + answer + ENTER, wrong, reason)


def picked(question: str, place: int = 0) -> Asked:
    """A list of which an entry is chosen, so many below the one that is proposed."""
    return Asked(question, (DOWN if place > 0 else UP) * abs(place) + ENTER)


def opened(name: str) -> Asked:
    """The page of an experiment, of which a part is opened or an action done."""
    return Asked(HUB, name.lower() + ENTER)


def left(question: str) -> Asked:
    """A page that is left."""
    return Asked(question, ESC)


NUMBER = "Write a whole number"
CONVERSATION: Sequence[Asked] = (
    picked("What do you want to study?"),
    said("What is the experiment called?", "Flat", wrong=" ", reason="Write something."),
    said("Which roles take part?", "tenant, landlord", wrong="tenant; landlord", reason="Separate roles with commas."),
    picked("Who speaks for the agents?", 4),
    said("Its name in your tables:", "dry", wrong=" ", reason="Write something."),
    said("The opening:", "It is Sunday.", wrong="<SELF_NAME> sits.", reason="has no meaning here"),
    said("Starting prompt of the tenant:", "You rent.", wrong="You see <NOBODY_NUM>.", reason="is not a placeholder"),
    said("Starting prompt of the landlord:", "You own.", wrong=" ", reason="Write something."),
    opened("Sections"),
    picked("Sections:", 1),
    said("Title of the section:", "Goal", wrong="Starting prompt", reason="is taken; choose another."),
    picked("Who reads it?"),
    said("Goal of the tenant:", "Rest.", wrong="<TENNANT_NOUN>", reason="Did you mean <TENANT_NOUN>"),
    said("Goal of the landlord:", "Rent.", wrong="<LANDLORT_NOUN>", reason="Did you mean <LANDLORD_NOUN>"),
    left("Sections:"),
    opened("Private"),
    picked("Private questions:"),
    said("Its name in your tables:", "mood", wrong=" ", reason="Write something."),
    Asked("Who is asked?", DOWN + SPACE + ENTER, SPACE + DOWN + SPACE + ENTER, "Mark at least 1", UP + SPACE + ENTER),
    Asked("When?", ENTER, DOWN + DOWN + SPACE + ENTER, "Mark at least 1", SPACE + ENTER),
    said("The question:", "How are you?", wrong=" ", reason="Write something."),
    picked("How is it answered?"),
    said("The scale begins at:", "1", wrong="one", reason=NUMBER),
    said("and ends at:", "7", wrong="1", reason=f"{NUMBER}, from 2"),
    left("Private questions:"),
    opened("Announcements"),
    picked("Announcements:"),
    said("Its name in your tables:", "bell", wrong=" ", reason="Write something."),
    said("On which day?", "1", wrong="0", reason=f"{NUMBER}, 1 or more."),
    said("After how many messages", "2", wrong="-1", reason=f"{NUMBER}, 0 or more."),
    said("Who says it?", "Neighbour", wrong=" ", reason="Write something."),
    said("What is said:", "Quiet!", wrong="<SELF_NAME>", reason="has no meaning here"),
    left("Announcements:"),
    opened("Note"),
    said("A note for yourself", "pilot"),
    picked("Is it a favourite?"),
    opened("Perform"),
    said("How many messages has a conversation?", "4", wrong="four", reason="Write a whole number such as 4"),
    said("Over how many days?", "1", wrong="5", reason="messages cannot fill"),
    said("How many agents of the role tenant?", "1", wrong="-1", reason="has to be 0 or more"),
    said("How many agents of the role landlord?", "1", wrong="9999", reason="900"),
    Asked("Who speaks next?", ENTER, SPACE + ENTER, "Mark at least 1", SPACE + ENTER),
    said("How many conversations for each setting?", "2", wrong="0", reason=f"{NUMBER}, from 1"),
    picked("Start these conversations?"),
)  # fmt: skip
FEED: Sequence[Asked] = (
    picked("What do you want to study?", 1),
    said("What is the experiment called?", "Street", wrong=" ", reason="Write something."),
    picked("Who speaks for the agents?", 3),
    said("Its name in your tables:", "dry", wrong=" ", reason="Write something."),
    picked("Who is there?"),
    said("Handle:", "ada", wrong="two words", reason="is no handle"),
    said("Name:", "Ada"),
    said("Bio:", "Baker."),
    said("What are they like?", "Kind."),
    said("Role:", "citizen", wrong=" ", reason="Write something."),
    opened("People"),
    picked("People:", 1),
    picked("Who is there?", 1),
    said("How many people should a model write?", "2", wrong="-2", reason=f"{NUMBER}, from 0"),
    said("Role:", "troll", wrong=" ", reason="Write something."),
    said("Who are they?", "They quarrel.", wrong=" ", reason="Write something."),
    left("People:"),
    opened("Announcements"),
    picked("Announcements:"),
    said("Its name in your tables:", "news", wrong=" ", reason="Write something."),
    said("On which day?", "1", wrong="0", reason=f"{NUMBER}, 1 or more."),
    said("After how many days does it come again?", "0", wrong="-1", reason=f"{NUMBER}, 0 or more."),
    said("Who posts it?", "paper", wrong="two words", reason="is no handle"),
    said("The post:", "Bridge closed.", wrong="<SELF_NAME>", reason="has no meaning here"),
    left("Announcements:"),
    opened("Perform"),
    said("How many days?", "1", wrong="0", reason="has to be 1 or more"),
    Asked("Which posts come first?", ENTER, SPACE + ENTER, "Mark at least 1", SPACE + ENTER),
    said("How many people of the role troll", "1", wrong="-1", reason="has to be 0 or more"),
    said("How many runs for each setting?", "1", wrong="0", reason=f"{NUMBER}, from 1"),
    picked("Start these runs?"),
)  # fmt: skip
EVENINGS = {"conversation": CONVERSATION, "feed": FEED}
BY_HAND = {
    "conversation": """\
title: Flat
starting_message: It is Sunday.
models: {dry: {provider: offline}}
roles: {tenant: {}, landlord: {}}
sections:
  - {title: Starting prompt, private: {tenant: You rent., landlord: You own.}}
  - {title: Goal, private: {tenant: Rest., landlord: Rent.}}
probes: [{name: mood, of: [tenant], at: [end], ask: How are you?, answer: {from: 1, to: 7}}]
events: [{name: bell, after_message: 2, author: Neighbour, text: Quiet!}]
sweep: {factors: {messages: 4}, replicates: 2}
""",
    "feed": """\
title: Street
environment: feed
models: {dry: {provider: offline}}
people:
  - {handle: ada, name: Ada, bio: Baker., persona: Kind., role: citizen}
  - {generate: 2, role: troll, model: dry, prompt: They quarrel.}
events: [{name: news, author: paper, post: Bridge closed.}]
sweep: {factors: {people.troll: 1}}
""",
}
"""The same evenings as files."""
