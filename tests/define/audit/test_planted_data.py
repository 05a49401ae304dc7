"""One fault at a time in a define.xml or in its datasets: found, at its line, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.define.data import audit_data
from clinmap.codes import DEFINE_CODES
from clinmap.plan import Purpose
from clinmap.problems import Problem
from clinmap.writers.xpt import write_xpt
from define.audit.data import Dataset, columns_of, data_problems
from define.document.model import (
    Define,
    Item,
    ItemGroup,
    ItemRef,
    RangeCheck,
    Term,
    ValueList,
    WhereClause,
)
from define.document.read import read_define
from tests.define.small_data import (
    FRAMES,
    NAMES,
    PLANS,
    WRITERS,
    as_parquet,
    define_of,
    write_data,
    written,
)

Change = Callable[[Define], Define]
Frames = Mapping[str, pd.DataFrame]
STAMP = datetime(2024, 1, 31)


def same(define: Define) -> Define:
    """The document as it is."""
    return define


def item(oid: str, **changes: object) -> Change:
    """Change one item."""
    return lambda d: replace(
        d,
        items=tuple(replace(i, **changes) if i.oid == oid else i for i in d.items),  # type: ignore[arg-type]
    )


def group(name: str, edit: Callable[[ItemGroup], ItemGroup]) -> Change:
    """Change one dataset."""
    return lambda d: replace(
        d, item_groups=tuple(edit(g) if g.name == name else g for g in d.item_groups)
    )


def ref(name: str, oid: str, **changes: object) -> Change:
    """Change one reference to an item."""

    def edit(found: ItemGroup) -> ItemGroup:
        refs = tuple(replace(r, **changes) if r.item_oid == oid else r for r in found.refs)  # type: ignore[arg-type]
        return replace(found, refs=refs)

    return group(name, edit)


def value_list(oid: str, edit: Callable[[ValueList], ValueList]) -> Change:
    """Change one value list."""
    return lambda d: replace(
        d, value_lists=tuple(edit(v) if v.oid == oid else v for v in d.value_lists)
    )


def terms(oid: str, edit: Callable[[tuple[Term, ...]], tuple[Term, ...]]) -> Change:
    """Change the terms of a codelist."""
    return lambda d: replace(
        d,
        codelists=tuple(
            replace(c, terms=edit(c.terms)) if c.oid == oid else c for c in d.codelists
        ),
    )


def with_value_item(*checks: RangeCheck, **changes: object) -> Change:
    """Add an item to the value list of LBORRES, like the one of ALB, with a clause of its own."""

    def change(d: Define) -> Define:
        like = next(i for i in d.items if i.oid == "IT.LB.LBORRES.ALB")
        added = replace(like, oid="IT.NEW", **changes)  # type: ignore[arg-type]
        more = ItemRef("IT.NEW", order=99, where_oids=("WC.NEW",))
        listed = value_list("VL.LB.LBORRES", lambda v: replace(v, refs=(*v.refs, more)))(d)
        return replace(
            listed,
            items=(*listed.items, added),
            where_clauses=(*listed.where_clauses, WhereClause("WC.NEW", checks)),
        )

    return change


def asks(comparator: str, *values: str, of: str = "IT.LB.LBTESTCD") -> RangeCheck:
    """A condition about LBTESTCD."""
    return RangeCheck(of, comparator, values)


def with_cell(name: str, column: str, row: int, value: object) -> Frames:
    """The data with another value in one cell."""
    frame = FRAMES[name].copy()
    frame.loc[row, column] = value
    return {**FRAMES, name: frame}


def reversed_rows(name: str) -> Frames:
    """The data with the records of a dataset in the reverse order."""
    return {**FRAMES, name: FRAMES[name].iloc[::-1].reset_index(drop=True)}


@dataclass(frozen=True)
class Plant:
    """A fault: what is changed, the code that tells, and the element that it is told of."""

    code: str
    at: str
    change: Change = same
    frames: Frames | None = None
    files: Callable[[Path], object] | None = None
    purpose: Purpose = "Tabulation"


def rewritten(name: str, called: str = "", **lengths: int) -> Callable[[Path], None]:
    """Write a transport file anew, with another name inside or with other lengths."""

    def write(folder: Path) -> None:
        plan = replace(PLANS[name], name=called or name)
        write_xpt(FRAMES[name], plan, folder / f"{name.lower()}.xpt", STAMP, lengths)

    return write


def cut_off(folder: Path) -> None:
    """A file that ends too early."""
    path = folder / "lb.xpt"
    path.write_bytes(path.read_bytes()[:-100])


def without_last(found: ItemGroup) -> ItemGroup:
    """A dataset without its last variable."""
    return replace(found, refs=found.refs[:-1])


def two_swapped(found: ItemGroup) -> ItemGroup:
    """A dataset whose last two variables have changed places."""
    *before, one, two = found.refs
    return replace(
        found, refs=(*before, replace(two, order=one.order), replace(one, order=two.order))
    )


def another(define: Define) -> Define:
    """A variable that the dataset has not."""
    added = Item("IT.DM.INVID", "INVID", "text", 3, label="Investigator Identifier")
    more = group("DM", lambda g: replace(g, refs=(*g.refs, ItemRef("IT.DM.INVID", order=99))))
    return replace(more(define), items=(*define.items, added))


PLANTS = [
    Plant("DEF004", "", files=lambda f: write_xpt(
        FRAMES["DM"], replace(PLANS["DM"], name="VS"), f / "vs.xpt", STAMP)),
    Plant("DEF005", 'ItemGroupDef OID="IG.LB"', files=lambda f: (f / "lb.xpt").unlink()),
    Plant("DEF006", 'ItemGroupDef OID="IG.DM"', group("DM", without_last)),
    Plant("DEF007", 'ItemRef ItemOID="IT.DM.INVID"', another),
    Plant("DEF008", 'ItemDef OID="IT.AE.AETERM"', item("IT.AE.AETERM", length=4)),
    Plant("DEF008", 'ItemDef OID="IT.LB.LBORRES.COLOR"', item("IT.LB.LBORRES.COLOR", length=5)),
    Plant("DEF008", 'ItemDef OID="IT.DM.AGE"', item("IT.DM.AGE", length=1)),
    Plant("DEF009", 'ItemDef OID="IT.AE.AETERM"', item("IT.AE.AETERM", length=200)),
    Plant("DEF010", 'ItemDef OID="IT.DM.RFSTDTC"',
          frames=with_cell("DM", "RFSTDTC", 0, "04/02/2013")),
    Plant("DEF010", 'ItemDef OID="IT.DM.RFSTDTC"', item("IT.DM.RFSTDTC", data_type="datetime")),
    Plant("DEF010", 'ItemDef OID="IT.LB.LBSTRESN"', item("IT.LB.LBSTRESN", data_type="integer")),
    Plant("DEF010", 'ItemDef OID="IT.LB.LBORRES.GLUC"',
          item("IT.LB.LBORRES.GLUC", data_type="integer")),
    Plant("DEF011", 'ItemDef OID="IT.LB.LBSTRESN"',
          item("IT.LB.LBSTRESN", significant_digits=1)),
    Plant("DEF012", 'ItemDef OID="IT.DM.SEX"',
          terms("CL.SEX", lambda t: tuple(x for x in t if x.value != "F"))),
    Plant("DEF012", 'ItemDef OID="IT.ADSL.TRT01PN"',
          frames=with_cell("ADSL", "TRT01PN", 1, 2), purpose="Analysis"),
    Plant("DEF014", 'WhereClauseDef OID="WC.NEW"', with_value_item(asks("EQ", "NONE"))),
    Plant("DEF015", 'ValueListDef OID="VL.LB.LBORRES"',
          value_list("VL.LB.LBORRES", lambda v: replace(v, refs=v.refs[:-1]))),
    Plant("DEF018", 'ItemRef ItemOID="IT.DM.SEX"', ref("DM", "IT.DM.SEX", no_data=True)),
    Plant("DEF018", 'ItemRef ItemOID="IT.DM.DTHDTC"', ref("DM", "IT.DM.DTHDTC", no_data=False)),
    Plant("DEF018", 'ItemGroupDef OID="IG.DM"', group("DM", lambda g: replace(g, no_data=True))),
    Plant("DEF018", 'ItemGroupDef OID="IG.CE"', group("CE", lambda g: replace(g, no_data=False))),
    Plant("DEF019", 'CodeList OID="CL.COLOR"', terms("CL.COLOR", lambda t: (*t, Term("RED")))),
    Plant("DEF060", 'ItemGroupDef OID="IG.LB"', files=cut_off),
    Plant("DEF061", 'ItemGroupDef OID="IG.LB"', files=rewritten("LB", "LBX")),
    Plant("DEF062", 'ItemDef OID="IT.DM.SEX"', item("IT.DM.SEX", data_type="integer")),
    Plant("DEF062", 'ItemDef OID="IT.DM.AGE"', item("IT.DM.AGE", data_type="text")),
    Plant("DEF063", 'ItemRef ItemOID="IT.LB.LBNAM"', group("LB", two_swapped)),
    Plant("DEF064", 'ItemGroupDef OID="IG.DM"', group("DM", lambda g: replace(g, label="Demog"))),
    Plant("DEF065", 'ItemDef OID="IT.DM.SEX"', item("IT.DM.SEX", label="Gender")),
    Plant("DEF066", 'ItemDef OID="IT.AE.AETERM"', files=rewritten("AE", AETERM=40)),
    Plant("DEF067", 'ItemDef OID="IT.ADSL.TRTSDT"',
          item("IT.ADSL.TRTSDT", display_format="DDMMYY10."), purpose="Analysis"),
    Plant("DEF068", 'ItemRef ItemOID="IT.AE.USUBJID"',
          ref("AE", "IT.AE.AESEQ", key_sequence=None)),
    Plant("DEF069", 'ItemRef ItemOID="IT.AE.USUBJID"', frames=reversed_rows("AE")),
    Plant("DEF070", 'ItemRef ItemOID="IT.AE.AEREL"', ref("AE", "IT.AE.AEREL", mandatory=True)),
    Plant("DEF071", 'ItemRef ItemOID="IT.NEW"', with_value_item(asks("IN", "ALB", "ZZZ"))),
    Plant("DEF072", 'WhereClauseDef OID="WC.NEW"',
          with_value_item(asks("EQ", "F", of="IT.DM.SEX"))),
    Plant("DEF073", 'ItemDef OID="IT.SUPPAE.QVAL.AEDUR"',
          item("IT.SUPPAE.QVAL.AEDUR", label="Days")),
    Plant("DEF074", 'ItemGroupDef OID="IG.DM"', group("DM", lambda g: replace(g, domain="DX"))),
    Plant("DEF075", 'ItemGroupDef OID="IG.AE"',
          group("AE", lambda g: replace(g, repeating=False))),
    Plant("DEF076", 'ItemGroupDef OID="IG.DM"',
          files=lambda f: as_parquet(FRAMES["DM"], PLANS["DM"], f)),
]  # fmt: skip


def audited(folder: Path, plant: Plant) -> list[Problem]:
    """What is found when one thing is wrong."""
    write_data(folder, purpose=plant.purpose, frames=plant.frames or FRAMES)
    if plant.files:
        plant.files(folder)
    path = written(plant.change(define_of(plant.purpose)), folder)
    return list(audit_data(read_define(path), folder, "define.xml"))


def line_of(path: Path, text: str) -> int:
    """The line of the first element that starts so; 0 for the whole file."""
    lines = path.read_text().splitlines()
    return next(
        n for n, line in enumerate(lines, 1) if f"<def:{text}" in line or f"<{text}" in line
    )


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.code}-{plant.at}")
def test_a_planted_fault_is_found_and_nothing_else(plant: Plant, tmp_path: Path) -> None:
    """The code, the line of the element, and one finding."""
    found = audited(tmp_path, plant)
    assert [problem.code for problem in found] == [plant.code]
    place = found[0].location
    assert place is not None
    assert place.file == "define.xml"
    assert place.line == (line_of(tmp_path / "define.xml", plant.at) if plant.at else 0)


def test_every_code_of_the_data_is_planted() -> None:
    """No code of the audit against data without a fault that it finds."""
    numbers = {*range(4, 13), 14, 15, 18, 19, *range(60, 77)}
    wanted = {c.id for c in DEFINE_CODES if int(c.id[3:]) in numbers}
    assert wanted == {plant.code for plant in PLANTS}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("purpose", NAMES)
def test_a_true_document_has_no_finding(form: str, purpose: Purpose, tmp_path: Path) -> None:
    """Whatever the format of the files."""
    write_data(tmp_path, form, purpose)
    path = written(define_of(purpose), tmp_path)
    assert list(audit_data(read_define(path), tmp_path, path.name)) == []


@pytest.mark.parametrize("form", WRITERS)
def test_labels_and_values_are_seen_in_every_format(form: str, tmp_path: Path) -> None:
    """A label and a codelist that are another."""
    write_data(tmp_path, form)
    change = item("IT.DM.SEX", label="Gender")
    fewer = terms("CL.SEX", lambda t: tuple(x for x in t if x.value != "F"))
    found = list(data_audit(fewer(change(define_of())), tmp_path))
    assert [p.code for p in found] == ["DEF065", "DEF012"]


def data_audit(define: Define, folder: Path) -> list[Problem]:
    """What is found without a file of the define.xml."""
    return list(audit_data(define, folder))


@pytest.mark.parametrize(
    ("check", "left"),
    [
        (asks("EQ", "ALB"), 4),
        (asks("NE", "ALB"), 2),
        (asks("IN", "ALB", "GLUC"), 2),
        (asks("NOTIN", "ALB", "GLUC"), 4),
        (asks("LT", "COLOR"), 4),
        (asks("LE", "COLOR"), 3),
        (asks("GT", "GLUC"), 5),
        (asks("GE", "GLUC"), 3),
        (asks("EQ", "4.50", of="IT.LB.LBSTRESN"), 5),
        (asks("GT", "38", of="IT.LB.LBSTRESN"), 5),
        (asks("GE", "38", of="IT.LB.LBSTRESN"), 4),
        (asks("LT", "38", of="IT.LB.LBSTRESN"), 4),
        (asks("EQ", "", of="IT.LB.LBSTRESN"), 4),
        (asks("NE", "38", of="IT.LB.LBSTRESN"), 1),
    ],
    ids=lambda value: f"{value.comparator}-{value.values}" if hasattr(value, "values") else "",
)
def test_every_comparator_is_evaluated(check: RangeCheck, left: int) -> None:
    """Of six results, so many are described by no item when one condition is all there is."""
    added = with_value_item(check, data_type="text", length=200)(define_of())
    only = value_list("VL.LB.LBORRES", lambda v: replace(v, refs=v.refs[-1:]))(added)
    found = [p for p in data_problems(only, in_memory()) if p.code == "DEF015"]
    assert [p.count for p in found] == [left]


def in_memory(frames: Frames = FRAMES) -> list[Dataset]:
    """The datasets without files."""
    return [Dataset(n, frames[n], columns_of(frames[n])) for n in NAMES["Tabulation"]]


def test_conditions_of_a_clause_hold_at_once_and_clauses_are_alternatives() -> None:
    """ALB of 38 or GLUC: three records of LBORRES are left over."""
    both = (asks("EQ", "ALB"), asks("LE", "38", of="IT.LB.LBSTRESN"))
    change = with_value_item(*both, data_type="text", length=200)(define_of())
    second = ItemRef("IT.NEW", order=1, where_oids=("WC.NEW", "WC.LB.LBTESTCD.GLUC"))
    define = value_list("VL.LB.LBORRES", lambda v: replace(v, refs=(second,)))(change)
    assert [p.count for p in data_problems(define, in_memory()) if p.code == "DEF015"] == [3]


def test_split_datasets_share_a_domain_and_a_value_list() -> None:
    """A test that only one of the parts has is no item without records."""
    define = define_of()
    whole = define.item_group("LB")
    assert whole is not None
    parts = [replace(whole, oid=f"IG.{n}", name=n, sas_name=n) for n in ("LBCH", "LBUR")]
    others = [g for g in define.item_groups if g.name != "LB"]
    split = replace(define, item_groups=(*others, *parts))
    frame = FRAMES["LB"]
    ured = frame["LBTESTCD"] == "COLOR"
    frames = {
        "LBCH": frame[~ured].reset_index(drop=True),
        "LBUR": frame[ured].reset_index(drop=True),
    }
    datasets = [d for d in in_memory() if d.name != "LB"]
    datasets += [Dataset(n, f, columns_of(f)) for n, f in frames.items()]
    assert {p.code for p in data_problems(split, datasets)} <= {"DEF018"}


def test_a_20_document_knows_no_mark_for_what_has_no_data() -> None:
    """DEF018 is of 2.1."""
    define = define_of()
    bare = tuple(
        replace(g, no_data=False, refs=tuple(replace(r, no_data=False) for r in g.refs))
        for g in define.item_groups
    )
    old = replace(define, version="2.0.0", namespace="2.0", item_groups=bare)
    assert list(data_problems(old, in_memory())) == []


def test_no_value_of_a_subject_is_shown() -> None:
    """Neither an identifier that is in no codelist, nor a text that is no date."""
    secret = "Jane Doe 4711"
    frames = with_cell("DM", "RFSTDTC", 0, secret)
    with_list = item("IT.DM.USUBJID", codelist_oid="CL.SEX")(define_of())
    found = list(data_problems(with_list, in_memory(frames)))
    assert {"DEF010", "DEF012"} <= {p.code for p in found}
    said = " ".join(f"{p.message} {p.hint} {p.rows}" for p in found)
    assert secret not in said
    assert "Jane" not in said
    assert "ABC-01-001" not in said
