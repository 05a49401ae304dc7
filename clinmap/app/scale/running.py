"""Running parts: on workers, each as soon as one is free, and results as they come."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from clinmap.app.scale.cluster import threads_of
from clinmap.app.scale.parcels import Parcel, packed, unpacked, worked
from clinmap.problems import InputError

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 1
"""How many parts wait at the scheduler for each that is worked at, so that no worker is idle."""

Work = Callable[[Any], Any]


def on_workers(client: Client, tasks: Iterable[Any], work: Work) -> Iterator[Any]:
    """What `work` makes of each task, in the order in which they are finished.

    A task is taken up when a worker will soon be free for it, and stays with the scheduler until it
    is done: one whose worker is lost is worked at anew by another. An exception ends the run, and
    is raised here as if the work had been done here.

    Problems: InputError INP034 for a part that several workers were lost at, INP035 where the
    scheduler is lost.
    """
    from distributed import as_completed

    run, waiting = uuid.uuid4().hex[:8], enumerate(tasks)
    first = list(islice(waiting, threads_of(client) * (1 + AHEAD)))
    sent = [_submitted(client, run, item, work) for item in first]
    futures = as_completed(sent, loop=client.loop)
    for future in futures:
        parcel = _gathered(future)
        future.release()
        for item in islice(waiting, 1):
            futures.add(_submitted(client, run, item, work))
        yield unpacked(parcel)


def _submitted(client: Client, run: str, item: tuple[int, Any], work: Work) -> Future:
    number, task = item
    key = f"clinmap-{run}-part-{number + 1}"
    return client.submit(worked, packed(number, task), work, key=key, pure=False)


def _gathered(future: Future) -> Parcel:
    """What a worker sent back; the loss of workers or of the scheduler is said in our words."""
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    try:
        found: Parcel = future.result()
    except KilledWorker:
        raise InputError(
            "INP034",
            "one part of the study ended every worker that took it up",
            hint="Most likely they have too little memory: start workers with more of it, or give "
            "--memory a smaller budget, so that parts are smaller.",
        ) from None
    except (FutureCancelledError, CommClosedError, OSError):
        raise InputError(
            "INP035",
            "the connection to the scheduler was lost; nothing was written",
            hint="Start the scheduler and its workers anew, and build again.",
        ) from None
    return found
