"""Where the experiments are kept: found in the configuration, or asked for and tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import closing

from sociarium.bootstrap import databases, open_store
from sociarium.cli.display.output import console, words
from sociarium.cli.external_editor import edit_text
from sociarium.cli.questions.answers import Back, TypedAnswer
from sociarium.cli.questions.checks import nonempty
from sociarium.cli.questions.prompts import QuestionPrompts
from sociarium.cli.wizard.context import CommandCall, WizardContext
from sociarium.cli.wizard.flow import QuestionFlow
from sociarium.config import DEFAULT_DATABASE, DEFAULT_STORE, Config, load, save
from sociarium.errors import BadInput, SetupError, SociariumError
from sociarium.experiment.address import public_address, secrets_of
from sociarium.version import __version__

_FILE, _SERVER, _AGAIN = "file", "server", "again"
_NEW = "\0new"
_NOT_IN_NAMES = re.compile(r"[\s/\\.\"$*<>:|?\x00-\x1f]")
_LONGEST_NAME = 60

StoreSettings = dict[str, str]
"""Variables that say where a store is."""


def log_in(call_command: CommandCall) -> WizardContext | None:
    """A session with the configured store, by default a file on this computer; None when whoever sits there leaves.

    A file opens; a server is not asked before something is needed of it (`reach_store`).
    """
    config = load()
    prompts = QuestionPrompts(console(), lambda text: _edit_settings(text, config))
    prompts.screen.print(words(f"\n  Sociarium {__version__}", "bold"))
    config = _with_name(prompts, config)
    context = WizardContext(config, prompts, config.store_url, is_configured=True, call_command=call_command)
    if is_remote(context.url):
        return _welcome(context)
    while (reached := reach_store(context, is_new=True)) is None:
        if prompts.confirm("Leave the program?", default=False) is True:
            return None
    return reached


def is_remote(url: str) -> bool:
    """Whether a store is on a server, which may take its time or be away."""
    return "://" in url and not url.startswith("sqlite:")


def reach_store(context: WizardContext, *, is_new: bool = False) -> WizardContext | None:
    """The session with a store that opens: its own, or another that is asked for; None when nobody named one.

    Args:
        is_new: whether the session begins, so that a file is tried too, and said where it opens.
    """
    if not (is_new or is_remote(context.url)):
        return context
    problem = _problem(context.url)
    if not problem:
        return _welcome(context) if is_new else context
    context.prompts.screen.print("The store of your configuration cannot be opened:")
    _say(context.prompts, problem)
    return _ask_store(context, _settings_of_any)


def choose_store(context: WizardContext) -> WizardContext | None:
    """The session with another store: a lab's database, or from there the file on this computer; None: as before."""
    return _ask_store(context, _settings_of_another if is_remote(context.url) else _settings_of_server)


def _ask_store(context: WizardContext, ask: Callable[[QuestionFlow, Config], StoreSettings]) -> WizardContext | None:
    prompts, config = context.prompts, context.config
    settings = QuestionFlow(prompts, part="Where it is kept").run(lambda flow: _keep(flow, ask(flow, config)))
    if isinstance(settings, Back):
        return None
    chosen = Config({**config.values, **settings})
    # The environment wins over .env: what it says otherwise stays so for the commands.
    is_configured = load().store_url == chosen.store_url
    return _welcome(WizardContext(chosen, prompts, chosen.store_url, is_configured, context.call_command))


def _with_name(prompts: QuestionPrompts, config: Config) -> Config:
    """The configuration with the name of who works, which is asked for once and kept in `.env`."""
    if config.is_creator_named:
        return config
    answer = prompts.text(
        "Your name, as colleagues will see it:",
        hint="It stands on your experiments. It is kept in the file .env.",
        default=config.creator,
        check=_creator_fault,
    )
    if isinstance(answer, Back):
        prompts.screen.print(words(f"  {config.creator} for now; the next start asks again.", "dim"))
        return config
    settings = {"SOCIARIUM_USER": answer}
    try:
        path = save(settings)
    except SetupError as error:
        _say(prompts, f"{error}. The name holds for this session")
    else:
        prompts.screen.print(words(f"  To change it, change SOCIARIUM_USER in {path.name}.", "dim"))
    return Config({**config.values, **settings})


def _creator_fault(name: str) -> str:
    if not name.strip() or not name.strip().isprintable() or len(name) > _LONGEST_NAME:
        return f"Write a name of at most {_LONGEST_NAME} letters."
    return "A name cannot have ${ in it." if "${" in name else ""


def _edit_settings(text: str, config: Config) -> str:
    try:
        return edit_text(text, editor=config.editor)
    except BadInput as error:
        console().print(f"! {error}", style="yellow")
        return text


def _welcome(context: WizardContext) -> WizardContext:
    place = public_address(context.url)
    where = f"the file {place.removeprefix('sqlite:///')}" if place.startswith("sqlite:///") else place
    context.show(f"You are {context.config.creator}. Experiments are kept in {where}.", "dim")
    return context


def _say(prompts: QuestionPrompts, problem: str) -> None:
    QuestionFlow(prompts).run(lambda flow: flow.show_problem(problem))


def _problem(url: str) -> str:
    """Why a store cannot be opened; empty when it can."""
    try:
        with closing(open_store(url)):
            return ""
    except SociariumError as error:
        return str(error)


def _keep(flow: QuestionFlow, settings: StoreSettings) -> StoreSettings:
    """The settings, kept in `.env` where that is wanted."""
    if settings and flow.confirm(
        "keep",
        "Remember this in the file .env, so that you are not asked again?",
        hint=f"Written there, and nothing else changed: {', '.join(settings)}. Only you can read the file.",
    ):
        try:
            save(settings)
        except SetupError as error:
            flow.show_problem(f"{error}. It holds for this session")
    return settings


def _settings_of_any(flow: QuestionFlow, config: Config) -> StoreSettings:
    """Settings that lead to a store which opens; none where the configured one does so now."""
    entries = [TypedAnswer("Try the configured store again", _AGAIN)] if config.is_store_named else []
    return _settings_of_one(flow, config, entries)


def _settings_of_another(flow: QuestionFlow, config: Config) -> StoreSettings:
    return _settings_of_one(flow, config, [])


def _settings_of_one(flow: QuestionFlow, config: Config, first: Sequence[TypedAnswer]) -> StoreSettings:
    where = flow.choose(
        "where",
        "Where should experiments and conversations be kept?",
        [
            *first,
            TypedAnswer(f"In a file on this computer ({DEFAULT_STORE.removeprefix('sqlite:///')})", _FILE),
            TypedAnswer("On a MongoDB server, where colleagues see them too", _SERVER),
        ],
        hint="A file needs nothing else. A server is for working together; whoever runs it gives you its address.",
    )
    if where == _AGAIN:
        if problem := flow.remember("again", lambda: _problem(config.store_url)):
            flow.forget("again")
            flow.ask_again("where", problem)
        return {}
    if where == _SERVER:
        return _settings_of_server(flow, config)
    if problem := _problem(DEFAULT_STORE):
        flow.ask_again("where", problem)
    return {"SOCIARIUM_STORE": DEFAULT_STORE}


def _settings_of_server(flow: QuestionFlow, config: Config) -> StoreSettings:
    usual = config.values.get("DB_CLUSTER_URL", "")
    host = flow.text(
        "host",
        "Address of the MongoDB server:",
        hint="A host such as cluster0.example.mongodb.net or lab-server:27017, or a whole URI (mongodb://...).",
        default="" if secrets_of(usual) else usual,
        check=nonempty,
    )
    cluster = host if "://" in host or ":" not in host else f"mongodb://{host}"
    settings = {"SOCIARIUM_STORE": "", "DB_CLUSTER_URL": cluster, "DB_USER": "", "DB_PASSWORD": "", "DB_NAME": ""}
    if "@" not in cluster:
        user = flow.text(
            "user",
            "User name:",
            hint="As whoever runs the server told you; leave it empty when the server wants none.",
            default=config.values.get("DB_USER", ""),
        )
        if user:
            settings["DB_USER"] = user
            settings["DB_PASSWORD"] = flow.secret("password", "Password:", hint="It is not shown while you type.")
    key = f"server {sorted(settings.items())}"
    flow.say("Trying to connect ...")
    databases = flow.remember(key, lambda: _databases(Config({**config.values, **settings}).store_url))
    if isinstance(databases, SociariumError):
        flow.forget(key)
        flow.ask_again("host", str(databases))
    if _names_database(cluster):
        settings.pop("DB_NAME")
    else:
        settings["DB_NAME"] = _database(flow, databases, config)
    if problem := flow.remember(f"{key} {settings}", lambda: _problem(Config({**config.values, **settings}).store_url)):
        flow.forget(f"{key} {settings}")
        flow.ask_again("host" if "DB_NAME" not in settings else "database", problem)
    return settings


def _databases(url: str) -> list[str] | SociariumError | None:
    try:
        return databases(url)
    except SociariumError as error:
        return error


def _names_database(cluster: str) -> bool:
    _, _, rest = cluster.partition("://")
    return bool(rest.partition("?")[0].partition("/")[2])


def _database(flow: QuestionFlow, databases: list[str] | None, config: Config) -> str:
    usual = config.values.get("DB_NAME") or DEFAULT_DATABASE
    if databases:
        chosen = flow.choose(
            "database",
            "Which database?",
            [*(TypedAnswer(name, name) for name in databases), TypedAnswer("A new one", _NEW)],
            hint="A project of its own deserves a database of its own.",
            default=usual,
        )
        if chosen != _NEW:
            return str(chosen)
    return flow.text(
        "new database" if databases else "database",
        "Name of the database:",
        hint="Letters, digits, - and _; it is made when it is not there yet."
        + (" This user may not list those that are there." if databases is None else ""),
        default=usual,
        check=_name_fault,
    )


def _name_fault(name: str) -> str:
    if not name.strip() or _NOT_IN_NAMES.search(name) or len(name.encode()) > _LONGEST_NAME:
        return "Write a short name of letters, digits, - and _."
    if name in {"admin", "local", "config"}:
        return "That one belongs to the server; choose another name."
    return ""
