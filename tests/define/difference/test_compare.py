"""What differs in meaning between two documents, and what does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.define_files import Size, changed_define, large_define
from define.difference.compare import differences
from define.difference.difference import GROUPS, Difference
from define.document.model import (
    Alias,
    CodeList,
    Comment,
    Define,
    Dictionary,
    DocumentRef,
    ItemOrigin,
    ItemRef,
    Leaf,
    Method,
    PageRef,
    RangeCheck,
    Term,
)
from define.document.read import read_define
from tests.define.difference.disguises import numbered, shuffled, swapped, with_oids
from tests.define.document.samples import ANALYSIS, FOREIGN

GOLDEN = Path(__file__).parents[1] / "golden" / "define.xml"
SECONDS = 2


def document(name: str, folder: Path) -> Define:
    """The document that a person has read, or one of the samples."""
    if name == "golden":
        return read_define(GOLDEN)
    path = folder / f"{name}.xml"
    path.write_text({"analysis": ANALYSIS, "foreign": FOREIGN}[name], encoding="utf-8")
    return read_define(path)


# ------------------------------------------------------------------------------ no difference


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", ["golden", "analysis", "foreign"])
def test_other_oids_and_another_order_are_no_difference(
    name: str, seed: int, tmp_path: Path
) -> None:
    """Whatever the OIDs are, and in whatever order the definitions stand, it is the same."""
    old = numbered(document(name, tmp_path))
    random = Random(seed)
    new = with_oids(shuffled(old, random), lambda oid: f"X.{seed}.{oid[::-1]}")
    assert differences(old, new) == ()
    assert differences(new, old) == ()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", ["golden", "analysis"])
def test_two_files_may_share_oids_with_another_meaning(
    name: str, seed: int, tmp_path: Path
) -> None:
    """Each OID is in both files, but for another definition."""
    old = document(name, tmp_path)
    assert differences(old, swapped(old, Random(seed))) == ()


def test_blanks_and_the_time_of_making_are_no_difference(golden: Path) -> None:
    """A text that is broken over lines says the same."""
    old = read_define(golden)
    items = tuple(replace(i, label=f"\n  {i.label.replace(' ', '  ')}\n") for i in old.items)
    methods = tuple(replace(m, text=f"{m.text}\n") for m in old.methods)
    header = replace(old.file, created="2031-01-01T00:00:00", oid="F.X", source_system="other")
    assert differences(old, replace(old, items=items, methods=methods, file=header)) == ()


def test_conditions_are_compared_by_meaning(golden: Path) -> None:
    """EQ one value is IN one value; two clauses are one of them."""
    old = read_define(golden)
    clauses = tuple(
        replace(w, checks=tuple(replace(c, comparator="IN") for c in w.checks))
        for w in old.where_clauses
    )
    assert differences(old, replace(old, where_clauses=clauses)) == ()


def test_a_shared_codelist_may_become_two(golden: Path) -> None:
    """A copy of a codelist for each of its users says the same."""
    one = read_define(golden)
    kept = next(c for c in one.codelists if c.oid == "CL.SEX")
    both = with_codelist(one, "DM.RACE", "CL.SEX")
    copied = replace(both, codelists=(*both.codelists, replace(kept, oid="CL.COPY")))
    split = with_codelist(copied, "DM.RACE", "CL.COPY")
    assert differences(both, split) == ()
    assert differences(split, both) == ()


def test_pages_are_a_set(golden: Path) -> None:
    """Pages 3 to 5 are pages 5, 4 and 3."""
    old, new = (
        with_origin(read_define(golden), DocumentRef("LF.acrf", pages))
        for pages in (
            (PageRef("PhysicalRef", "", 3, 5),),
            (PageRef("PhysicalRef", "5 4"), PageRef("PhysicalRef", "3")),
        )
    )
    assert differences(old, new) == ()


def with_origin(define: Define, *documents: DocumentRef) -> Define:
    origin = ItemOrigin("Collected", "Investigator", "", documents)
    return item(define, "DM.SEX", origins=(origin,))


# ---------------------------------------------------------------------------- one difference


def oid_of(define: Define, path: str) -> str:
    dataset, _, name = path.partition(".")
    group = define.item_group(dataset)
    assert group
    names = {i.oid: i.name for i in define.items}
    return next(r.item_oid for r in group.refs if names[r.item_oid] == name)


def item(define: Define, path: str, **changes: Any) -> Define:
    """The document with a variable changed; a path with three parts is the OID of a value."""
    oid = f"IT.{path}" if path.count(".") == 2 else oid_of(define, path)
    return one(define, "items", oid, **changes)


def one(define: Define, what: str, oid: str, **changes: Any) -> Define:
    """The document with one definition changed."""
    old = getattr(define, what)
    assert any(thing.oid == oid for thing in old), oid
    new = tuple(replace(t, **changes) if t.oid == oid else t for t in old)
    return replace(define, **{what: new})


def with_codelist(define: Define, path: str, oid: str) -> Define:
    return item(define, path, codelist_oid=oid)


def ref(define: Define, path: str, **changes: Any) -> Define:
    """The document with a reference to a variable changed."""
    oid, group = oid_of(define, path), define.item_group(path.partition(".")[0])
    assert group
    refs = tuple(replace(r, **changes) if r.item_oid == oid else r for r in group.refs)
    return one(define, "item_groups", group.oid, refs=refs)


def without(define: Define, path: str) -> Define:
    """The document without a variable, or a dataset."""
    if "." not in path:
        left = tuple(g for g in define.item_groups if g.name != path)
        return replace(define, item_groups=left)
    oid, group = oid_of(define, path), define.item_group(path.partition(".")[0])
    assert group
    refs = tuple(r for r in group.refs if r.item_oid != oid)
    return one(define, "item_groups", group.oid, refs=refs)


def terms(define: Define, oid: str, change: Callable[[tuple[Term, ...]], Any]) -> Define:
    codelist = next(c for c in define.codelists if c.oid == oid)
    return one(define, "codelists", oid, terms=tuple(change(codelist.terms)))


def reordered(define: Define) -> Define:
    group = define.item_group("AE")
    assert group
    refs = tuple(replace(r, order=1 + (r.order or 0) % len(group.refs)) for r in group.refs)
    return one(define, "item_groups", group.oid, refs=refs)


def with_value(define: Define, path: str, clause: str) -> Define:
    """The document with one more value-level item."""
    made = replace(next(i for i in define.items if i.oid == "IT.LB.LBORRES.ALB"), oid="IT.MADE")
    values = next(v for v in define.value_lists if v.oid == f"VL.{path}")
    more = (*values.refs, ItemRef("IT.MADE", where_oids=(clause,)))
    grown = replace(define, items=(*define.items, made))
    return one(grown, "value_lists", values.oid, refs=more)


@dataclass(frozen=True)
class Change:
    """A change, and the one difference that it makes."""

    make: Callable[[Define], Define]
    kind: str
    group: str
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path} {self.what}"


def changed(make: Callable[[Define], Define], group: str, path: str, what: str) -> Change:
    return Change(make, "changed", group, path, what)


ALB = "LB.LBORRES where LBTESTCD is ALB (Albumin)"
CHANGES = (
    Change(lambda d: without(d, "CE"), "removed", "data", "CE", "the dataset"),
    Change(lambda d: without(d, "LB"), "removed", "data", "LB", "the dataset"),
    Change(lambda d: without(d, "AE.AETERM"), "removed", "data", "AE.AETERM", "the variable"),
    Change(lambda d: without(d, "AE.AESEQ"), "removed", "data", "AE.AESEQ", "the variable"),
    changed(lambda d: item(d, "DM.AGE", data_type="float"), "data", "DM.AGE", "type"),
    changed(lambda d: item(d, "DM.SEX", length=0), "data", "DM.SEX", "length"),
    changed(lambda d: item(d, "DM.SEX", length=9), "allowed", "DM.SEX", "length"),
    changed(lambda d: item(d, "LB.LBSTRESN", significant_digits=1), "data", "LB.LBSTRESN",
            "significant digits"),
    changed(lambda d: item(d, "LB.LBORRES.ALB", length=1), "data", ALB, "length"),
    changed(lambda d: ref(d, "AE.AETERM", key_sequence=4), "data", "AE", "keys"),
    changed(lambda d: ref(d, "AE.AESER", mandatory=True), "data", "AE.AESER", "mandatory"),
    changed(lambda d: ref(d, "AE.AETERM", mandatory=False), "allowed", "AE.AETERM", "mandatory"),
    changed(lambda d: ref(d, "AE.AETERM", no_data=True), "data", "AE.AETERM", "no data"),
    changed(lambda d: one(d, "item_groups", "IG.AE", structure="x"), "data", "AE", "structure"),
    changed(lambda d: terms(d, "CL.SEX", lambda t: t[1:]), "data", "codelist Sex",
            "term removed"),
    changed(lambda d: terms(d, "CL.SEX", lambda t: (*t, Term("X", "x"))), "allowed",
            "codelist Sex", "term added"),
    changed(lambda d: with_codelist(d, "DM.SEX", "CL.RACE"), "data", "DM.SEX", "codelist"),
    changed(lambda d: with_codelist(d, "DM.SEX", ""), "allowed", "DM.SEX", "codelist"),
    changed(lambda d: with_codelist(d, "AE.AETERM", "CL.AEREL"), "data", "AE.AETERM", "codelist"),
    changed(lambda d: one(d, "codelists", "CL.MedDRA", external=Dictionary("MedDRA", "99.1")),
            "data", "codelist Adverse Event Dictionary", "dictionary version"),
    changed(lambda d: one(d, "where_clauses", "WC.LB.LBTESTCD.VMACREAT",
                          checks=(RangeCheck("IT.LB.LBTESTCD", "IN", ("VMACREAT", "X")),)),
            "data", "LB.LBORRES where LBTESTCD is one of VMACREAT (VMA/Creatinine), X",
            "condition"),
    changed(lambda d: item(d, "LB.LBORRES", value_list_oid=""), "data", "LB.LBORRES",
            "value level"),
    Change(lambda d: with_value(d, "LB.LBSTRESN", "WC.LB.LBTESTCD.COLOR"), "added", "data",
           "LB.LBSTRESN where LBTESTCD is COLOR (Color)", "the value-level item"),
    changed(lambda d: one(d, "methods", "MT.DM.USUBJID", text="Another way."), "derivation",
            "DM.USUBJID", "method"),
    changed(lambda d: one(d, "methods", "MT.LB.LBSTRESN", type="Imputation"), "derivation",
            "LB.LBSTRESN", "method type"),
    changed(lambda d: ref(d, "AE.USUBJID", method_oid=""), "derivation", "AE.USUBJID", "method"),
    changed(lambda d: item(d, "DM.AGE", origins=(ItemOrigin("Assigned", "Sponsor"),)),
            "derivation", "DM.AGE", "origin"),
    changed(lambda d: item(d, "DM.AGE", origins=()), "derivation", "DM.AGE", "origin"),
    changed(lambda d: with_origin(d, DocumentRef("LF.acrf", (PageRef("PhysicalRef", "7"),))),
            "documents", "DM.SEX", "origin documents"),
    changed(lambda d: one(d, "standards", "STD.SDTMIG.3.4", version="3.3"), "documents",
            "standard SDTMIG", "version"),
    changed(lambda d: one(d, "item_groups", "IG.AE", standard_oid=""), "documents", "AE",
            "standard"),
    changed(lambda d: replace(d, annotated_crf=()), "documents", "document Annotated CRF",
            "used as"),
    changed(lambda d: replace(d, leaves=tuple(replace(x, href=f"m5/{x.href}") if "acrf" in x.href
            else x for x in d.leaves)), "documents", "document Annotated CRF", "file"),
    Change(lambda d: replace(d, leaves=(*d.leaves, Leaf("LF.new", "new.pdf", "New"))), "added",
           "documents", "document New", "the document"),
    changed(lambda d: one(d, "codelists", "CL.SEX", aliases=(Alias("C1"),)), "documents",
            "codelist Sex", "C-code"),
    changed(lambda d: terms(d, "CL.SEX", lambda t: (replace(t[0], extended=True), *t[1:])),
            "documents", "codelist Sex", "extended of F"),
    changed(lambda d: item(d, "DM.SEX", label="Gender"), "wording", "DM.SEX", "label"),
    changed(lambda d: one(d, "item_groups", "IG.AE", label="Events"), "wording", "AE", "label"),
    changed(lambda d: one(d, "comments", "COM.AE.AETERM", text="Why."), "wording", "AE.AETERM",
            "comment"),
    changed(lambda d: one(d, "item_groups", "IG.DM", comment_oid=""), "wording", "DM", "comment"),
    changed(lambda d: one(d, "codelists", "CL.SEX", name="Gender"), "wording", "codelist Gender",
            "name"),
    changed(lambda d: terms(d, "CL.SEX", lambda t: (replace(t[0], decode="x"), *t[1:])),
            "wording", "codelist Sex", "decode of F"),
    Change(lambda d: replace(d, codelists=(*d.codelists, CodeList("CL.X", "Unused", "text"))),
           "added", "wording", "codelist Unused", "the codelist"),
    changed(lambda d: replace(d, study=replace(d.study, protocol="P")), "wording", "document",
            "protocol"),
    changed(reordered, "order", "AE", "order of the variables"),
    changed(lambda d: terms(d, "CL.SEX", reversed), "order", "codelist Sex",
            "order of the terms"),
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_one_change_is_one_difference(change: Change, golden: Path) -> None:
    """One change gives one difference, in the group of what it asks for, at its place."""
    old = read_define(golden)
    (found,) = differences(old, swapped(change.make(old), Random(1)))
    assert (found.kind, found.group, found.path, found.what) == (
        change.kind, change.group, change.path, change.what,
    )  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_way_back_is_one_difference_too(change: Change, golden: Path) -> None:
    """What was added is removed, what was old is new; nothing else."""
    old = read_define(golden)
    new = change.make(old)
    (there,), (back,) = differences(old, new), differences(new, old)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert back.kind == turned[there.kind]
    assert (back.old, back.new) == (there.new, there.old)
    assert (back.old_line, back.new_line) == (there.new_line, there.old_line)


def test_every_group_has_a_change() -> None:
    """The table above leaves out no group."""
    assert {change.group for change in CHANGES} == set(GROUPS)


def test_a_difference_names_the_lines_of_both_files(golden: Path, tmp_path: Path) -> None:
    """The label stands in the ItemDef; the new file has two lines more above it."""
    text = golden.read_text(encoding="utf-8")
    label = '<TranslatedText xml:lang="en">Sex</TranslatedText>'
    moved = text.replace("<Study ", "\n\n<Study ", 1).replace(
        label, label.replace("Sex", "Gender"), 1
    )
    (tmp_path / "new.xml").write_text(moved, encoding="utf-8")
    found = differences(read_define(golden), read_define(tmp_path / "new.xml"))
    line = 1 + next(
        n for n, row in enumerate(text.splitlines()) if 'ItemDef OID="IT.DM.SEX"' in row
    )
    assert [(d.what, d.old, d.new, d.old_line, d.new_line) for d in found] == [
        ("label", "Sex", "Gender", line, line + 2)
    ]


def test_what_a_method_shares_is_told_once_with_its_places(golden: Path) -> None:
    """A method that five datasets use changes once."""
    old = read_define(golden)
    (found,) = differences(old, one(old, "methods", "MT.DM.USUBJID", text="Another way."))
    assert found.path == "DM.USUBJID"
    assert found.places == ("AE.USUBJID", "SUPPAE.USUBJID", "LB.USUBJID", "CE.USUBJID")


def test_codelist_differences_name_the_variables(golden: Path) -> None:
    """Who reads of a term wants to know which variables it concerns."""
    old = read_define(golden)
    (found,) = differences(old, terms(old, "CL.SEX", lambda t: t[1:]))
    assert found.places == ("DM.SEX",)


def test_a_renamed_variable_is_guessed(golden: Path) -> None:
    """It is removed and added, and each says that it may be the other."""
    old = read_define(golden)
    found = differences(old, item(old, "DM.SEX", name="GENDER", sas_name="GENDER"))
    assert [(d.kind, d.path, d.hint) for d in found] == [
        ("removed", "DM.SEX", "renamed? GENDER is added"),
        ("added", "DM.GENDER", "renamed? SEX is removed"),
    ]


def test_a_renamed_dataset_is_guessed(golden: Path) -> None:
    """Its variables are not told one by one."""
    old = read_define(golden)
    found = differences(old, one(old, "item_groups", "IG.AE", name="AEX"))
    assert [(d.kind, d.path, d.hint) for d in found] == [
        ("removed", "AE", "renamed? AEX is added"),
        ("added", "AEX", "renamed? AE is removed"),
    ]


def test_replaced_codelist_is_told_at_the_variable(golden: Path) -> None:
    """A list with other terms, name and code is another list, though one variable uses both."""
    old = read_define(golden)
    other = CodeList("CL.SEX", "Gender", "text", (Term("1", "Man"), Term("2", "Woman")))
    lists = tuple(other if c.oid == "CL.SEX" else c for c in old.codelists)
    (found,) = differences(old, replace(old, codelists=lists))
    assert (found.group, found.path, found.what, found.new) == (
        "data", "DM.SEX", "codelist", "Gender",
    )  # fmt: skip


def test_a_wider_codelist_needs_no_other_data(golden: Path) -> None:
    """Another list that holds all that the old one held allows more."""
    old = read_define(golden)
    held = next(c for c in old.codelists if c.oid == "CL.AEREL").terms
    more = tuple(Term(f"MORE {n}") for n in range(9))
    wide = CodeList("CL.WIDE", "Wide", "text", (*held, *more))
    new = with_codelist(replace(old, codelists=(*old.codelists, wide)), "AE.AEREL", "CL.WIDE")
    assert {d.group for d in differences(old, new) if d.what == "codelist"} == {"allowed"}


# --------------------------------------------------------------------------- analysis results


def result_change(define: Define, **changes: Any) -> Define:
    (display,) = define.displays
    (result,) = display.results
    return replace(define, displays=(replace(display, results=(replace(result, **changes),)),))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"reason": "DATA DRIVEN"}, "reason"),
        ({"purpose": "EXPLORATORY OUTCOME MEASURE"}, "purpose of the analysis"),
        ({"parameter_oid": ""}, "parameter"),
        ({"documentation": "Another model"}, "documentation"),
        ({"datasets": ()}, "datasets"),
        ({"comment_oid": ""}, "comment"),
        ({"code": None}, "code"),
    ],
)
def test_a_changed_result_is_one_difference(
    changes: dict[str, Any], what: str, tmp_path: Path
) -> None:
    """Each part of an analysis result is compared."""
    old = document("analysis", tmp_path)
    (found,) = differences(old, swapped(result_change(old, **changes), Random(3)))
    assert (found.path, found.what) == (
        "display Table 14.1", f"{what} of the result Dose response",
    )  # fmt: skip


def test_records_and_variables_of_a_result_are_compared(tmp_path: Path) -> None:
    """What an analysis reads of a dataset."""
    old = document("analysis", tmp_path)
    dataset = replace(old.displays[0].results[0].datasets[0], where_oids=(), variable_oids=())
    found = differences(old, result_change(old, datasets=(dataset,)))
    assert [(d.group, d.what, d.old) for d in found] == [
        ("derivation", "records of ADQS of the result Dose response",
         "AVISIT is one of Week 8, empty"),
        ("derivation", "variables of ADQS of the result Dose response", "AVAL"),
    ]  # fmt: skip


def test_displays_come_and_go(tmp_path: Path) -> None:
    """A display of another name is another one."""
    old = document("analysis", tmp_path)
    more = replace(old.displays[0], oid="RD.2", name="Table 14.2", description="Other")
    (come,) = differences(old, replace(old, displays=(*old.displays, more)))
    assert (come.kind, come.path, come.new) == ("added", "display Table 14.2", "Other")
    (gone,) = differences(old, replace(old, displays=()))
    assert (gone.kind, gone.path) == ("removed", "display Table 14.1")


# --------------------------------------------------------------------------------- odd and big


def test_references_to_nothing_are_compared(golden: Path) -> None:
    """Items, methods, comments, codelists and clauses that are not defined make no traceback."""
    old = read_define(golden)
    bare = replace(old, items=(), methods=(), comments=(), codelists=(), where_clauses=(),
                   leaves=(), standards=())  # fmt: skip
    assert differences(bare, bare) == ()
    assert differences(old, bare)
    assert differences(bare, old)


def test_nothing_is_different_from_nothing_but_its_content(golden: Path) -> None:
    """A document without datasets, against a whole one: each dataset is told, once."""
    old = read_define(golden)
    found = differences(replace(old, item_groups=()), old)
    assert [d.path for d in found if d.what == "the dataset"] == [g.name for g in old.item_groups]


def test_names_may_be_double(golden: Path) -> None:
    """Two datasets, two variables and two items of one name are compared in their order."""
    old = read_define(golden)
    group = old.item_groups[0]
    double = replace(old, item_groups=(group, *old.item_groups))
    twice = one(double, "item_groups", group.oid, refs=(*group.refs, *group.refs))
    assert differences(twice, swapped(twice, Random(5))) == ()
    (found,) = differences(old, double)
    assert (found.kind, found.path) == ("added", group.name)


def test_a_large_document_takes_less_than_two_seconds() -> None:
    """3,000 variables, 1,000 value-level items, 20,000 terms; each tenth changed."""
    old = large_define(Size())
    new = changed_define(old)
    start = time.process_time()
    found = differences(old, new)
    assert time.process_time() - start < SECONDS
    labels = sum(a.label != b.label for a, b in zip(old.items, new.items, strict=True))
    methods = sum(a.text != b.text for a, b in zip(old.methods, new.methods, strict=True))
    assert len(found) == labels + methods


def test_differences_are_sorted_by_what_must_be_done(golden: Path) -> None:
    """The most urgent group comes first."""
    old = read_define(golden)
    new = old
    for change in (CHANGES[4], CHANGES[23], CHANGES[-2]):
        new = change.make(new)
    groups = [difference.group for difference in differences(old, reversed_labels(new))]
    assert groups == sorted(groups, key=list(GROUPS).index)
    assert len(set(groups)) == 4


def reversed_labels(define: Define) -> Define:
    return replace(define, items=tuple(replace(i, label=i.label[::-1]) for i in define.items))


def test_difference_of_an_undefined_method_names_it(golden: Path) -> None:
    """A method that became undefined is told where it is missing."""
    old = read_define(golden)
    new = replace(old, methods=tuple(m for m in old.methods if m.oid != "MT.LB.LBSTRESN"))
    found: tuple[Difference, ...] = differences(old, new)
    assert {d.new for d in found if d.what == "method"} == {"MT.LB.LBSTRESN (not defined)"}


def test_comments_and_methods_that_nothing_uses_mean_nothing(golden: Path) -> None:
    """They are said of nothing; the audit tells them."""
    old = read_define(golden)
    more = replace(
        old,
        methods=(*old.methods, Method("MT.X", "x", "x")),
        comments=(*old.comments, Comment("COM.X", "x")),
    )
    assert differences(old, more) == ()
