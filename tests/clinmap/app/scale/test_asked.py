"""What a person may ask for, and what is said of a slip."""

from __future__ import annotations

import pytest

from clinmap.app.command_line import run
from clinmap.app.scale.asked import Asked, memory_of, workers_of

Capsys = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("text", "size"),
    [("2GB", 2 * 10**9), (" 1.5 gib ", 1_610_612_736), ("800MB", 8 * 10**8), ("1tb", 10**12)],
)
def test_amounts_of_memory(text: str, size: int) -> None:
    """Decimal and binary units, in any case."""
    assert memory_of(text) == size


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2G", "did you mean 2GB?"),
        ("500", "did you mean 500GB?"),
        ("1.5mo", "did you mean 1.5MB?"),
        ("plenty", "no amount of memory"),
        ("5KB", "less than a megabyte"),
        ("-2GB", "no amount of memory"),
    ],
)
def test_a_slip_gets_a_hint(text: str, said: str) -> None:
    """What is meant is named."""
    with pytest.raises(ValueError, match=r".") as error:
        memory_of(text)
    assert said in str(error.value)


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_no_number_of_workers(text: str) -> None:
    """Workers are counted from one."""
    with pytest.raises(ValueError, match="no number of workers"):
        workers_of(text)


def test_nothing_asked_for_is_a_build_in_one_piece() -> None:
    """Any one of the three makes parts."""
    assert not Asked().in_parts
    assert all(one.in_parts for one in (Asked(memory=1), Asked(workers=1), Asked(scheduler="x")))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--memory", "2G"], "did you mean 2GB?"),
        (["--workers", "none"], "no number of workers"),
        (["--workers", "2", "--scheduler", "tcp://a:1"], "not allowed with"),
    ],
)
def test_the_command_line_says_it(options: list[str], said: str, capsys: Capsys) -> None:
    """As of any other argument; the exit code is that of a wrong call."""
    with pytest.raises(SystemExit) as stopped:
        run(["build", "s", "--raw", "r", "--out", "o", *options])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
