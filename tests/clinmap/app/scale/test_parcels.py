"""What travels to a worker and back shows no data, and errors come out as they were."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from clinmap.app.scale.parcels import WorkerFault, packed, unpacked, worked
from clinmap.problems import InputError, Location

SUBJECT = "1015-001"


class Unbearable(Exception):
    """An exception that holds what cannot be sent."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.held = lambda: text


def doubled(number: int) -> int:
    return 2 * number


def refused(_: Any) -> NoReturn:
    raise InputError("INP006", "the file is damaged", location=Location("a.csv", 3), hint="Ask.")


def missing(key: str) -> Any:
    return {}[key]


def unbearable(_: Any) -> NoReturn:
    raise Unbearable("a")


def test_a_parcel_shows_no_data() -> None:
    """Dask's logs and pages may show what it is given."""
    parcel = packed(3, {"subject": SUBJECT})
    assert repr(parcel) == "part 3"
    assert SUBJECT not in f"{parcel} {[parcel]} {(parcel,)}"


def test_a_result_comes_back_under_its_number() -> None:
    """The work is done on what was packed."""
    parcel = worked(packed(7, 21), doubled)
    assert parcel.number == 7
    assert unpacked(parcel) == 42


def test_an_error_of_ours_comes_back_whole() -> None:
    """With code, place and hint."""
    with pytest.raises(InputError) as caught:
        unpacked(worked(packed(0, 1), refused))
    error = caught.value
    assert (error.code, error.location, error.hint) == ("INP006", Location("a.csv", 3), "Ask.")


def test_another_exception_comes_back_as_itself() -> None:
    """It says where it came from."""
    with pytest.raises(KeyError) as caught:
        unpacked(worked(packed(0, "x"), missing))
    assert "in missing" in "".join(caught.value.__notes__)


def test_an_exception_that_cannot_travel_is_named() -> None:
    """Its class is known, and what it came from."""
    with pytest.raises(WorkerFault, match=r"^Unbearable") as caught:
        unpacked(worked(packed(0, 1), unbearable))
    assert "in unbearable" in "".join(caught.value.__notes__)
