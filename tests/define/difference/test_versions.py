"""Define-XML 2.0 against 2.1: what is only the version is told once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from define.difference.compare import differences
from define.difference.difference import Difference
from define.document.model import Define, ItemOrigin
from define.document.read import read_define
from define.document.write import define_bytes
from tests.define.difference.disguises import as_20, swapped


def of_version(found: tuple[Difference, ...]) -> dict[str, tuple[str, str]]:
    """What the versions say otherwise, by what it is; anything else fails."""
    other = [
        d for d in found if d.path != "version" and (d.path, d.what) != ("document", "version")
    ]
    assert not other
    return {f"{d.what} {d.old or d.new}": (d.old, d.new) for d in found if d.path == "version"}


@pytest.mark.parametrize("seed", range(3))
def test_the_same_in_2_0_and_2_1_differs_only_by_version(golden: Path, seed: int) -> None:
    """Origins in other words, classes in capitals; what 2.0 cannot say is said so."""
    new = read_define(golden)
    old = swapped(as_20(new), Random(seed))
    found = of_version(differences(old, new))
    assert found["origin: reworded by the version CRF"] == ("CRF", "Collected · Investigator")
    assert found["origin: reworded by the version eDT"] == ("eDT", "Collected · Vendor")
    assert found["class: reworded by the version Findings"] == ("Findings", "FINDINGS")
    assert found["name of the standard: reworded by the version SDTM-IG"] == ("SDTM-IG", "SDTMIG")
    assert found["no data: only 2.1 can say it said"] == ("", "said")
    assert len(found) < 20


def test_and_the_other_way_round(golden: Path) -> None:
    """A 2.1 file against a 2.0 file."""
    old = read_define(golden)
    found = of_version(differences(old, as_20(old)))
    assert found["origin: reworded by the version Derived · Sponsor"] == (
        "Derived · Sponsor", "Derived",
    )  # fmt: skip


def test_the_places_are_named(golden: Path) -> None:
    """Which variables a rewording concerns."""
    new = read_define(golden)
    (vendor,) = (d for d in differences(as_20(new), new) if d.old == "eDT")
    assert vendor.places == ("LB.LBORRES where LBTESTCD is GLUC (Glucose)",)


def test_a_true_change_is_told_beside_the_version(golden: Path) -> None:
    """An origin that is another one, and a standard of another version."""
    new = read_define(golden)
    old = as_20(new)
    items = tuple(
        replace(i, origins=(ItemOrigin("eDT"),)) if i.oid == "IT.DM.AGE" else i for i in old.items
    )
    standards = tuple(replace(s, version="3.1.2") for s in old.standards)
    found = differences(replace(old, items=items, standards=standards), new)
    told = [(d.group, d.path, d.what, d.old, d.new) for d in found if d.path != "version"]
    assert told == [
        ("derivation", "DM.AGE", "origin", "eDT", "Collected · Investigator"),
        ("documents", "document", "version", "2.0.0", "2.1.0"),
        ("documents", "standard SDTMIG", "version", "3.1.2", "3.4"),
    ]


def test_two_files_of_2_0_are_compared_as_they_are(golden: Path) -> None:
    """CRF and eDT are two origins there, and nothing is put down to the version."""
    old = as_20(read_define(golden))
    assert differences(old, swapped(old, Random(2))) == ()
    items = tuple(
        replace(i, origins=(ItemOrigin("eDT"),)) if i.oid == "IT.DM.AGE" else i for i in old.items
    )
    (found,) = differences(old, replace(old, items=items))
    assert (found.path, found.old, found.new) == ("DM.AGE", "CRF", "eDT")


def test_a_2_0_file_read_and_written(golden: Path, tmp_path: Path) -> None:
    """Through a file: what was written and read again is the same."""
    made: Define = as_20(replace(read_define(golden), kept=None, original=None))
    (tmp_path / "old.xml").write_bytes(define_bytes(made))
    read = read_define(tmp_path / "old.xml")
    assert read.namespace == "2.0"
    assert differences(read, made) == ()
