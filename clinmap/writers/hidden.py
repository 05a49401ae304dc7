"""Hidden folders beside a package: where a new one is written, and where a former one waits.

Their names tell what they are for, and which process of which machine made them, so that a later
run knows those of runs that were killed, and leaves alone those of runs that go on.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import uuid
from pathlib import Path

_HIDDEN = re.compile(
    r"^\.(?P<name>.+)\.clinmap-(?P<role>new|old)-(?P<host>[0-9a-f]{8})"
    r"-(?P<pid>\d+)(\.(?P<started>\d+))?-\w{8}$"
)


def hidden(target: Path, role: str) -> Path:
    """A name beside the target that tells its role (`new`, `old`), the machine and the process."""
    process = f"{os.getpid()}.{started}" if (started := _started(os.getpid())) else os.getpid()
    return target.with_name(
        f".{target.name}.clinmap-{role}-{_host()}-{process}-{uuid.uuid4().hex[:8]}"
    )


def recover(out: Path) -> None:
    """Tidy up after killed runs of this machine: put a package moved aside back, remove the rest.

    Only folders of our naming pattern for this very target are touched, and only when the process
    that made them is no longer there. Elsewhere than on POSIX systems nothing is touched.
    """
    target = out.resolve()
    for path in sorted(target.parent.iterdir(), key=lambda p: ("-new-" in p.name, p.name)):
        match = _HIDDEN.match(path.name)
        if not match or match["name"] != target.name or path.is_symlink() or not path.is_dir():
            continue
        if match["host"] != _host() or _runs(int(match["pid"]), match["started"]):
            continue
        if match["role"] == "old" and not target.exists():
            path.rename(target)
        else:
            remove(path)


def remove(folder: Path) -> None:
    """Remove a folder of ours, also where somebody took the right to write in it away."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        return
    for found in (folder, *folder.rglob("*")):
        if found.is_dir() and not found.is_symlink():
            found.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def _runs(pid: int, started: str | None) -> bool:
    """Whether a process is there, and not another one of its number; True where nobody knows."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    now = _started(pid)
    return not (started and now) or started == now


def _started(pid: int) -> str:
    """When a process started, in ticks since the machine did; empty where that is not told.

    Numbers of processes come again: in a container most runs have the same.
    """
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return said.rpartition(")")[2].split()[19]
