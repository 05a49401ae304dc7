"""A worker of this machine does not hear Ctrl-C: the process that started it does, and ends it."""

from __future__ import annotations

import signal


def dask_setup(_worker: object) -> None:
    """Dask calls this in each worker as it starts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
