"""The language of --select: names, classes, states, what is before and behind, and algebra."""

from __future__ import annotations

import pytest

from clinmap.app.build.selection import States, chosen_datasets, select
from clinmap.app.errors import each_error
from clinmap.app.registry import registry
from clinmap.plan import Plan
from clinmap.problems import ClinmapError, SpecificationError
from mappings.compile import compile_study
from tests.clinmap.app.conftest import Tiny


@pytest.fixture
def plan(tiny: Tiny) -> Plan:
    return compile_study(str(tiny.study), registry()).plan


def states(state: str) -> list[str]:
    return {"changed": ["AE", "SUPPAE", "ADAE"], "failed": ["DM"], "new": []}.get(state, [])


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("AE", "AE SUPPAE"),
        ("SUPPAE", "SUPPAE"),
        ("ae,dm", "AE SUPPAE DM"),
        ("AE+", "AE SUPPAE ADAE"),
        ("+ADAE", "ADAE ADSL AE SUPPAE DM"),
        ("+ADSL", "ADSL DM"),
        ("+ADSL+", "ADSL DM ADAE"),
        ("sdtm", "DM AE SUPPAE"),
        ("adam", "ADSL ADAE"),
        ("adam-ADSL", "ADAE"),
        ("adam!adsl", "ADAE"),
        ("adam,-ADSL", "ADAE"),
        ("-sdtm", "ADSL ADAE"),
        ("AE-SUPPAE", "AE"),
        ("events", "AE SUPPAE"),
        ("special_purpose", "DM"),
        ("occds", "ADAE"),
        ("AD*", "ADSL ADAE"),
        ("AD%", "ADSL ADAE"),
        ("*AE", "AE SUPPAE ADAE"),
        ("sdtm/AE+", "AE SUPPAE"),
        ("sdtm&+ADSL", "DM"),
        ("state:changed", "AE SUPPAE ADAE"),
        ("sdtm/state:changed", "AE SUPPAE"),
        ("state:failed+-sdtm", "ADSL ADAE"),
        ("state:new", ""),
    ],
)  # fmt: skip
def test_selections(plan: Plan, asked: str, chosen: str) -> None:
    assert chosen_datasets(plan, [asked], states) == set(chosen.split())


def test_items_add_up_and_are_taken_away_in_turn(plan: Plan) -> None:
    assert chosen_datasets(plan, ["sdtm", "ADSL", "-DM", "ADAE"]) == {
        "AE", "SUPPAE", "ADSL", "ADAE",
    }  # fmt: skip
    assert chosen_datasets(plan, ["DM", "-sdtm", "DM"]) == {"DM"}


def test_what_is_made_from_a_dataset_is_told_by_variables() -> None:
    plan = compile_study("n2011-04", registry()).plan
    behind = chosen_datasets(plan, ["SV+"])
    assert "SV" in behind
    assert not {"DM", "AE", "ADSL"} & behind
    assert {"ADAE", "DM"} <= chosen_datasets(plan, ["AE+"])
    assert "ADAE" not in chosen_datasets(plan, ["VS+"])


def test_nothing_said_is_everything(plan: Plan) -> None:
    assert select(plan, []).whole
    assert chosen_datasets(plan, []) == {d.name for d in plan.datasets}


def test_selection_is_written_and_what_it_needs_is_built(plan: Plan) -> None:
    chosen = select(plan, ["adam-ADSL"])
    assert chosen.write == {"ADAE"}
    assert {d.name for d in chosen.build} == {"DM", "AE", "SUPPAE", "ADSL", "ADAE"}


def refused(plan: Plan, *items: str, known: States | None = None) -> list[ClinmapError]:
    with pytest.raises(ClinmapError) as caught:
        select(plan, items, known)
    return list(each_error(caught.value))


def test_names_that_match_nothing_are_refused_together(plan: Plan) -> None:
    first, second = sorted(refused(plan, "AEE", "sdtm-finding"), key=str)
    assert (first.code, first.hint) == ("SPC021", "Did you mean AE?")
    assert second.code == "SPC021"
    assert "FINDING" in second.message


def test_near_match_of_a_class_and_of_a_state(plan: Plan) -> None:
    assert "events" in refused(plan, "event")[0].hint
    assert "state:changed" in refused(plan, "state:change")[0].hint


@pytest.mark.parametrize("item", ["AE-", "/AE", "AE//DM", "+"])
def test_a_sign_without_a_name_is_refused(plan: Plan, item: str) -> None:
    (error, *_) = refused(plan, item)
    assert (error.code, "sign" in error.message) == ("SPC021", True)


def test_choosing_nothing_is_no_selection_to_build(plan: Plan) -> None:
    assert refused(plan, "AE-AE")[0].code == "SPC021"
    assert refused(plan, "state:new", known=states)[0].code == "SPC021"


def test_a_state_needs_a_package(plan: Plan) -> None:
    with pytest.raises(SpecificationError) as caught:
        chosen_datasets(plan, ["state:changed"])
    assert caught.value.code == "SPC072"


def test_build_of_a_selection(tiny: Tiny, capsys: pytest.CaptureFixture[str]) -> None:
    assert tiny.build("--select", "adam-ADSL", "DM", "--quiet") == 0, capsys.readouterr()
    assert {path.name for path in tiny.out.glob("m5/**/*.xpt")} == {"dm.xpt", "adae.xpt"}
