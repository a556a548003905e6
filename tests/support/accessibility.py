"""axe-core, the checker of accessibility: fetched with npm when it is first needed, and kept in `.cache`."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

VERSION = "4.10.3"
_FOLDER = Path(__file__).parents[2] / ".cache" / f"axe-core-{VERSION}"
_SERIOUS = {"serious", "critical"}
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose verdict depends on the theme."""


def source() -> str | None:
    """Its script; None where it cannot be fetched."""
    script = _FOLDER / "axe.min.js"
    if not script.exists() and shutil.which("npm"):
        _FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", f"axe-core@{VERSION}"], cwd=_FOLDER, check=False, timeout=120,
                       stdin=subprocess.DEVNULL, capture_output=True)  # fmt: skip
        for archive in _FOLDER.glob("*.tgz"):
            with (
                tarfile.open(archive) as packed,
                packed.extractfile("package/axe.min.js") or archive.open("rb") as file,
            ):
                script.write_bytes(file.read())
    return script.read_text(encoding="utf-8") if script.exists() else None


def violations(page: Page, script: str, *, only: Sequence[str] = ()) -> list[str]:
    """What is seriously wrong with a page, each with the places.

    Args:
        only: rules that are looked at; all where none is named.
    """
    page.evaluate(script)
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(only)} if only else {})
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found["violations"]
        if one["impact"] in _SERIOUS
    ]
