"""Standing in a run again: somebody is asked, it forks from a moment, or it goes on after its end.

Each is asked for here, tried before anything is stored, and done by the command of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sociarium.api.forks import find_origin
from sociarium.cli.hub.ceiling import ask_ceiling
from sociarium.cli.hub.fork_changes import ask_changes
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.wizard.context import WizardContext
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.environments.interviews import respondents
from sociarium.errors import BadInput, SociariumError
from sociarium.experiment.answer_form import read_answer_form
from sociarium.experiment.definition import Definition
from sociarium.experiment.run_content import Content
from sociarium.experiment.run_moments import END, days_of, read_moment
from sociarium.experiment.stored_content import RunContent, last_content
from sociarium.ports.clock import SystemClock
from sociarium.ports.store import Store
from sociarium.records.runs import RunState, SweepSlot
from sociarium.runner.interviews.agents import ROLE
from sociarium.runner.interviews.interviewer import stand_in_run
from sociarium.runner.run.moment import replayable_run
from sociarium.runner.sweep.derive import ExtensionRequest, ForkRequest
from sociarium.runner.sweep.forks import DerivedPlan, Origin, plan_extensions, plan_forks
from sociarium.runner.sweep.save import reopen

ASK, FORK, EXTEND = "ask", "fork", "extend"
_MOST_FORKS = 1000
_MOST_DAYS = 10_000
_MOST_MESSAGES = 999_999
_OF_CONVERSATION = "Such as day2/turn7, or a number of messages"
_OF_FEED = "After so many days, such as 3"


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is stood in: a run, or every finished run of a sweep.

    Attributes:
        slot: of the run; of a sweep the first that is done.
        content: the slot's run.
    """

    origin: Origin
    definition: Definition
    slot: SweepSlot
    content: RunContent

    @property
    def is_sweep(self) -> bool:
        return self.origin.run is None

    @property
    def is_feed(self) -> bool:
        return not isinstance(self.content, Content)

    @property
    def moments(self) -> str:
        """How a moment is written."""
        return _OF_FEED if self.is_feed else _OF_CONVERSATION


def entries_for_moments(*, of_sweep: bool = False) -> list[TypedAnswer]:
    """What can be done with the moments of a run, or of every run of a sweep."""
    if of_sweep:
        return [
            TypedAnswer("Ask somebody in each of them", ASK),
            TypedAnswer("Fork each from a moment, with something changed", FORK),
            TypedAnswer("Let them go on for further days", EXTEND),
        ]
    return [TypedAnswer("Ask somebody", ASK), TypedAnswer("Fork from here", FORK), TypedAnswer("Let it go on", EXTEND)]


def stand_in_moment(context: WizardContext, target: str, what: str) -> None:
    """Ask somebody in a run or sweep, fork it or let it go on; whoever goes back has done nothing.

    Args:
        target: id of the run or sweep.
        what: `ASK`, `FORK` or `EXTEND`.
    """
    standing = context.attempt(lambda: _standing(context, target), None)
    if standing is not None:
        {ASK: _ask_somebody, FORK: _fork, EXTEND: _extend}[what](context, standing)


def _standing(context: WizardContext, target: str) -> _Standing:
    with context.store() as store:
        origin = find_origin(store, target)
        slot = _slot_of(store, origin)
        _, content = replayable_run(store, slot.status.run)
        return _Standing(origin, reopen(store, origin.sweep).definition, slot, content)


def _slot_of(store: Store, origin: Origin) -> SweepSlot:
    for slot in store.slots(origin.sweep.id):
        if slot.status.run == origin.run or (origin.run is None and slot.status.state is RunState.DONE):
            return slot
    raise BadInput("none of these runs is done yet")


def _ask_somebody(context: WizardContext, standing: _Standing) -> None:
    """Ask one agent of a run question after question, or one of each run of a sweep the same question."""

    def flow(questions: QuestionFlow) -> list[str]:
        at = questions.text(
            "at", "At which moment?", default=END, check=lambda text: _moment_fault(text, standing),
            hint=f"{standing.moments}; or end. The run itself stays as it is.",
        )  # fmt: skip
        try:
            agents = questions.remember(f"agents {at}", lambda: _agents(context, standing, at))
        except SociariumError as error:
            questions.ask_again("at", _sentence(error))
        agent = questions.choose("agent", "Who is asked?", agents, hint="By the model that played them.")
        if not standing.is_sweep:
            return ["--agent", agent, "--at", at]
        text = questions.text("question", "The question:", check=nonempty, hint="As you would ask a person.")
        form = questions.text(
            "form", "How is it answered?", check=_form_fault,
            hint="Empty: in words of their own. A scale, such as 0-10, or answers to choose from: yes, no, unsure.",
        )  # fmt: skip
        return [text, "--agent", agent, "--at", at, *(["--answer", form] if form.strip() else [])]

    words = _of_part(context, "Ask somebody", flow)
    if words is None:
        return
    context.show("What a model says when it is asked later is no evidence of why it acted so.", "dim")
    _start(context, standing, "ask", words, has_bound=standing.is_sweep)


def _fork(context: WizardContext, standing: _Standing) -> None:
    def flow(questions: QuestionFlow) -> list[str]:
        at = questions.text(
            "at", "From which moment?", check=lambda text: _moment_fault(text, standing, is_end=False),
            hint=f"{standing.moments}. What comes before is copied and not asked again.",
        )  # fmt: skip
        condition = {} if standing.is_sweep else standing.slot.condition
        changes = ask_changes(
            questions, standing.definition, standing.origin.sweep.name, condition,
            lambda one: _fork_fault(context, standing, ForkRequest(at=at, changes=one)),
        )  # fmt: skip
        branches = questions.whole(
            "forks", "How many forks of each run?" if standing.is_sweep else "How many forks?",
            least=1, most=_MOST_FORKS, default=1, hint="Models answer differently each time: several show how much.",
        )  # fmt: skip
        sham = not changes or questions.confirm(
            "sham", "Beside each, one in which nothing is changed?", default=True,
            hint="The effect of the change is what the changed forks come to, less what these come to.",
        )  # fmt: skip
        if fault := _fork_fault(context, standing, ForkRequest(at=at, changes=changes, branches=branches, sham=sham)):
            questions.ask_again("at", fault)
        settings = [word for name, level in changes.items() for word in ("--set", f"{name}={level}")]
        forks = ["--replicates", str(branches)] if branches > 1 else []
        every = ["--all"] if standing.is_sweep else []
        return ["--at", at, *settings, *every, *forks, "--sham" if sham else "--no-sham"]

    words = _of_part(context, "Fork", flow)
    if words is not None:
        _start(context, standing, "fork", words)


def _extend(context: WizardContext, standing: _Standing) -> None:
    last = last_content(standing.content)

    def flow(questions: QuestionFlow) -> list[str]:
        days = questions.whole(
            "days", "How many days in all?", least=last.days + 1, most=_MOST_DAYS, default=last.days + 1,
            hint=f"There were {last.days}; the runs that are there stay as they are, and nothing is asked again.",
        )  # fmt: skip
        messages = None
        if isinstance(standing.content, Content) and isinstance(last, Content) and not standing.is_sweep:
            further = days - last.days
            messages = questions.whole(
                "messages", "How many messages in all?", least=last.messages + further, most=_MOST_MESSAGES,
                default=last.messages + further * days_of(standing.content)[-1],
                hint=f"There were {last.messages}; each further day has at least one.",
            )  # fmt: skip
        request = ExtensionRequest(days=days, messages=messages)
        if fault := _plan_fault(
            context, lambda store: plan_extensions(store, standing.origin, request, creator="", clock=SystemClock())
        ):
            questions.ask_again("days", fault)
        return ["--days", str(days), *(["--messages", str(messages)] if messages is not None else [])]

    words = _of_part(context, "Let it go on", flow)
    if words is not None:
        _start(context, standing, "extend", words)


def _of_part(context: WizardContext, part: str, flow: Callable[[QuestionFlow], list[str]]) -> list[str] | None:
    """What a command is told besides its target; None where whoever sits there went back."""
    words = QuestionFlow(context.prompts, part=part).run(flow)
    return None if isinstance(words, Back) else words


def _start(
    context: WizardContext, standing: _Standing, command: str, words: Sequence[str], *, has_bound: bool = True
) -> None:
    bound: tuple[str, ...] = ()
    if has_bound:
        ceiling = ask_ceiling(context, standing.definition, standing.origin.sweep.name, is_whole=False)
        if isinstance(ceiling, Back):
            return
        bound = ceiling.options
    context.command(command, standing.origin.id[:12], *words, *bound, quietly=("--yes",))


def _agents(context: WizardContext, standing: _Standing, at: str) -> list[TypedAnswer]:
    """Whom a model plays then; of a sweep its roles, and in feeds those whom every run has."""
    with context.store() as store:
        everybody = respondents(stand_in_run(store, standing.slot.status.run, at).rebuilt.moment)
    if not everybody:
        raise BadInput("nobody is there whom a model plays")
    roles = [
        TypedAnswer(f"everybody in the role {role}", f"{ROLE}{role}")
        for role in dict.fromkeys(one.role for one in everybody)
    ]
    names = [TypedAnswer(one.name, one.name, f"{one.role}, played by {one.model}") for one in everybody]
    if not standing.is_sweep:
        return names
    return [*roles, *names] if standing.is_feed else roles


def _moment_fault(text: str, standing: _Standing, *, is_end: bool = True) -> str:
    try:
        moment = read_moment(text, standing.content)
    except BadInput as error:
        return _sentence(error)
    return "" if is_end or moment.at is not None else "At its end a run does not fork; it can go on from there."


def _form_fault(text: str) -> str:
    try:
        read_answer_form(text.strip() or None)
    except BadInput as error:
        return _sentence(error)
    return ""


def _fork_fault(context: WizardContext, standing: _Standing, request: ForkRequest) -> str:
    return _plan_fault(
        context, lambda store: plan_forks(store, standing.origin, request, creator="", clock=SystemClock())
    )


def _plan_fault(context: WizardContext, make_plan: Callable[[Store], DerivedPlan]) -> str:
    """Why nothing can go on so; empty when something can. Nothing is stored."""
    with context.store() as store:
        try:
            make_plan(store)
        except BadInput as error:
            return _sentence(error)
    return ""


def _sentence(error: Exception) -> str:
    text = str(error).strip()
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
