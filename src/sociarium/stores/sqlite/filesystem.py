"""Whether a path lies on a network file system, where SQLite's locks and WAL do not hold."""

from __future__ import annotations

from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "beegfs", "davfs",
     "fuse.sshfs", "fuse.glusterfs", "fuse.davfs", "fuse.rclone", "fuse.s3fs", "afpfs", "webdav"}
)  # fmt: skip


def network_file_system(path: Path) -> str | None:
    """The kind of network file system that a path lies on; None on a local one, or where nothing says it.

    Only Linux says it (`/proc/self/mounts`); elsewhere the answer is None.
    """
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return _kind_of(path.resolve(), mounts)


def _kind_of(path: Path, mounts: str) -> str | None:
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in _NETWORK else None
