"""The only reader of the environment and of `.env`; `.env_template` names every variable read here."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from dotenv import dotenv_values

from sociarium.errors import SetupError

DEFAULT_STORE = "sqlite:///experiments/sociarium.db"
DEFAULT_DATABASE = "sociarium"
LEASE = 20.0

VARIABLES = (
    "SOCIARIUM_STORE",
    "SOCIARIUM_USER",
    "SOCIARIUM_LEASE",
    "DB_CLUSTER_URL",
    "DB_USER",
    "DB_PASSWORD",
    "DB_NAME",
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
    def creator(self) -> str:
        """Who works: SOCIARIUM_USER, else DB_USER, else the system's user."""
        return self._get("SOCIARIUM_USER") or self._get("DB_USER") or _system_user()

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

    def _mongo_url(self, cluster: str) -> str:
        if "://" in cluster:
            return cluster
        user, password = self._get("DB_USER"), self._get("DB_PASSWORD")
        login = f"{quote_plus(user)}:{quote_plus(password)}@" if user and password else ""
        return f"mongodb+srv://{login}{cluster}/{self._get('DB_NAME') or DEFAULT_DATABASE}"

    def _get(self, name: str) -> str:
        return self.values.get(name, "").strip()


def load(folder: Path | None = None) -> Config:
    """The configuration of this process; `.env` is looked for in a folder, the current one by default."""
    path = (folder or Path.cwd()) / ".env"
    written = (
        {name: value for name, value in dotenv_values(path).items() if value is not None} if path.is_file() else {}
    )
    return Config({**written, **os.environ})


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"


def samples() -> Path:
    """The folder of the experiments shipped with the project: in the package, or in the checkout beside it."""
    packaged = Path(__file__).parent / "samples"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "experiments"
