"""The workers of a build: some that are started here, or those of a Dask scheduler.

Dask is imported here only, and only when it is asked for. It says nothing on the terminal: what
matters is said by us.
"""

from __future__ import annotations

import logging
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from clinmap.app.scale.asked import Asked
from clinmap.app.scale.workers import check_workers
from clinmap.problems import InputError

if TYPE_CHECKING:
    from distributed import Client

CONNECTING = 10.0
"""Seconds to wait for a scheduler, and for its first worker."""

SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1TB",  # parts are meant to be large
    "distributed.worker.daemon": True,
    "distributed.nanny.pre-spawn-environ.OMP_NUM_THREADS": 1,
    "distributed.comm.timeouts.connect": "10s",
    "distributed.scheduler.http.routes": [],  # no pages that show what is done
    "distributed.worker.http.routes": [],
    "distributed.nanny.http.routes": [],
}
HERE = "127.0.0.1"
LOGGERS = ("distributed", "tornado", "asyncio")


@contextmanager
def workers_of(asked: Asked, connecting: float = CONNECTING) -> Iterator[Client]:
    """A client of the workers that are asked for; those started here end with the block.

    Problems: InputError INP030 (Dask is not installed), INP031 (no scheduler answers), INP032 (it
    has no worker), INP033 (workers of other versions).
    """
    _ask_for_dask()
    import dask

    with dask.config.set(SETTINGS), _quiet(), ExitStack() as stack:
        if asked.scheduler:
            client = stack.enter_context(_connected(asked.scheduler, connecting))
        else:
            client = stack.enter_context(_started(asked.workers))
        _wait_for_one(client, asked, connecting)
        check_workers(client.run)
        yield client


def threads_of(client: Client) -> int:
    """How many parts the workers can build at a time, now."""
    return max(int(sum(client.nthreads().values())), 1)


def _ask_for_dask() -> None:
    from importlib.util import find_spec

    if find_spec("distributed") is None or find_spec("dask") is None:
        raise InputError(
            "INP030",
            "workers need Dask, which is not installed",
            hint="`pip install 'clinmap[scale]'`, or build without --workers and --scheduler.",
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's loggers speak of errors in programs only while the block lasts."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


@contextmanager
def _started(workers: int) -> Iterator[Client]:
    """So many processes of this machine, each with a nanny that starts it again when it ends."""
    from distributed import Client, LocalCluster

    with (
        tempfile.TemporaryDirectory(prefix="clinmap-", ignore_cleanup_errors=True) as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=f"{HERE}:0",
            host=HERE,
            scheduler_kwargs={"dashboard": False},
            security=True,
            memory_limit=0,
            local_directory=folder,
            preload=["clinmap.app.scale.uninterrupted"],
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@contextmanager
def _connected(scheduler: str, connecting: float) -> Iterator[Client]:
    from distributed import Client

    address = _address_of(scheduler)
    _ask_at(address, connecting)
    try:
        client = Client(address, timeout=connecting, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError) as error:
        raise _unreachable(address, f"no Dask scheduler answers ({type(error).__name__})") from None
    with client:
        yield client


def _address_of(scheduler: str) -> str:
    """The address that is given, or that stands in a file which the scheduler wrote."""
    import json

    if "://" in scheduler:
        return scheduler
    path = Path(scheduler)
    if path.is_file():
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError, KeyError, TypeError):
            said = f"{path.name} is no file that a Dask scheduler wrote"
            raise InputError("INP031", said, hint=_HOW) from None
    host, colon, port = scheduler.rpartition(":")
    if colon and host and port.isdecimal():
        return f"tcp://{scheduler}"
    said = f"{scheduler} is neither the address of a scheduler nor a file that it wrote"
    raise InputError("INP031", said, hint=_HOW)


_HOW = "An address is written like tcp://HOST:8786; `dask scheduler` prints it when it starts."


def _ask_at(address: str, connecting: float) -> None:
    """Whether a scheduler listens there: Dask would try for far longer, and wait for any answer.

    A scheduler speaks first, unless it has to be asked for its certificate.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts_missing := [n for n, v in (("host", host), ("port", port)) if not v]:
        raise _unreachable(address, f"the address has no {' and no '.join(parts_missing)}")
    if parts.scheme not in ("tcp", "tls"):
        raise _unreachable(address, f"addresses begin with tcp:// or tls://, not {parts.scheme}://")
    try:
        with socket.create_connection((host or "", port or 0), timeout=connecting) as there:
            silent = parts.scheme == "tcp" and not there.recv(1)
    except OSError as error:
        raise _unreachable(address, error.strerror or "no scheduler answers") from None
    if silent:
        raise _unreachable(address, "no scheduler answers")


def _unreachable(address: str, why: str) -> InputError:
    return InputError(
        "INP031",
        f"the scheduler at {address} cannot be reached: {why}",
        hint=f"{_HOW} Is it running, and may this machine connect to it?",
    )


def _wait_for_one(client: Any, asked: Asked, connecting: float) -> None:
    wanted = asked.workers or 1
    try:
        client.wait_for_workers(wanted, timeout=connecting if asked.scheduler else 60)
    except TimeoutError:
        raise InputError(
            "INP032",
            "the scheduler has no workers"
            if asked.scheduler
            else f"{wanted} workers could not be started",
            hint="Start some: `dask worker ADDRESS --nthreads 1` on each machine, with clinmap.",
        ) from None
