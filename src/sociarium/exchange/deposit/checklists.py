"""Reporting checklists of the field, in our own words, filled as far as the program knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sociarium.count_text import count_text, one_or_many
from sociarium.exchange.archive.manifest import ModelUse
from sociarium.exchange.deposit.facts import StudyFacts

TO_FILL_IN = "**to fill in**"
Answer = Callable[[StudyFacts], str]
"""What the program knows; empty where it knows nothing, and with `TO_FILL_IN` where it knows a part."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a checklist.

    Attributes:
        number: as the checklist has it.
        question: in our own words.
    """

    number: str
    question: str
    answer: Answer = lambda _facts: ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist.

    Attributes:
        name: of its file.
        citation: where it comes from.
    """

    name: str
    title: str
    citation: str
    items: Sequence[Item]


def page(checklist: Checklist, facts: StudyFacts) -> str:
    """A checklist as Markdown."""
    answers = [(item, item.answer(facts) or TO_FILL_IN) for item in checklist.items]
    open_items = sum(TO_FILL_IN in answer for _, answer in answers)
    lines = [f"# {checklist.title}", "", checklist.citation, ""]
    still_open = f"{open_items} of {len(answers)} are to be filled in, wholly or in part."
    lines += [f"The items are in the words of Sociarium, not of their authors. {still_open}", ""]
    for item, answer in answers:
        lines += [f"## {item.number} {item.question}", "", answer.replace("<", "&lt;"), ""]
    return "\n".join(lines)


def _usage(facts: StudyFacts) -> str:
    stand_in = " Their words are stand-ins that no model wrote (offline)." if facts.is_offline else ""
    return (
        f"Models played the participants of {count_text(facts.runs, 'run')} "
        f"of a {facts.environment} ({facts.states}).{stand_in} "
        f"What the study asks, and why models stand for people in it: {TO_FILL_IN}."
    )


def _human_part(facts: StudyFacts) -> str:
    parts = ["People answered or chose speakers at a terminal." if facts.people_play
             else "Runs are played without a person's answer."]  # fmt: skip
    if facts.outside_acts:
        parts.append(
            f"{count_text(facts.outside_acts, 'act was', 'acts were')} "
            "put into feeds by people while these were played."
        )
    return " ".join(parts)


def _models(facts: StudyFacts) -> str:
    rows = [
        f"- {use.name}: {_of_provider(use)}; answered as {'; '.join(use.served)}; {count_text(use.calls, 'call')}"
        for use in facts.models
    ]
    if not rows:
        return ""
    size = f"Sizes, and where weights come from: {TO_FILL_IN}."
    return "\n".join([*rows, "", f"Dates of access: {facts.period}. {size}"])


def _of_provider(use: ModelUse) -> str:
    return ", ".join(use.provider_model) or "not kept"


def _access(facts: StudyFacts) -> str:
    rows = [
        f"{use.name}: {', '.join(use.provider_model) or 'not kept'} on {', '.join(use.hosts)}" for use in facts.models
    ]
    return f"By program ({'; '.join(rows)}). Each answer is a call of its own." if rows else ""


def _parameters(facts: StudyFacts) -> str:
    seeds = ", ".join(sorted({str(one.seed) for one in facts.recorded.sweeps}))
    replicates = ", ".join(f"{one.name}: {one.replicates}" for one in facts.recorded.sweeps)
    return (
        f"Models as the file has them: {facts.options or 'none'}. Seeds of sweeps: {seeds or 'none'}; replicates: "
        f"{replicates or 'none'}. Options as really sent stand with each call (`tables/calls.parquet`)."
    )


def _memory(facts: StudyFacts) -> str:
    if facts.environment == "feed":
        return (
            "None at the server. Each request carries all that a person reads: the persona, the hidden state, "
            "memory of "
            "own and others' doings as the file sets it, and the posts shown."
        )
    return (
        "None at the server. Each request carries the whole conversation of the day; a new day begins with empty "
        "histories, and with summaries where the file has a summarizer."
    )


def _prompts(facts: StudyFacts) -> str:
    where = (
        "The archive rebuilds each request word for word (`sociarium import`, then `sociarium show RUN --prompts`)."
        if facts.has_archive
        else "The archive, which rebuilds each request word for word, is left out of this public deposit."
    )
    return f"All texts stand in `experiment.yaml`. {where}"


def _system(facts: StudyFacts) -> str:
    if facts.environment == "feed":
        return "In `experiment.yaml`: sections, prompts and personas."
    return "Every agent's system prompt, as rendered, is in `tables/agents.parquet`."


def _personal_data(facts: StudyFacts) -> str:
    if facts.real_people:
        kept = "are left out here" if facts.is_public else "are in this deposit: do not publish it as it is"
        return (
            f"{count_text(facts.real_people, 'person who exists takes', 'people who exist take')} "
            "part by their own archive, each with a documented consent; direct "
            f"messages were never read and other accounts have pseudonyms. Their histories {kept}. Approval: "
            f"{TO_FILL_IN}."
        )
    return f"No archive of a person was read in. Other data of people in texts, and approval: {TO_FILL_IN}."


def _validation(facts: StudyFacts) -> str:
    if facts.labels:
        by_models = count_text(facts.judge_labels, "more label is of a model", "more labels are of models")
        judged = f" {by_models}." if facts.judge_labels else ""
        return (
            f"{count_text(facts.labels, 'label')} by {count_text(facts.annotators, 'person', 'people')} "
            f"{one_or_many(facts.labels, 'is', 'are')} in the archive.{judged} Agreement, and what "
            "the labels "
            f"are compared with: {TO_FILL_IN}."
        )
    return f"No person's label is among the records. How outputs were checked: {TO_FILL_IN}."


def _processing(facts: StudyFacts) -> str:
    reply = facts.document.get("reply") or "as by default"
    return (
        f"Replies are kept raw in `tables/calls.parquet`; what was made of them is in the other tables, with flags. "
        f"Trimming and asking again: {reply}. Exclusions in the analysis: {TO_FILL_IN}."
    )


def _scripts(facts: StudyFacts) -> str:
    return (
        f"All calls were made by Sociarium {facts.program}; `experiment.yaml` is its input and `manifest.json` "
        "names versions "
        f"(hash {facts.hash}). Scripts of the analysis: {TO_FILL_IN}."
    )


def _transcripts(facts: StudyFacts) -> str:
    return "`tables/posts.parquet`." if facts.environment == "feed" else "`tables/messages.parquet`."


def _resources(facts: StudyFacts) -> str:
    prompt = sum(use.prompt_tokens for use in facts.models)
    completion = sum(use.completion_tokens for use in facts.models)
    cost = "not known" if facts.cost_usd is None else f"US$ {facts.cost_usd:.2f}"
    tokens = f"{prompt:,} tokens of prompts and {completion:,} of answers"
    return f"{tokens}; cost {cost}; {facts.period}. Hardware: {TO_FILL_IN}."


def _entities(facts: StudyFacts) -> str:
    kind = "people" if facts.environment == "feed" else "roles"
    listed = facts.document.get("roles") or {}
    names = f" ({', '.join(listed)})" if isinstance(listed, dict) and listed and kind == "roles" else ""
    factors = "; ".join(f"{factor}: {', '.join(each)}" for factor, each in facts.levels.items()) or "none"
    return f"Agents are {kind}{names}; time is days. What varies: {factors}. Attributes are in `experiment.yaml`."


def _process(facts: StudyFacts) -> str:
    if facts.environment == "feed":
        return (
            "A day: newcomers arrive, everybody draws times of log-on; in each tick those who log on see the "
            "world as it "
            "stood when the tick began, react, follow, write, and what they do takes effect when it ends."
        )
    return (
        "Agents speak in turn as `speaker_selection` says, message by message, day by day; events of the "
        "researcher are read "
        "out at their moments, and private questions are asked beside the conversation."
    )


def _concepts(facts: StudyFacts) -> str:
    probes = ", ".join(str(one.get("name")) for one in facts.document.get("probes") or () if isinstance(one, dict))
    return (
        "Stochasticity: draws are seeded by sweep seed, replicate and moment, so that replicate k has the same "
        "draws in "
        f"every condition unless the file says otherwise; models sample besides. Observation: messages and the private "
        f"questions {probes or '(none)'}. Emergence, adaptation, objectives, learning, prediction: {TO_FILL_IN}."
    )


def _purpose(facts: StudyFacts) -> str:
    note = f"The experiment's note: {facts.note}. " if facts.note else ""
    return f"{note}Purpose, and the patterns by which it is judged: {TO_FILL_IN}."


_GUIDE = Checklist(
    "guide-llm",
    "GUIDE-LLM",
    "After: GUIDE-LLM, a reporting checklist for studies with large language models in the behavioural and "
    "social sciences, "
    "agreed by a panel of experts in two rounds; llm-checklist.com, read in 2026.",
    (
        Item("A.1", "What were models used for?", _usage),
        Item("A.2", "Did people take part in it, or did it run by itself?", _human_part),
        Item("B.1", "Which models, of whom, in which version, when?", _models),
        Item("B.2", "How were they reached?", _access),
        Item("B.3", "With which settings, seeds and repetitions?", _parameters),
        Item("B.4", "Was a model tuned or adapted?"),
        Item("B.5", "Did a model remember anything between calls?", _memory),
        Item("C.1", "Where are the prompts, word for word?", _prompts),
        Item("C.2", "Which instructions stood above all?", _system),
        Item("D.1", "How were personal data treated?", _personal_data),
        Item("E.1", "Did people check what models said?", _validation),
        Item("E.2", "What was done to answers afterwards?", _processing),
        Item("F.1", "Is the code of the calls there?", _scripts),
        Item("G.1", "Who paid, and who has an interest in it?"),
        Item("Optional 1", "Why these models?"),
        Item("Optional 2", "Why these prompts?"),
        Item("Optional 3", "What were they compared with?"),
        Item("Optional 4", "Could the model have known the study or its data from training?"),
        Item("Optional 5", "Which bias could change the conclusions?"),
        Item("Optional 6", "Are the conversations there?", _transcripts),
        Item("Optional 7", "What follows ethically?"),
        Item("Optional 8", "What did it take to compute?", _resources),
    ),
)

_GUIDELINES = Checklist(
    "llm-guidelines",
    "Guidelines for empirical studies that involve language models",
    "After: the community guidelines at llm-guidelines.org (eight guidelines, G1 to G8), written for software "
    "engineering, "
    "read in 2026.",
    (
        Item("G1", "Say that models were used, and for what", _usage),
        Item("G2", "Name version, settings and date of each model", lambda facts: "\n\n".join(
            part for part in (_models(facts), _parameters(facts)) if part)),
        Item("G3", "Describe what stands around the model", lambda facts: f"{_process(facts)} {_memory(facts)}"),
        Item("G4", "Publish prompts and what was said", lambda facts: f"{_prompts(facts)} {_transcripts(facts)}"),
        Item("G5", "Let people check the outputs", _validation),
        Item("G6", "Have an open model beside a closed one"),
        Item("G7", "Choose baselines and measures that fit"),
        Item("G8", "Name limits, and what was done against them"),
    ),
)  # fmt: skip

_ODD = Checklist(
    "odd",
    "ODD: overview, design concepts, details",
    "After: Grimm V. and others (2020), The ODD Protocol for Describing Agent-Based and Other Simulation Models: "
    "A Second "
    "Update to Improve Clarity, Replication, and Structural Realism. Journal of Artificial Societies and Social "
    "Simulation "
    "23 (2) 7, doi:10.18564/jasss.4259.",
    (
        Item("1", "Purpose and patterns", _purpose),
        Item("2", "Entities, state variables and scales", _entities),
        Item("3", "Process overview and scheduling", _process),
        Item("4", "Design concepts", _concepts),
        Item("5", "Initialization", lambda _facts: "As `experiment.yaml` says, with the seeds of `manifest.json`."),
        Item("6", "Input data", _personal_data),
        Item("7", "Submodels", lambda facts: f"The models that play: see GUIDE-LLM, B.1. {_prompts(facts)}"),
    ),
)

CHECKLISTS = (_GUIDE, _GUIDELINES, _ODD)
