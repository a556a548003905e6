"""What an interview asks: whom, at which moment, in which words and form, and with which model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sociarium.environments.interviews import Interviewed
from sociarium.errors import BadInput
from sociarium.experiment.answer_form import FREE_TEXT, AnswerForm
from sociarium.experiment.canonical import short_id
from sociarium.experiment.run_content import ModelContent


@dataclass(frozen=True, slots=True)
class OtherModel:
    """A model that is asked in place of the one that played.

    Attributes:
        name: of its entry in the file.
        content: what it is; None: what the run has under that name, if it has it.
        entry: what the file has under that name.
    """

    name: str
    entry: ModelContent
    content: ModelContent | None = None

    def among(self, models: Mapping[str, ModelContent]) -> ModelContent:
        """What is asked of a run that has these models."""
        return self.content or models.get(self.name) or self.entry


@dataclass(frozen=True, slots=True)
class AgentQuestion:
    """A question to agents of a run or of many.

    Attributes:
        agent: who is asked; see `choose_agents`.
        at: the moment, as people write it; see `read_moment`.
        model: by default the one that played whoever is asked.

    Raises:
        BadInput: the question is blank, or no text.
    """

    agent: str
    at: str
    text: str
    form: AnswerForm = FREE_TEXT
    model: OtherModel | None = None

    def __post_init__(self) -> None:
        refuse_blank(self.text)


def refuse_blank(question: str) -> None:
    """Raise `BadInput` for a question that says nothing, or that no store can hold."""
    if not question.strip():
        raise BadInput("the question is empty; write what the agent is to be asked")
    try:
        question.encode()
    except UnicodeEncodeError:
        raise BadInput("the question holds characters that are no text; write it in UTF-8") from None


def asked_model(
    agent: Interviewed, models: Mapping[str, ModelContent], other: OtherModel | None
) -> tuple[str, ModelContent, bool]:
    """Which model is asked, under which name, and whether it is another than the one that played.

    Args:
        models: of the run at the moment, by name.
    """
    own = models[agent.model]
    if other is None:
        return agent.model, own, False
    content = other.among(models)
    return other.name, content, (other.name, content) != (agent.model, own)


def provider_model(content: ModelContent) -> str:
    """A model as people write it: `openai:gpt-4.1-mini`, `offline`."""
    return f"{content.provider}:{content.model}" if content.model else content.provider


def sweep_sitting(sweep: str, agent: str, at: str, question: AgentQuestion, asked: tuple[str, ModelContent]) -> str:
    """The id of the sitting in which a sweep's run is asked: the same question to the same agent is asked once.

    Args:
        sweep: its id.
        agent, at: name and moment in the run.
        asked: name and content of the model, where another than the one that played was named.
    """
    name, content = asked
    model = [] if question.model is None else [name, content.provider, content.model, dict(content.options)]
    return short_id("interview", sweep, agent, at, question.text, str(question.form), model)
