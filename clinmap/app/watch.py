"""Watching a build: which stage it is in. Progress, benchmarks and tests are three watchers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol


class Watch(Protocol):
    """What a build tells as it goes; a benchmark measures between entry and exit of a stage."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """A stage begins, and ends when the block does."""
        ...

    def step(self, what: str) -> None:
        """Within the stage, something (a table, a dataset) is taken up."""
        ...


class Silence:
    """A watcher that does nothing."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def step(self, what: str) -> None:
        """Nothing."""


class PlainProgress:
    """One line for each stage, on the error stream: for logs and pipes."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Say the stage's name."""
        import sys

        print(f"clinmap: {name}", file=sys.stderr, flush=True)
        yield

    def step(self, what: str) -> None:
        """Nothing: a log needs no more than the stages."""


class LiveProgress:
    """A line on the terminal that says what is being done, and is gone in the end."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(stderr=True)
        self.status = self.console.status("")
        self.name = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Show the stage's name while it lasts."""
        self.name = name
        self.status.update(name)
        self.status.start()
        try:
            yield
        finally:
            self.status.stop()

    def step(self, what: str) -> None:
        """Show what is taken up beside the stage's name."""
        self.status.update(f"{self.name} [dim]{what}[/]")


def progress(quiet: bool) -> Watch:
    """The watcher for a person: live on a terminal, plain lines elsewhere, none when quiet."""
    import sys

    if quiet:
        return Silence()
    return LiveProgress() if sys.stderr.isatty() else PlainProgress()
