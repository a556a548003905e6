"""The analysis without its extra."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["statistics.means", "agreement", "detection", "power", "checks.rates"])
def test_an_absent_library_is_named_with_the_line_that_installs_it(module: str) -> None:
    script = (
        "import sys\n"
        "hidden = ('krippendorff', 'pandas', 'scipy', 'statsmodels')\n"
        "class Hide:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name.split('.')[0] in hidden: raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Hide())\n"
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name in hidden else find(name, *rest)\n"
        "from sociarium.errors import MissingExtra\n"
        f"try: import sociarium.analysis.{module}\n"
        "except MissingExtra as missing: print(missing)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert "need krippendorff, pandas, scipy, statsmodels, not here; pip install 'sociarium[analysis]'" in done.stdout


@pytest.mark.slow
def test_results_of_the_terminal_need_no_extra() -> None:
    script = (
        "import sys, sociarium.analysis.results;"
        "sys.exit(', '.join({'pandas', 'scipy', 'statsmodels', 'krippendorff'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
