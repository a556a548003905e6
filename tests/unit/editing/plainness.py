"""What the language of files looks like."""

from __future__ import annotations

import re

_CODE = re.compile(r"[`{}]|\w\[\d|\b[a-z]+_[a-z_]+|\b(?:variants|sweeps?|factors?|probes?|slots?)\b")


def file_language(sentence: str) -> str:
    """The first word of file language in a sentence; empty where there is none."""
    quoted = re.sub(r"'[^']*'|“[^”]*”|<[^<>]*>", "", sentence)
    match = _CODE.search(quoted)
    return match[0] if match else ""
