"""What an agent is sent who is asked something about a run at a moment of it, beside the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sociarium.environments.conversation.unfold import Conversation
from sociarium.environments.feed.probes import question_to
from sociarium.environments.feed.state import FeedState
from sociarium.environments.probes import RETRIES, ReadAnswer, instruction, read_answer, schema
from sociarium.environments.requests import JOINT, Asking, AskResult, Prompt, ask_until
from sociarium.environments.structured_output import has_words
from sociarium.environments.template_tokens import without_tokens
from sociarium.experiment.answer_form import AnswerForm
from sociarium.experiment.run_content import ModelContent
from sociarium.ports.model import ChatMessage

Moment = Conversation | FeedState
"""A run as it stands at a moment; see `registry.stand_at`."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of an interview, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Interviewed:
    """Somebody who can be asked.

    Attributes:
        name: the agent's, or a person's handle.
        model: that plays them, by its name in the file.
    """

    name: str
    role: str
    model: str


def respondents(moment: Moment) -> list[Interviewed]:
    """Everybody whom a model plays at a moment, in order of creation or arrival."""
    if isinstance(moment, Conversation):
        return [Interviewed(one.name, one.role, one.model) for one in moment.agents if one.model and one.lines is None]
    return [Interviewed(one.handle, one.role, one.model) for one in moment.people.members if one.model]


def without_model(moment: Moment) -> list[str]:
    """Names of those who are there at a moment and cannot be asked, because no model plays them."""
    if isinstance(moment, Conversation):
        return [one.name for one in moment.agents if not one.model or one.lines is not None]
    return [one.handle for one in moment.people.members if not one.model]


def models_of(moment: Moment) -> Mapping[str, ModelContent]:
    """The models that play a run at a moment, by their names in the file."""
    return moment.content.models


def question_text(question: str, form: AnswerForm) -> str:
    """A question as it is sent, with how to answer it."""
    return JOINT.join(part for part in (question, instruction(form.probe(question))) if part)


def spoken_answer(text: str) -> str:
    """The words of a reply that are an answer, as they stand in the prompts of later questions; empty for none."""
    words = without_tokens(text)[0].strip()
    return words if has_words(words) else ""


async def ask_model(
    models: Mapping[str, ModelContent],
    model: str,
    messages: Sequence[ChatMessage],
    form: AnswerForm,
    *,
    via: Asking,
    key: str,
) -> AskResult[ReadAnswer]:
    """Ask as a private question is asked: again where the answer does not fit its form.

    Args:
        key: of the first call; its seed derives from it where the model's `seed` is `run`.

    Raises:
        RunEnded: the server refuses the prompt as too long.
        ModelError: the model did not answer, for good.
    """
    probe = form.probe("")
    return await ask_until(
        models,
        via,
        key,
        Prompt(model, messages, purpose="interview", schema=schema(probe)),
        retries=RETRIES,
        read=lambda reply: read_answer(probe, reply),
    )


def interview_messages(
    moment: Moment, name: str, question: str, *, day: int, sitting: Sequence[Exchange] = ()
) -> tuple[ChatMessage, ...]:
    """What an agent is sent: all that it was sent at that moment, then what was asked before, then the question.

    The first question stands where the run's next request has its own end: in a conversation in place of the call for
    a turn, in a feed after what a person remembers.

    Args:
        name: of one of `respondents`.
        day: that is over, of a feed; 0: before the first one.
        sitting: earlier exchanges with the same agent at the same moment, in order.

    Raises:
        StopIteration: nobody of that name can be asked.
    """
    first = sitting[0].question if sitting else question
    if isinstance(moment, Conversation):
        agent = next(one for one in moment.agents if one.name == name and one.lines is None)
        messages = moment.read_by(agent, first).messages
    else:
        member = next(one for one in moment.people.members if one.handle == name and one.model)
        messages = question_to(moment, member, day, first)
    following = [*(one.question for one in sitting[1:]), question] if sitting else []
    for exchange, next_question in zip(sitting, following, strict=True):
        messages += (ChatMessage("assistant", exchange.answer), ChatMessage("user", next_question))
    return messages
