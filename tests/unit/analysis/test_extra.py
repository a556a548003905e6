"""The analysis without its extra."""

from __future__ import annotations

import subprocess
import sys


def test_an_absent_library_is_named_with_the_line_that_installs_it() -> None:
    script = (
        "import importlib.util as util, sys;"
        "find = util.find_spec;"
        "util.find_spec = lambda name, *rest: None if name == 'statsmodels' else find(name, *rest);"
        "from sociarium.errors import MissingExtra\n"
        "try: import sociarium.analysis.power\n"
        "except MissingExtra as missing: print(missing)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert "needs statsmodels, not here; pip install 'sociarium[analysis]'" in done.stdout
