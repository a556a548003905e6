"""With what an archive is packed: versions, the commit of the folder, the cost."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from sociarium.exchange.archive.manifest import Packing, RecordTotals
from sociarium.experiment.models import Price

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LONGEST = 10
"""Seconds that git may take."""


def packing(
    recorded: RecordTotals,
    *,
    prices: Mapping[str, Price | None],
    folder: Path,
    redacted_from: str | None = None,
) -> Packing:
    """With what something is packed now, and here.

    Args:
        prices: of models, by their names in the file.
        folder: whose commit is named.
        redacted_from: as `Packing` has it.
    """
    return Packing(
        python=platform.python_version(),
        libraries=library_versions(),
        git=_commit(folder),
        cost_usd=_cost(recorded, prices),
        redacted_from=redacted_from,
    )


def library_versions() -> dict[str, str]:
    """The installed distributions that the program may use, those for developing it left out."""
    versions = {}
    for requirement in requires("sociarium") or ():
        match = _NAME.match(requirement)
        if match is None or re.search(r"extra\s*==\s*['\"](dev|all)['\"]", requirement):
            continue
        try:
            versions[match[0]] = version(match[0])
        except PackageNotFoundError:
            continue
    return dict(sorted(versions.items()))


def _cost(recorded: RecordTotals, prices: Mapping[str, Price | None]) -> float | None:
    total = 0.0
    for use in recorded.models:
        price = prices.get(use.name)
        if price is None:
            return None
        total += (use.prompt_tokens * price.input + use.completion_tokens * price.output) / 1e6
    return total


def _commit(folder: Path) -> dict[str, str | bool] | None:
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return None
    return {"commit": commit, "changed": _git(folder, "status", "--porcelain", "--untracked-files=no") != ""}


def _git(folder: Path, *words: str) -> str | None:
    try:
        result = subprocess.run(  # noqa: S603  # fixed words
            ["git", "-C", str(folder), *words],  # noqa: S607  # the one that the person uses
            capture_output=True, text=True, check=False, timeout=_LONGEST, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 else None
