"""What must be made before what, at the grain of variables."""

from __future__ import annotations

from pathlib import Path

from clinmap.graph import KEPT, ROWS, execution_order
from tests.small_study import EVENTS, OTHER, compiled

DATED = EVENTS + "      XXSTDTC: $START\n      XXDECOD: YY.YYTERM\n"


def order(folder: Path, **datasets: str) -> list[tuple[str, str]]:
    plan = compiled(folder, **datasets).plan
    return execution_order(plan, plan.of_purpose("Tabulation"))


def test_datasets_may_need_each_other(tmp_path: Path) -> None:
    nodes = order(tmp_path, XX=DATED, YY=OTHER)
    assert nodes.index(("XX", "XXSTDTC")) < nodes.index(("YY", "YYSTDTC"))
    assert nodes.index(("YY", "YYTERM")) < nodes.index(("XX", "XXDECOD"))


def test_every_node_comes_once(tmp_path: Path) -> None:
    nodes = order(tmp_path, XX=DATED, YY=OTHER)
    assert len(nodes) == len(set(nodes))
    assert {(name, what) for name in ("XX", "YY") for what in (ROWS, KEPT)} <= set(nodes)


def test_rows_are_dropped_before_they_are_numbered(tmp_path: Path) -> None:
    text = EVENTS + "    drop: [{when: \"starts(.XXTERM, 'x')\", reason: none}]\n"
    nodes = order(tmp_path, XX=text)
    wanted = [("XX", ROWS), ("XX", "XXTERM"), ("XX", KEPT), ("XX", "XXSEQ")]
    assert sorted(wanted, key=nodes.index) == wanted


def test_rows_may_be_chosen_by_a_variable_of_their_subject(tmp_path: Path) -> None:
    text = EVENTS.replace("from: ev", "from: ev\n    where: \"YY.YYTERM == 'a'\"")
    other = OTHER.replace("      YYSTDTC: {earliest: XX.XXSTDTC}\n", "")
    nodes = order(tmp_path, XX=text, YY=other)
    assert nodes.index(("YY", "YYTERM")) < nodes.index(("XX", ROWS))


def test_dataset_that_is_made_from_another_waits_for_its_rows(tmp_path: Path) -> None:
    text = OTHER.replace("from: pt", "from: XX").replace("$SITE", "$XXTERM")
    nodes = order(tmp_path, XX=DATED.replace("      XXDECOD: YY.YYTERM\n", ""), YY=text)
    assert nodes.index(("XX", KEPT)) < nodes.index(("YY", ROWS))
