"""From the units of concentrations, times and doses to that of a parameter."""

from __future__ import annotations

import pytest

from adam.pharmacokinetics.parameters import dimensions
from adam.pharmacokinetics.result_unit import unit_factor

UNITS = ("ng/mL", "h", "mg")


@pytest.mark.parametrize(
    ("code", "target", "factor"),
    [
        ("CLFO", "L/h", 1000), ("CLFO", "mL/min", 1e6 / 60), ("VZFO", "L", 1000),
        ("AUCLST", "h*ng/mL", 1), ("AUCLST", "h*ug/mL", 0.001), ("AUMCLST", "h*h*ng/mL", 1),
        ("TMAX", "min", 60), ("LAMZ", "1/min", 1 / 60), ("CMAXD", "ng/mL/mg", 1),
    ],
)  # fmt: skip
def test_the_factor_of_a_parameter(code: str, target: str, factor: float) -> None:
    made = unit_factor(dimensions("extravascular")[code], UNITS, target)
    assert made is not None
    assert float(made) == pytest.approx(factor)


@pytest.mark.parametrize("target", ["h", "mg", "furlong", "", "ng*mL"])
def test_a_unit_of_something_else_has_no_factor(target: str) -> None:
    assert unit_factor((1, 0, 0), UNITS, target) is None


def test_an_unknown_unit_has_no_factor_where_it_is_needed() -> None:
    assert unit_factor((1, 0, 0), ("ng/mL", "h", ""), "ug/mL") is not None
    assert unit_factor((-1, -1, 1), ("ng/mL", "h", ""), "L/h") is None
