"""What workers do in these tests; they import it by its name."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from signal import SIGKILL
from typing import Any, NoReturn

from clinmap.partition.task import PartResult, PartTask, build_part

EVENT = "CLINMAP_TEST_EVENT"


def doubled(number: int) -> int:
    return 2 * number


def failing(number: int) -> NoReturn:
    raise KeyError(number)


def killed(number: int) -> NoReturn:
    """The worker ends as if the system had ended it."""
    os.kill(os.getpid(), SIGKILL)
    raise AssertionError(number)


def stalled(number: Any) -> Any:
    """Double, but the first worker that comes here says who it is and waits to be killed."""
    _stall()
    return doubled(number)


def stalled_part(task: PartTask) -> PartResult:
    """A part; the first worker that takes one up waits to be killed."""
    _stall()
    return build_part(task)


def _stall() -> None:
    event = Path(os.environ[EVENT])
    try:
        with event.open("x", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")
    except FileExistsError:
        return
    time.sleep(120)


def kill_the_first(event: Path) -> threading.Thread:
    """End the worker that waits, as soon as it has said who it is."""

    def wait() -> None:
        while not event.exists() or not event.read_text(encoding="ascii").endswith("\n"):
            time.sleep(0.01)
        os.kill(int(event.read_text(encoding="ascii")), SIGKILL)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread
