"""check_define finds each thing that is broken, and nothing in a document that is true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd
import pytest

from clinmap.problems import Problem
from define.audit.check import check_define
from define.audit.data import Dataset, columns_of
from define.document.model import (
    Comment,
    Define,
    Item,
    ItemGroup,
    ItemOrigin,
    ItemRef,
    Standard,
    Term,
    WhereClause,
)
from tests.define.small_data import FRAMES, NAMES

Change = Callable[[Define], Define]


def datasets(frames: Mapping[str, pd.DataFrame]) -> list[Dataset]:
    """Frames as the datasets of a folder."""
    return [Dataset(name, frame, columns_of(frame)) for name, frame in frames.items()]


SDTM = {name: FRAMES[name] for name in NAMES["Tabulation"]}
ADAM = {name: FRAMES[name] for name in NAMES["Analysis"]}


def found(define: Define, frames: Mapping[str, pd.DataFrame] = SDTM) -> set[str]:
    """The codes of what is wrong."""
    return {problem.code for problem in check_define(define, datasets(frames))}


def with_item(oid: str, **changes: object) -> Change:
    """Change one item."""

    def change(define: Define) -> Define:
        items = tuple(
            replace(item, **changes) if item.oid == oid else item  # type: ignore[arg-type]
            for item in define.items
        )
        return replace(define, items=items)

    return change


def with_group(name: str, edit: Callable[[ItemGroup], ItemGroup]) -> Change:
    """Change one dataset."""
    return lambda define: replace(
        define,
        item_groups=tuple(edit(g) if g.name == name else g for g in define.item_groups),
    )


def with_ref(name: str, oid: str, **changes: object) -> Change:
    """Change one reference to an item."""

    def edit(group: ItemGroup) -> ItemGroup:
        refs = tuple(
            replace(ref, **changes) if ref.item_oid == oid else ref  # type: ignore[arg-type]
            for ref in group.refs
        )
        return replace(group, refs=refs)

    return with_group(name, edit)


def with_codelist(oid: str, **changes: object) -> Change:
    """Change one codelist."""
    return lambda define: replace(
        define,
        codelists=tuple(
            replace(c, **changes) if c.oid == oid else c  # type: ignore[arg-type]
            for c in define.codelists
        ),
    )


def with_clause(oid: str, *values: str) -> Change:
    """Give a where clause other values."""

    def edit(clause: WhereClause) -> WhereClause:
        check = replace(clause.checks[0], comparator="IN", values=values)
        return replace(clause, checks=(check, *clause.checks[1:]))

    return lambda define: replace(
        define,
        where_clauses=tuple(edit(c) if c.oid == oid else c for c in define.where_clauses),
    )


def without_term(codelist: str, value: str) -> Change:
    """Take a term out of a codelist."""

    def change(define: Define) -> Define:
        terms = next(c.terms for c in define.codelists if c.oid == codelist)
        kept = tuple(term for term in terms if term.value != value)
        return with_codelist(codelist, terms=kept)(define)

    return change


def shortened(*, keep: int) -> Change:
    """Leave out value-level items of LBORRES."""

    def change(define: Define) -> Define:
        lists = tuple(
            replace(v, refs=v.refs[:keep]) if v.oid == "VL.LB.LBORRES" else v
            for v in define.value_lists
        )
        return replace(define, value_lists=lists)

    return change


MUTATIONS: list[tuple[str, Change]] = [
    ("DEF001", with_item("IT.DM.SEX", codelist_oid="CL.NONE")),
    ("DEF001", with_ref("DM", "IT.DM.AGE", method_oid="MT.NONE")),
    ("DEF001", with_item("IT.DM.AGE", comment_oid="COM.NONE")),
    ("DEF001", with_group("DM", lambda g: replace(g, archive_location_id="LF.NONE"))),
    ("DEF001", with_group("DM", lambda g: replace(g, standard_oid="STD.NONE"))),
    ("DEF001", lambda d: replace(d, value_lists=d.value_lists[1:])),
    ("DEF001", lambda d: replace(d, where_clauses=d.where_clauses[1:])),
    ("DEF001", lambda d: replace(d, items=d.items[1:])),
    ("DEF001", lambda d: replace(d, leaves=())),
    ("DEF002", lambda d: replace(d, comments=(*d.comments, Comment("COM.X", "x")))),
    ("DEF002", lambda d: replace(d, items=(*d.items, Item("IT.X", "X", "text", 1)))),
    ("DEF002", lambda d: replace(d, standards=(*d.standards, Standard("S", "X", "IG", "1")))),
    ("DEF003", lambda d: replace(d, items=(*d.items, d.items[0]))),
    ("DEF003", lambda d: replace(d, item_groups=(*d.item_groups, d.item_groups[0]))),
    ("DEF003", with_item("IT.DM.SEX", name="AGE")),
    ("DEF004", lambda d: replace(d, item_groups=d.item_groups[1:])),
    ("DEF005", with_group("DM", lambda g: replace(g, name="DX"))),
    ("DEF006", with_group("DM", lambda g: replace(g, refs=g.refs[:-1]))),
    ("DEF007", with_item("IT.DM.SEX", name="SEXX")),
    ("DEF008", with_item("IT.AE.AETERM", length=4)),
    ("DEF029", with_item("IT.AE.AETERM", length=None)),
    ("DEF008", with_item("IT.LB.LBORRES.COLOR", length=5)),
    ("DEF009", with_item("IT.AE.AETERM", length=200)),
    ("DEF062", with_item("IT.DM.SEX", data_type="integer")),
    ("DEF010", with_item("IT.LB.LBORRES.GLUC", data_type="integer")),
    ("DEF010", with_item("IT.LB.LBORRES.VMACREAT", data_type="float", significant_digits=1)),
    ("DEF010", with_item("IT.AE.AETERM", data_type="partialDatetime")),
    ("DEF011", with_item("IT.LB.LBSTRESN", significant_digits=1)),
    ("DEF030", with_item("IT.LB.LBSTRESN.GLUC", significant_digits=None)),
    ("DEF012", without_term("CL.SEX", "F")),
    ("DEF012", without_term("CL.UNIT.LB.LBORRESU", "g/L")),
    ("DEF012", with_item("IT.LB.LBORRESU.ALB", codelist_oid="CL.UNIT.LB.LBORRESU.GLUC")),
    ("DEF013", with_ref("AE", "IT.AE.USUBJID", key_sequence=None)),
    ("DEF013", with_group("DM", lambda g: replace(
        g, refs=tuple(replace(r, key_sequence=None) for r in g.refs)))),
    ("DEF014", with_clause("WC.LB.LBTESTCD.ALB", "NONE")),
    ("DEF014", with_clause("WC.SUPPAE.QNAM.AEDUR", "AEDURX")),
    ("DEF015", shortened(keep=3)),
    ("DEF016", with_ref("AE", "IT.AE.AESEQ", method_oid="")),
    ("DEF017", with_item("IT.DM.SEX", origins=())),
    ("DEF017", with_item("IT.DM.SEX", origins=(ItemOrigin("Predecessor"),))),
    ("DEF017", with_item("IT.DM.SEX", origins=(ItemOrigin("Collected"),))),
    ("DEF018", with_ref("DM", "IT.DM.SEX", no_data=True)),
    ("DEF018", with_ref("DM", "IT.DM.DTHDTC", no_data=False)),
    ("DEF018", with_group("DM", lambda g: replace(g, no_data=True))),
    ("DEF018", with_group("CE", lambda g: replace(g, no_data=False))),
    ("DEF019", with_codelist("CL.COLOR", terms=(Term("YELLOW"), Term("RED")))),
    ("DEF021", with_group("DM", lambda g: replace(g, standard_oid=""))),
    ("DEF021", with_codelist("CL.SEX", standard_oid="")),
]  # fmt: skip


def test_a_true_document_is_clean(sdtm: Define, adam: Define) -> None:
    """What was built from the facts of the data agrees with the data."""
    assert check_define(sdtm, datasets(SDTM)) == []
    assert check_define(adam, datasets(ADAM)) == []


@pytest.mark.parametrize(("code", "change"), MUTATIONS)
def test_each_fault_is_found(code: str, change: Change, sdtm: Define) -> None:
    """One thing is broken in the document."""
    assert code in found(change(sdtm))


def changed(dataset: str, **columns: list[object]) -> dict[str, pd.DataFrame]:
    """The data with other values in a column, or one more."""
    frame = SDTM[dataset]
    made = {
        n: pd.Series(v, dtype="str" if isinstance(v[0], str) else "float64")
        for n, v in columns.items()
    }
    return {**SDTM, dataset: frame.assign(**made)}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "frames"),
    [
        ("DEF008", changed("AE", AETERM=["A LONG TERM", "RASH", "PAIN"])),
        ("DEF012", changed("DM", SEX=["F", "U"])),
        ("DEF006", changed("DM", ARM=["A", "A"])),
        ("DEF018", changed("DM", DTHDTC=["2014-01-01", None])),
        ("DEF010", changed("DM", AGE=[4.5, 11])),
        ("DEF005", {n: f for n, f in SDTM.items() if n != "LB"}),
        ("DEF004", {**SDTM, "VS": SDTM["DM"]}),
    ],
)
def test_data_that_changed_are_found(
    code: str, frames: Mapping[str, pd.DataFrame], sdtm: Define
) -> None:
    """The document is of yesterday, the data are of today."""
    assert code in found(sdtm, frames)


def test_messages_name_the_place(sdtm: Define) -> None:
    """Dataset, variable, and what to look for."""
    broken = with_item("IT.AE.AETERM", length=4)(sdtm)
    problem: Problem = check_define(broken, datasets(SDTM))[0]
    assert problem.key == ("DEF008", "AE", "AETERM")
    assert problem.message == "AE.AETERM has Length 4, the longest value has 5"


def test_a_length_may_serve_several_groups(sdtm: Define) -> None:
    """One item for two tests is as long as the longer one."""
    merged = with_clause("WC.LB.LBTESTCD.ALB", "ALB", "VMACREAT")(sdtm)
    merged = with_item("IT.LB.LBORRES.ALB", data_type="text", length=4)(merged)
    assert "DEF009" not in {
        p.code for p in check_define(merged, datasets(SDTM)) if "LBORRES.ALB" in p.message
    }


def test_a_20_document_is_not_asked_for_21(sdtm: Define) -> None:
    """HasNoData, sources and standards came with 2.1."""
    old = replace(
        sdtm,
        version="2.0.0",
        namespace="2.0",
        items=tuple(
            replace(i, origins=tuple(replace(o, type=o.type.replace("Collected", "CRF"), source="")
                                     for o in i.origins)) for i in sdtm.items
        ),
        standards=(Standard("", "SDTM-IG", "IG", "3.1.2"),),
        item_groups=tuple(
            replace(g, standard_oid="", non_standard=False,
                    refs=tuple(replace(r, no_data=False) for r in g.refs))
            for g in sdtm.item_groups
        ),
        codelists=tuple(replace(c, standard_oid="") for c in sdtm.codelists),
    )  # fmt: skip
    assert found(old) == set()


def test_references_of_item_refs() -> None:
    """The default reference says nothing but the item."""
    assert ItemRef("IT.X").where_oids == ()
