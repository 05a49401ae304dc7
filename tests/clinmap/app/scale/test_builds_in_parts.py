"""A build in parts gives the package of a plain one, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinmap.app.scale import counting
from clinmap.app.scale.memory import held_now
from clinmap.partition import task
from tests.clinmap.app.conftest import Tiny
from tests.clinmap.app.scale.workers_at_work import EVENT, kill_the_first, stalled_part

Capsys = pytest.CaptureFixture[str]
NEVER = ("--fail-on", "never")


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def built(tiny: Tiny, *more: str) -> dict[str, bytes]:
    assert tiny.build(*NEVER, *more) == 0
    return files(tiny.out)


@pytest.fixture
def many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the study were far larger than the budget."""
    monkeypatch.setattr(counting, "PART_TAKES", 1e12)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with a worker."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0", memory_limit=0
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.usefixtures("many_parts")
def test_within_a_budget(tiny: Tiny) -> None:
    """Parts one after the other; the hidden folder beside the output is gone."""
    plain = built(tiny, "--full")
    assert built(tiny, "--full", "--memory", "4GB") == plain
    assert sorted(path.name for path in tiny.base.iterdir()) == ["package", "raw", "study"]


def test_problems_and_the_rows_that_they_name(tiny: Tiny) -> None:
    """A value without a term, and a key that rows of two parts share."""
    tiny.change("raw/events.csv", "SEVERE", "TERRIBLE")
    tiny.change("raw/subjects.csv", "0002,10", "0001,10")
    plain = built(tiny, "--full")
    assert b"TRM" in plain["problems.json"]
    assert built(tiny, "--full", "--memory", "4GB") == plain


def test_on_a_scheduler(tiny: Tiny, scheduler: str) -> None:
    """A whole build, one dataset with what it needs, and a rebuild after a change."""
    plain = built(tiny, "--full")
    assert built(tiny, "--full", "--scheduler", scheduler) == plain
    selected = built(tiny, "--full", "--select", "ADAE")
    assert built(tiny, "--full", "--select", "ADAE", "--scheduler", scheduler) == selected
    tiny.change("study/sdtm/ae.yaml", "case: upper", "case: lower")
    assert built(tiny, "--full") == built(tiny, "--scheduler", scheduler)


def test_a_worker_is_killed_on_the_way(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two workers of this machine; the first that takes up a part ends as by `kill -9`."""
    plain = built(tiny, "--full")
    event = tmp_path_factory.mktemp("event") / "pid"
    monkeypatch.setenv(EVENT, str(event))
    monkeypatch.setattr(task, "build_part", stalled_part)
    killer = kill_the_first(event)
    assert built(tiny, "--full", "--workers", "2") == plain
    assert not killer.is_alive()


def test_a_fault_on_a_worker_is_a_fault(
    tiny: Tiny, scheduler: str, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    """The exit code and the words are those of a build in one piece; nothing is written."""
    monkeypatch.setattr(task, "build_part", None)
    assert tiny.build("--scheduler", scheduler) == 3
    assert "internal error (TypeError)" in capsys.readouterr().err
    assert not tiny.out.exists()


@pytest.mark.skipif(not held_now(), reason="only Linux tells what is held")
def test_a_budget_that_cannot_be_kept(tiny: Tiny, capsys: Capsys) -> None:
    """INP036 names the budget that would do; the package is the same."""
    plain = built(tiny, "--full")
    capsys.readouterr()
    assert built(tiny, "--full", "--memory", "1MB", "--quiet") == plain
    said = capsys.readouterr().err
    assert "warning INP036: --memory 1MB could not be kept: the build held" in said
    assert "MB or more for this study" in said or "GB or more for this study" in said


def test_a_budget_that_is_kept_is_not_spoken_of(tiny: Tiny, capsys: Capsys) -> None:
    """Nothing on the error stream."""
    built(tiny, "--memory", "100GB", "--quiet")
    assert capsys.readouterr().err == ""
