"""This process and others on this machine: who they are, and whether one is gone."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
from pathlib import Path
from uuid import uuid4

from sociarium.records.runs import Worker


def this_worker(by: str | None = None) -> Worker:
    """A new worker for this process.

    Args:
        by: the person who runs it.
    """
    pid = os.getpid()
    return Worker(uuid4().hex, socket.gethostname(), _boot(), pid, _start_time(pid) or "", by=by)


def is_here(worker: Worker, me: Worker) -> bool:
    """Whether a worker's process could be seen from here: same host, same boot, same space of process ids."""
    return bool(me.boot) and (worker.host, worker.boot) == (me.host, me.boot)


def is_gone(worker: Worker) -> bool:
    """Whether the process of a worker on this machine has ended; its id may belong to another by now."""
    started = _start_time(worker.pid)
    return started is None or (worker.started != "" and started != worker.started)


def _boot() -> str:
    """Names the boot and the space of process ids; empty where neither can be told."""
    if platform.system() == "Linux":
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
        except OSError:
            return ""
    if platform.system() == "Darwin":
        return _output_of("sysctl", "-n", "kern.boottime")
    return ""


def _start_time(pid: int) -> str | None:
    """When a process began, in the system's own terms; None when there is no such process (a zombie is none)."""
    if platform.system() == "Linux":
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        # The name of the program, in brackets, may hold spaces and brackets itself.
        fields = text.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    return _output_of("ps", "-o", "lstart=", "-p", str(pid)) or None


def _output_of(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603  # fixed words
    except OSError:
        return ""
    return done.stdout.strip()
