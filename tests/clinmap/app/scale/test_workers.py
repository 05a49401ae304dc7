"""Parts on workers: lost ones, failing ones, and clusters that cannot be used."""

from __future__ import annotations

import importlib.util
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from clinmap.app.scale.asked import Asked
from clinmap.app.scale.cluster import threads_of, workers_of
from clinmap.app.scale.running import on_workers
from clinmap.app.scale.workers import check_workers, own_versions
from clinmap.problems import InputError
from tests.clinmap.app.scale.workers_at_work import (
    EVENT,
    doubled,
    failing,
    kill_the_first,
    killed,
    stalled,
)


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("event") / "pid"


@pytest.fixture(scope="module")
def client(event: Path) -> Iterator[Any]:
    """Two workers of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(EVENT, str(event))
        with workers_of(Asked(workers=2)) as found:
            yield found


def test_every_task_is_done_once(client: Any) -> None:
    """More tasks than workers, in any order."""
    assert threads_of(client) == 2
    assert sorted(on_workers(client, range(9), doubled)) == list(range(0, 18, 2))


def test_no_task_is_nothing(client: Any) -> None:
    """Nothing is waited for."""
    assert list(on_workers(client, [], doubled)) == []


def test_tasks_are_made_when_a_worker_will_be_free(client: Any) -> None:
    """Never all of them at a time: they hold the data."""
    made: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(40):
            made.append(number)
            yield number

    results = on_workers(client, tasks(), doubled)
    next(results)
    assert len(made) <= 2 * threads_of(client) + 1
    assert len(list(results)) == 39


def test_a_lost_worker_is_survived(client: Any, event: Path) -> None:
    """What it worked at is worked at again, and a new worker takes its place."""
    killer = kill_the_first(event)
    assert sorted(on_workers(client, range(6), stalled)) == [0, 2, 4, 6, 8, 10]
    killer.join(timeout=10)
    assert not killer.is_alive()
    client.wait_for_workers(2, timeout=60)


def test_an_exception_ends_the_run(client: Any) -> None:
    """It comes out as it is, at once and with its origin; the workers stay."""
    with pytest.raises(KeyError, match="1") as caught:
        list(on_workers(client, [1], failing))
    assert "in failing" in "".join(caught.value.__notes__)
    assert list(on_workers(client, [4], doubled)) == [8]


def test_a_part_that_ends_every_worker_is_given_up(client: Any) -> None:
    """INP034, with what to do."""
    with pytest.raises(InputError, match="smaller") as caught:
        list(on_workers(client, [1], killed))
    assert caught.value.code == "INP034"


# clusters that cannot be used


def refusal(asked: Asked, connecting: float = 0.5) -> InputError:
    """The error of a cluster, which comes within seconds."""
    start = time.monotonic()
    with pytest.raises(InputError) as caught, workers_of(asked, connecting):
        pass
    assert time.monotonic() - start < 30
    return caught.value


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_without_dask_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """INP030 names the command."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    error = refusal(Asked(workers=2))
    assert error.code == "INP030"
    assert "pip install 'clinmap[scale]'" in error.hint


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:{port}", "cannot be reached"),
        ("127.0.0.1:{port}", "cannot be reached"),
        ("tcp://127.0.0.1", "has no port"),
        ("http://127.0.0.1:{port}", "tcp:// or tls://"),
        ("tcp://a:port", "has no host"),
        ("nowhere", "neither the address of a scheduler nor a file"),
    ],
)
def test_a_scheduler_that_cannot_be_reached(address: str, said: str) -> None:
    """INP031, and how an address is written."""
    error = refusal(Asked(scheduler=address.format(port=free_port())))
    assert error.code == "INP031"
    assert said in error.message
    assert "tcp://HOST:8786" in error.hint


def test_a_file_of_something_else(tmp_path: Path) -> None:
    """INP031 for a file that no scheduler wrote."""
    path = tmp_path / "scheduler.json"
    path.write_text("{}", encoding="utf-8")
    error = refusal(Asked(scheduler=str(path)))
    assert (error.code, "scheduler.json" in error.message) == ("INP031", True)


def test_something_else_that_listens() -> None:
    """INP031 where the other side says nothing."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        error = refusal(Asked(scheduler=f"tcp://127.0.0.1:{other.getsockname()[1]}"))
    assert (error.code, "no scheduler answers" in error.message) == ("INP031", True)


def test_a_scheduler_without_workers(tmp_path: Path) -> None:
    """INP032; the scheduler is named by the file that it would write."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=0, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address=":0"
    ) as cluster:
        path = tmp_path / "scheduler.json"
        path.write_text(json.dumps({"address": cluster.scheduler_address}), encoding="utf-8")
        assert refusal(Asked(scheduler=str(path)), connecting=3).code == "INP032"


Ask = Callable[[Callable[[], Any]], Mapping[str, Any]]


def answering(**other: str) -> Ask:
    """Two workers, the second of which has other versions."""
    return lambda ask: {"tcp://a:1": ask(), "tcp://b:2": {**ask(), **other}}


def test_workers_of_the_same_versions_are_taken() -> None:
    """Nothing is said of them."""
    check_workers(answering())


@pytest.mark.parametrize("name", sorted(own_versions()))
def test_workers_of_another_version_are_refused(name: str) -> None:
    """INP033 names the library, both versions, and the worker."""
    with pytest.raises(InputError, match="tcp://b:2") as caught:
        check_workers(answering(**{name: "0.0"}))
    assert caught.value.code == "INP033"
    assert f"{name} is 0.0 on" in caught.value.message
    assert "tcp://a:1" not in caught.value.message


def test_workers_without_clinmap_are_refused() -> None:
    """INP033 names what is missing there."""

    def ask(_: object) -> Mapping[str, Any]:
        raise ModuleNotFoundError("no", name="clinmap")

    with pytest.raises(InputError, match="the workers have no clinmap"):
        check_workers(ask)
