"""A Dask cluster of two workers on this machine, in processes of its own; it ends when its input does.

python -m tests.support.local_cluster
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_ROOT = Path(__file__).parents[2]
_WITHOUT_PROFILER = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
"""As docs/cluster.md says."""


@dataclass(frozen=True, slots=True)
class LocalCluster:
    """A cluster that runs.

    Attributes:
        address: as `--on` takes it.
    """

    address: str
    stdin: IO[str]
    stdout: IO[str]

    def pids(self) -> list[int]:
        """The processes of the workers that are there now."""
        self.stdin.write("\n")
        self.stdin.flush()
        return [int(pid) for pid in json.loads(self.stdout.readline())]


@contextmanager
def local_cluster(folder: Path, environment: Mapping[str, str]) -> Iterator[LocalCluster]:
    """A cluster whose workers know what the environment says, ended afterwards."""
    with (
        (folder / "cluster.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.local_cluster"],
            cwd=folder,
            env={**environment, **_WITHOUT_PROFILER, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        yield LocalCluster(address.replace("tcp://", "dask://"), process.stdin, process.stdout)
        process.stdin.close()


def main() -> None:
    """Serve until the input ends; each line asks for the workers' processes."""
    from distributed import LocalCluster as Cluster  # an extra: who only imports this file needs none of it

    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": "127.0.0.1:0"}
    with Cluster(**settings) as cluster:  # type: ignore[no-untyped-call]  # the library has no types here
        print(cluster.scheduler_address, flush=True)
        for _ in sys.stdin:
            print(json.dumps([nanny.pid for nanny in cluster.workers.values()]), flush=True)


if __name__ == "__main__":
    main()
