"""The only reader of the environment and of `.env`; `.env_template` names every variable read here."""

from __future__ import annotations

import getpass
import io
import logging
import os
import re
import tempfile
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from sociarium.errors import SetupError

DEFAULT_STORE = "sqlite:///experiments/sociarium.db"
DEFAULT_DATABASE = "sociarium"
LEASE = 20.0
LOG_FOLDER = Path("logs")
"""Below the folder in which the program works."""

OPENAI_KEY = "OPENAI_API_KEY"
ANTHROPIC_KEY = "ANTHROPIC_API_KEY"

VARIABLES = (
    "SOCIARIUM_STORE",
    "SOCIARIUM_USER",
    "SOCIARIUM_LEASE",
    "DB_CLUSTER_URL",
    "DB_USER",
    "DB_PASSWORD",
    "DB_NAME",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "OLLAMA_HOST",
    "OLLAMA_API_KEY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "VISUAL",
    "EDITOR",
)
"""Read here; a model entry's `api_key_env` may name others."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the environment and `.env` say; the environment wins."""

    values: Mapping[str, str] = field(repr=False)

    @property
    def store_url(self) -> str:
        """Where the store is, in this order: SOCIARIUM_STORE, DB_CLUSTER_URL with its companions, the default file."""
        if url := self._get("SOCIARIUM_STORE"):
            return url
        if cluster := self._get("DB_CLUSTER_URL"):
            return self._mongo_url(cluster)
        return DEFAULT_STORE

    @property
    def is_store_named(self) -> bool:
        """Whether anything says where the store is."""
        return bool(self._get("SOCIARIUM_STORE") or self._get("DB_CLUSTER_URL"))

    @property
    def creator(self) -> str:
        """Who works: SOCIARIUM_USER, else DB_USER, else the system's user; however a keyboard composes its letters."""
        name = self._get("SOCIARIUM_USER") or self._get("DB_USER") or _system_user()
        # Bytes that are no text in the locale: UTF-8, as a rule.
        text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return unicodedata.normalize("NFC", text)

    @property
    def is_creator_named(self) -> bool:
        """Whether anything says who works; otherwise it is the system's user."""
        return bool(self._get("SOCIARIUM_USER") or self._get("DB_USER"))

    @property
    def lease(self) -> float:
        """Seconds after which a silent worker is taken for dead."""
        text = self._get("SOCIARIUM_LEASE")
        try:
            seconds = float(text) if text else LEASE
        except ValueError:
            seconds = 0.0
        if not 0.2 <= seconds <= 3600:
            raise SetupError(f"SOCIARIUM_LEASE is {text!r}; write seconds, from 0.2 to 3600")
        return seconds

    def secret(self, name: str) -> str | None:
        """A key, by the name of its variable; None where it is not set. It is never stored or logged."""
        return self._get(name) or None

    @property
    def openai_url(self) -> str | None:
        """The server of models without a `base_url`, where it is not OpenAI's own."""
        return self._get("OPENAI_BASE_URL") or None

    @property
    def anthropic_url(self) -> str | None:
        """The server of Anthropic's models without a `base_url`, where it is not Anthropic's own."""
        return self._get("ANTHROPIC_BASE_URL") or None

    @property
    def ollama_hosts(self) -> str:
        """Addresses of Ollama servers, comma-separated; empty for the usual one."""
        return self._get("OLLAMA_HOST")

    @property
    def http_proxy(self) -> str:
        """The proxy on the way to servers at http://; empty without."""
        return self._either("HTTP_PROXY") or self._either("ALL_PROXY")

    @property
    def https_proxy(self) -> str:
        """The proxy on the way to servers at https://; empty without."""
        return self._either("HTTPS_PROXY") or self._either("ALL_PROXY")

    @property
    def no_proxy(self) -> str:
        """What is reached without a proxy, comma-separated."""
        return self._either("NO_PROXY")

    @property
    def certificates(self) -> str:
        """A file of certificates that are trusted besides the system's; empty for none."""
        return self._get("SSL_CERT_FILE")

    @property
    def editor(self) -> str:
        """The command that opens a text file for its user; empty where none is set."""
        return self._get("VISUAL") or self._get("EDITOR")

    @property
    def pager(self) -> str:
        """The command that shows a long text to its user; empty where none is set."""
        return self._get("PAGER")

    def _either(self, name: str) -> str:
        return self._get(name) or self._get(name.lower())

    def _mongo_url(self, cluster: str) -> str:
        scheme, separator, rest = cluster.partition("://") if "://" in cluster else ("", "", cluster)
        address, _, options = rest.partition("?")
        place, _, database = address.partition("/")
        user, password = self._get("DB_USER"), self._get("DB_PASSWORD")
        login = f"{quote_plus(user)}:{quote_plus(password)}@" if user and password and "@" not in place else ""
        database = database or self._get("DB_NAME") or DEFAULT_DATABASE
        query = f"?{options}" if options else ""
        # The names that mongodb+srv looks up have no ports and several parts.
        hosts = place.rpartition("@")[2]
        usual = "mongodb+srv" if "." in hosts and not re.search(r"[:,]|^[\d.]+$", hosts) else "mongodb"
        return f"{scheme if separator else usual}://{login}{place}/{database}{query}"

    def _get(self, name: str) -> str:
        return self.values.get(name, "").strip()


def load(folder: Path | None = None) -> Config:
    """The configuration of this process; `.env` is looked for in a folder, the current one by default.

    Raises:
        SetupError: `.env` cannot be read, or is not UTF-8 where it sets something.
    """
    path = (folder or Path.cwd()) / ".env"
    return Config({**(_settings_of(path) if path.is_file() else {}), **os.environ})


def _settings_of(path: Path) -> dict[str, str]:
    mend = "save it as UTF-8, with an editor that asks for the encoding"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SetupError(f"{path} is UTF-16, as some shells of Windows write what is sent into a file; {mend}")
    # Editors of Windows begin a file with a byte order mark; to older parsers it belongs to the first name.
    read = _values_in(data.decode("utf-8-sig", "surrogateescape"), path)
    settings = {name: value for name, value in read.items() if value is not None}
    for name, value in settings.items():
        if any("\ud800" <= sign <= "\udfff" for sign in name + value):
            shown = name.encode("ascii", "replace").decode()
            raise SetupError(f"{shown} in {path} holds what is not UTF-8; {mend}")
    return settings


def _values_in(text: str, path: Path) -> dict[str, str | None]:
    """What a text like that of a file sets; of lines that set nothing the file is named."""

    def name_file(record: logging.LogRecord) -> bool:
        line = record.args[0] if isinstance(record.args, tuple) and record.args else "?"
        record.msg, record.args = "%s: line %s sets nothing; write NAME=value, or # before it", (path, line)
        return True

    reader = logging.getLogger("dotenv.main")
    reader.addFilter(name_file)
    try:
        return dotenv_values(stream=io.StringIO(text))
    finally:
        reader.removeFilter(name_file)


def save(settings: Mapping[str, str], folder: Path | None = None) -> Path:
    """Keep settings in `.env`, readable by its owner alone; every other line stays byte for byte.

    Args:
        settings: variable -> value.
        folder: where `.env` is; the current one by default.

    Returns:
        The file.

    Raises:
        SetupError: it cannot be read or written, or would not give a value back.
    """
    path = Path(os.path.realpath((folder or Path.cwd()) / ".env"))
    try:
        data = path.read_bytes() if path.exists() else b""
        mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
        after = _with_settings(data.removeprefix(mark).decode("utf-8", "surrogateescape"), settings)
        read = _values_in(after, path)
        if changed := [name for name, value in settings.items() if read.get(name) != value]:
            raise SetupError(f"{changed[0]} cannot be kept in {path}, which gives ${{...}} a meaning; set it as a "
                             "variable of your environment")  # fmt: skip
        _replace(path, mark + after.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _with_settings(text: str, settings: Mapping[str, str]) -> str:
    parts = [(binding.key, binding.original.string) for binding in parse_stream(io.StringIO(text, newline=""))]
    line_end = "\r\n" if "\r\n" in text else "\n"
    for name, value in settings.items():
        line = f"{name}={_quote(value)}"
        places = [place for place, (key, _) in enumerate(parts) if key == name]
        if not places:
            if parts and not parts[-1][1].endswith("\n"):
                parts.append((None, line_end))
            parts.append((name, line + line_end))
        for place in places:
            parts[place] = (name, _replaced_line(parts[place][1], line))
    return "".join(string for _, string in parts)


def _replaced_line(original: str, line: str) -> str:
    """A setting's lines with another value; blank lines before it belong to what the parser gives."""
    start = re.match(r"\s*(?:export[^\S\r\n]+)?", original)
    end = re.search(r"[\r\n]*\Z", original)
    assert start is not None
    assert end is not None
    return start[0] + line + end[0]


def _quote(value: str) -> str:
    if re.fullmatch(r"[\w.:/@%+,=-]*", value, re.ASCII):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _replace(path: Path, data: bytes) -> None:
    # The new file takes the old one's place at once: a crash leaves one of them whole. It is made for its owner alone.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".env-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"


def samples() -> Path:
    """The folder of the experiments shipped with the project: in the package, or in the checkout beside it."""
    packaged = Path(__file__).parent / "samples"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "experiments"
