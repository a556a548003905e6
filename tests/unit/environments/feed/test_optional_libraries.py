"""The libraries that only feeds need: told before anything starts, with the line that mends it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sociarium.environments.feed import optional_libraries
from sociarium.errors import MissingExtra

MEND = r"pip install 'sociarium\[feeds\]'"


@pytest.mark.parametrize("name", ["networkx", "bm25s"])
def test_a_missing_library_is_told_with_its_mend(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optional_libraries, "find_spec", lambda asked: None if asked == name else object())
    with pytest.raises(MissingExtra, match=f"{name}.*{MEND}"):
        optional_libraries.refuse_missing()
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=f"{name}.*{MEND}") as told:
        getattr(optional_libraries, name)()
    assert told.value.exit_code == 2


@pytest.mark.slow
def test_nothing_is_missing_here_and_nothing_is_imported_to_know_it() -> None:
    script = (
        "import sys; import sociarium.environments.registry; "
        "from sociarium.environments.feed.optional_libraries import refuse_missing; refuse_missing(); "
        "sys.exit(', '.join({'networkx', 'bm25s', 'numpy'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
