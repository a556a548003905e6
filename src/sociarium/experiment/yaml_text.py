"""Words as they are written in YAML."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[^\W\d_](?:[\w '.-]*[\w'])?")
_OTHER_THINGS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
"""Words that are no text, in one version of YAML or another."""


def flow_text(text: str) -> str:
    """A text as it stands between braces in YAML: in quotes where it would be read as something else."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _OTHER_THINGS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())
