"""What the language of files looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CODE = re.compile(r"[`{}]|\w\[\d|\b[a-z]+_[a-z_]+|\b(?:variants|sweeps?|factors?|probes?|slots?)\b")


def file_language(sentence: str, names: Iterable[str] = ()) -> str:
    """The first word of file language in a sentence; empty where there is none.

    Args:
        names: what people called things, which may look like anything.
    """
    for name in sorted(filter(None, names), key=len, reverse=True):
        sentence = sentence.replace(name, "")
    match = _CODE.search(re.sub(r"'[^']*'|“[^”]*”|<[^<>]*>", "", sentence))
    return match[0] if match else ""
