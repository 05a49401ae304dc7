"""How many parts there are: enough for the budget, and for the workers."""

from __future__ import annotations

import pytest

from clinmap.app.scale.counting import MOST, PART_TAKES, WORKER_BYTES, for_memory, for_workers

GB = 10**9


@pytest.mark.parametrize("raw", [10**6, GB, 20 * GB])
@pytest.mark.parametrize("budget", [GB, 2 * GB, 8 * GB])
def test_a_part_fits_the_budget(raw: int, budget: int) -> None:
    """Beside what is held already, and with no more parts than that takes."""
    held = 200_000_000
    count = for_memory(raw, held, budget)
    assert raw * PART_TAKES / count <= budget - held
    assert count == 1 or raw * PART_TAKES / (count - 1) > budget - held


def test_a_budget_that_is_spent_already() -> None:
    """As many parts as there may be."""
    assert for_memory(GB, GB, GB) == MOST
    assert for_memory(GB, 2 * GB, GB) == MOST


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("raw", [0, 10**6, GB])
def test_workers_have_as_many_parts_as_another(raw: int, threads: int) -> None:
    """And no part is large."""
    count = for_workers(raw, threads)
    assert count % threads == 0
    assert count >= threads
    assert raw / count <= WORKER_BYTES


def test_workers_keep_a_budget_too() -> None:
    """With one, each part takes no more than that of a worker."""
    assert GB * PART_TAKES / for_workers(GB, 2, budget=500_000_000) <= 500_000_000
