"""`mirrors` of raw.yaml: what they become in the Plan, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.mirrors import EDC_KEY, mirrored
from clinmap.problems import SpecificationError
from clinmap.raw_formats import OdmOptions
from tests.small_study import EVENTS, RAW, compiled, refusal

MIRROR = """
    mirrors:
      odm:
        path: study.xml
        tables: {ev: IG.EV}
        key: [SUBJ, TERM]
"""


def raw(mirror: str = MIRROR) -> dict[str, str]:
    return {"raw.yaml": RAW.rstrip() + mirror}


def test_a_mirror_is_in_the_plan(tmp_path: Path) -> None:
    plan = compiled(tmp_path, raw(), XX=EVENTS).plan
    mirror = plan.mirrors["odm"]
    assert (mirror.path, mirror.tables, mirror.key) == (
        "study.xml", {"ev": "IG.EV"}, ("SUBJ", "TERM"),
    )  # fmt: skip


def test_tables_in_a_list_are_called_as_their_item_groups(tmp_path: Path) -> None:
    text = MIRROR.replace("{ev: IG.EV}", "[ev, pt]").replace("key: [SUBJ, TERM]", "key: [SUBJ]")
    mirror = compiled(tmp_path, raw(text), XX=EVENTS).plan.mirrors["odm"]
    assert mirror.tables == {"ev": "ev", "pt": "pt"}


def test_a_mirrored_plan_reads_the_tables_from_the_mirror(tmp_path: Path) -> None:
    plan = mirrored(compiled(tmp_path, raw(), XX=EVENTS).plan, "odm")
    table = plan.raw["ev"]
    assert (table.path, table.format, table.options) == ("study.xml", "odm", OdmOptions("IG.EV"))
    assert table.columns == ("SUBJ", "TERM", "START", "END", "SEV")
    assert plan.raw["pt"].format == "csv"
    assert not plan.mirrors


def test_a_mirror_that_there_is_not_has_a_near_match(tmp_path: Path) -> None:
    plan = compiled(tmp_path, raw(), XX=EVENTS).plan
    with pytest.raises(SpecificationError, match="SPC021") as caught:
        mirrored(plan, "odn")
    assert caught.value.hint == "Did you mean odm?"


def test_a_table_that_there_is_not_is_refused_at_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, raw(MIRROR.replace("{ev: IG.EV}", "[evv]")), XX=EVENTS)
    assert (error.code, error.hint) == ("SPC011", "Did you mean ev?")
    assert str(error.location).endswith("raw.yaml:7")


def test_a_key_that_the_table_has_not_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, raw(MIRROR.replace("TERM]", "TERN]")), XX=EVENTS)
    assert (error.code, error.hint) == ("SPC011", "Did you mean TERM?")


def test_the_usual_key_is_that_of_edc_exports(tmp_path: Path) -> None:
    columns = f"columns: [{', '.join(EDC_KEY)}, SUBJ, TERM, START, END, SEV]"
    text = RAW.replace("columns: [SUBJ, TERM, START, END, SEV]", columns).rstrip()
    files = {"raw.yaml": text + MIRROR.replace("        key: [SUBJ, TERM]\n", "")}
    assert compiled(tmp_path, files, XX=EVENTS).plan.mirrors["odm"].key == EDC_KEY
