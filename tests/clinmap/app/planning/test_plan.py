"""`clinmap plan`: what a build would make, from what, what is missing, and what has changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clinmap.app.main import main
from clinmap.app.planning.outline import build_order
from clinmap.app.registry import registry
from clinmap.graph import execution_order
from mappings.compile import compile_study
from tests.clinmap.app.conftest import Tiny
from tests.clinmap.app.test_start_up import run

Capsys = pytest.CaptureFixture[str]


def planned(tiny: Tiny, capsys: Capsys, *more: str, code: int = 0) -> dict[str, Any]:
    raw = ("--raw", str(tiny.raw))
    assert main(["plan", str(tiny.study), *raw, "--format", "json", *more]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {d["name"]: d["state"] for d in found["datasets"]}


def test_order_and_what_each_is_made_from(tiny: Tiny, capsys: Capsys) -> None:
    found = planned(tiny, capsys)
    by_name = {d["name"]: d for d in found["datasets"]}
    assert list(by_name) == ["DM", "AE", "SUPPAE", "ADSL", "ADAE"]
    assert by_name["ADAE"]["datasets"] == {
        "AE": ["AESEQ", "AESTDTC", "AETERM", "STUDYID", "USUBJID"],
        "ADSL": ["TRTSDT", "USUBJID"],
    }
    assert set(by_name["AE"]["raw"]) == {"events"}
    assert by_name["AE"]["qualifiers"] == 1
    assert states(found) == dict.fromkeys(by_name, "")


def test_raw_tables_with_their_files(tiny: Tiny, capsys: Capsys) -> None:
    tables = {t["name"]: t for t in planned(tiny, capsys)["tables"]}
    events = tables["events"]
    assert events["bytes"] == (tiny.raw / "events.csv").stat().st_size
    assert (events["state"], events["read_by"]) == ("present", ["AE"])
    assert events["columns"] == ["BEGAN", "NOTE", "SEV", "SUBJ", "TERM"]


def test_a_missing_file_is_told_by_text_and_exit_code(tiny: Tiny, capsys: Capsys) -> None:
    (tiny.raw / "events.csv").unlink()
    assert main(["plan", str(tiny.study), "--raw", str(tiny.raw)]) == 1
    said = capsys.readouterr().out
    assert "Without a file: events.csv." in said
    assert main(["plan", str(tiny.study), "--raw", str(tiny.raw), "--select", "DM"]) == 0


def test_selection_says_what_is_only_needed(tiny: Tiny, capsys: Capsys) -> None:
    found = planned(tiny, capsys, "--select", "adam-ADSL")
    assert {d["name"] for d in found["datasets"] if d["written"]} == {"ADAE"}
    assert {d["name"] for d in found["datasets"]} == {"DM", "AE", "SUPPAE", "ADSL", "ADAE"}


def test_selection_that_only_takes_away(tiny: Tiny, capsys: Capsys) -> None:
    found = planned(tiny, capsys, "--select=-adam")
    assert [d["name"] for d in found["datasets"]] == ["DM", "AE", "SUPPAE"]


def test_nothing_has_changed_after_a_build(built: Tiny, capsys: Capsys) -> None:
    found = planned(built, capsys, "--out", str(built.out))
    assert set(states(found).values()) == {"unchanged"}


def test_a_touched_mapping_changes_what_rests_on_it(built: Tiny, capsys: Capsys) -> None:
    built.change("study/sdtm/ae.yaml", "AETERM: $TERM", "AETERM: {assign: $TERM, case: upper}")
    found = planned(built, capsys, "--out", str(built.out))
    assert states(found) == {
        "DM": "unchanged", "AE": "changed", "SUPPAE": "changed", "ADSL": "unchanged",
        "ADAE": "changed",
    }  # fmt: skip
    why = {d["name"]: d["why"] for d in found["datasets"]}
    assert (why["AE"], why["ADAE"]) == (
        "its AETERM", "made from AE",
    )  # fmt: skip


def test_a_touched_file_is_named_as_the_reason(built: Tiny, capsys: Capsys) -> None:
    built.change("raw/events.csv", "MILD", "SEVERE")
    assert main(
        ["plan", str(built.study), "--raw", str(built.raw), "--out", str(built.out)]
    ) == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "raw table events" in said
    assert "Beside package: 3 changed, 2 unchanged." in said


def test_states_choose_datasets(built: Tiny, capsys: Capsys) -> None:
    built.change("raw/events.csv", "MILD", "SEVERE")
    (built.study / "adam" / "more.yaml").write_text(
        (built.study / "adam" / "adae.yaml").read_text("utf-8").replace("ADAE", "ADAEX", 1),
        encoding="utf-8",
    )
    package = ("--state", str(built.out))

    def chosen(item: str) -> set[str]:
        found = planned(built, capsys, *package, "--select", item)
        return {d["name"] for d in found["datasets"] if d["written"]}

    assert chosen("state:new") == {"ADAEX"}
    assert chosen("state:changed") == {"AE", "SUPPAE", "ADAE", "ADAEX"}
    assert chosen("adam/state:unchanged") == {"ADSL"}
    assert chosen("state:failed") == set()


def test_build_of_what_has_changed(built: Tiny, capsys: Capsys) -> None:
    built.change("raw/events.csv", "MILD", "SEVERE")
    out = built.base / "changed"
    command = ["build", str(built.study), "--raw", str(built.raw), "--quiet"]
    state = ["--select", "state:changed/sdtm", "--state", str(built.out)]
    assert main([*command, *state, "--out", str(out)]) == 0, capsys.readouterr()
    assert {path.name for path in out.glob("m5/**/*.xpt")} == {"ae.xpt", "suppae.xpt"}


def test_a_state_beside_no_package_is_refused(tiny: Tiny, capsys: Capsys) -> None:
    raw = ("--raw", str(tiny.raw))
    assert main(["plan", str(tiny.study), *raw, "--state", str(tiny.base)]) == 2
    assert "INP001" in capsys.readouterr().err
    assert main(["plan", str(tiny.study), "--state", str(tiny.base)]) == 2
    assert "SPC072" in capsys.readouterr().err
    assert main(["plan", str(tiny.study), "--select", "state:changed"]) == 2
    assert "SPC072" in capsys.readouterr().err


def test_graph(tiny: Tiny, capsys: Capsys) -> None:
    assert main(["plan", str(tiny.study), "--format", "dot"]) == 0
    said = capsys.readouterr().out
    assert '"raw:events" -> "AE";' in said
    assert '"AE" -> "ADAE";' in said
    assert said.count("->") == 6, said


def test_nothing_heavy_is_loaded(built: Tiny) -> None:
    raw = ("--raw", str(built.raw), "--out", str(built.out))
    done = run("plan", str(built.study), *raw)
    assert done.returncode == 0, done.stderr


def test_datasets_are_finished_in_an_order_that_the_engine_can_keep() -> None:
    """ADaM datasets that share no circle come after those they are made from."""
    plan = compile_study("cdiscpilot01", registry()).plan
    order = [dataset.name for dataset in build_order(plan, plan.datasets)]
    assert sorted(order) == sorted(dataset.name for dataset in plan.datasets)
    analysis = [d.name for d in plan.of_purpose("Analysis")]
    last = {name: number for number, (name, _) in enumerate(
        execution_order(plan, plan.of_purpose("Analysis")))}  # fmt: skip
    assert set(analysis) == set(last)
    assert order.index("ADSL") < order.index("ADAE")
    for name in (d.name for d in plan.datasets if d.parent):
        assert order.index(name) == order.index(name.removeprefix("SUPP")) + 1


def test_file_is_seen_from_the_folder(tmp_path: Path, tiny: Tiny, capsys: Capsys) -> None:
    assert main(["plan", str(tiny.study), "--raw", str(tmp_path / "nowhere")]) == 1
    assert "subjects.csv, events.csv" in capsys.readouterr().out
