"""What build_define makes of the Plan and the facts."""

from __future__ import annotations

from dataclasses import replace

from clinmap.facts import DatasetFacts, ValueFacts, VariableFacts
from clinmap.metadata import CodelistUse, Condition, StandardUse
from clinmap.plan import Origin, PlanCodelist, PlanTerm
from define.audit.itself import document_problems
from define.document.model import Define, Item, ItemGroup, ItemRef, Term, by_oid
from define.generation.build import build_define
from define.generation.shapes import value_shape, variable_shape
from tests.define.small_studies import DM, FACTS, LB, PLAN, STAMP, measured


def item(define: Define, oid: str) -> Item:
    """The item with that OID."""
    return by_oid(define.items)[oid]


def ref(group: ItemGroup | None, oid: str) -> ItemRef:
    """The reference to an item."""
    assert group is not None
    return next(r for r in group.refs if r.item_oid == oid)


def terms(define: Define, oid: str) -> tuple[Term, ...]:
    """The terms of a codelist."""
    return by_oid(define.codelists)[oid].terms


def built(plan: object = PLAN, facts: object = FACTS) -> Define:
    """The tabulation document."""
    return build_define(plan, "Tabulation", facts, stamp=STAMP)  # type: ignore[arg-type]


class TestDatasets:
    """ItemGroupDef."""

    def test_only_the_datasets_of_the_purpose(self, sdtm: Define, adam: Define) -> None:
        assert [g.name for g in sdtm.item_groups] == ["DM", "AE", "SUPPAE", "LB", "CE"]
        assert [g.name for g in adam.item_groups] == ["ADSL", "ADAE"]

    def test_attributes(self, sdtm: Define, adam: Define) -> None:
        supp, adae = sdtm.item_group("SUPPAE"), adam.item_group("ADAE")
        assert supp
        assert adae
        assert supp.leaf
        assert (supp.domain, supp.sas_name, supp.repeating) == ("AE", "SUPPAE", True)
        assert supp.leaf.href == "suppae.xpt"
        assert (adae.domain, adae.cls, adae.subclasses[0].name) == (
            "", "OCCURRENCE DATA STRUCTURE", "ADVERSE EVENT",
        )  # fmt: skip

    def test_an_empty_dataset_says_so(self, sdtm: Define) -> None:
        empty = sdtm.item_group("CE")
        assert empty
        assert empty.no_data
        assert empty.leaf is None
        assert empty.comment_oid == "COM.CE"

    def test_keys_and_mandatory(self, sdtm: Define) -> None:
        assert ref(sdtm.item_group("DM"), "IT.DM.USUBJID").key_sequence == 2
        assert ref(sdtm.item_group("DM"), "IT.DM.SEX").mandatory
        assert not ref(sdtm.item_group("DM"), "IT.DM.AGE").mandatory

    def test_a_variable_that_the_data_lack_is_left_out(self) -> None:
        facts = {"DM": DatasetFacts("DM", 1, {"STUDYID": measured("ABC-01")})}
        assert [i.name for i in built(facts=facts).items] == ["STUDYID"]

    def test_the_domain_of_a_split_dataset(self) -> None:
        split = replace(DM, name="QSPH")
        facts = {"QSPH": DatasetFacts("QSPH", 1, {"DOMAIN": measured("QS")})}
        group = built(replace(PLAN, datasets=(split,)), facts).item_group("QSPH")
        assert group
        assert group.domain == "QS"

    def test_work_variables_are_not_described(self, sdtm: Define) -> None:
        assert "SITEWORK" not in {i.name for i in sdtm.items}


class TestStandards:
    """def:Standards."""

    def test_only_used_ones(self, sdtm: Define, adam: Define) -> None:
        assert [s.oid for s in sdtm.standards] == [
            "STD.SDTMIG.3.4", "STD.SDTM.2025-03-28",
        ]  # fmt: skip
        assert [(s.name, s.publishing_set) for s in adam.standards] == [
            ("ADaMIG", ""), ("ADaM-OCCDSIG", ""), ("CDISC/NCI", "SDTM"), ("CDISC/NCI", "ADaM"),
        ]  # fmt: skip

    def test_an_unknown_standard_is_non_standard(self) -> None:
        plan = replace(PLAN, datasets=(replace(DM, standard="HOUSE 1"),))
        group = built(plan).item_group("DM")
        assert group
        assert group.non_standard
        assert not group.standard_oid

    def test_a_standard_by_its_id(self) -> None:
        own = StandardUse("ig33", "SDTMIG", "IG", "3.3")
        plan = replace(
            PLAN, standards=(*PLAN.standards, own), datasets=(replace(DM, standard="ig33"),)
        )
        group = built(plan).item_group("DM")
        assert group
        assert group.standard_oid == "STD.ig33"


class TestShapes:
    """DataType, Length, SignificantDigits."""

    def test_a_float_of_whole_numbers_is_an_integer(self, sdtm: Define) -> None:
        age = item(sdtm, "IT.DM.AGE")
        assert (age.data_type, age.length, age.significant_digits) == ("integer", 2, None)

    def test_an_integer_with_fractions_is_a_float(self) -> None:
        shape = variable_shape("integer", ValueFacts(1, 3, ("1.5",), True, False, 1), "Tabulation")
        assert (shape.data_type, shape.length, shape.significant_digits) == ("float", 3, 1)

    def test_dates(self, sdtm: Define, adam: Define) -> None:
        assert item(sdtm, "IT.DM.RFSTDTC").data_type == "partialDatetime"
        assert item(sdtm, "IT.DM.RFSTDTC").length is None
        start = item(adam, "IT.ADSL.TRTSDT")
        assert (start.data_type, start.length, start.display_format) == ("integer", 5, "DATE9.")

    def test_a_declared_length_is_a_minimum(self) -> None:
        assert variable_shape("text", ValueFacts(1, 3), "Tabulation", 8).length == 8
        assert variable_shape("text", ValueFacts(1, 12), "Tabulation", 8).length == 12

    def test_no_value(self, sdtm: Define) -> None:
        assert item(sdtm, "IT.LB.LBNAM").length == 1
        assert ref(sdtm.item_group("LB"), "IT.LB.LBNAM").no_data
        comment = by_oid(sdtm.comments)[item(sdtm, "IT.LB.LBNAM").comment_oid]
        assert comment.text == "The laboratory was not recorded."

    def test_leading_zeros_are_text(self) -> None:
        assert value_shape(None, True, ValueFacts(1, 3, ("007",))).data_type == "text"
        assert value_shape(None, True, ValueFacts(1, 1, ("0",))).data_type == "integer"

    def test_a_declared_type_that_the_values_do_not_have(self) -> None:
        facts = ValueFacts(1, 3, ("<10",), True, False, 0)
        assert value_shape("float", True, facts).data_type == "text"


class TestOrigins:
    """def:Origin and MethodDef."""

    def test_predecessor(self, adam: Define) -> None:
        origin = item(adam, "IT.ADSL.USUBJID").origins[0]
        assert (origin.type, origin.source, origin.description) == ("Predecessor", "", "DM.USUBJID")

    def test_derived_comes_from_the_sponsor(self, sdtm: Define) -> None:
        assert item(sdtm, "IT.AE.AESEQ").origins[0].source == "Sponsor"

    def test_one_method_for_one_text(self, sdtm: Define) -> None:
        assert ref(sdtm.item_group("AE"), "IT.AE.USUBJID").method_oid == "MT.DM.USUBJID"
        assert len({m.text for m in sdtm.methods}) == len(sdtm.methods)


class TestValueLevel:
    """ValueListDef and WhereClauseDef."""

    def test_one_item_per_group_with_values(self, sdtm: Define) -> None:
        lists = by_oid(sdtm.value_lists)
        assert [r.item_oid for r in lists["VL.LB.LBORRESU"].refs] == [
            "IT.LB.LBORRESU.ALB", "IT.LB.LBORRESU.GLUC", "IT.LB.LBORRESU.VMACREAT",
        ]  # fmt: skip
        clause = by_oid(sdtm.where_clauses)["WC.LB.LBTESTCD.ALB"].checks[0]
        assert (clause.item_oid, clause.comparator, clause.values) == (
            "IT.LB.LBTESTCD", "EQ", ("ALB",),
        )  # fmt: skip

    def test_types_follow_the_group(self, sdtm: Define) -> None:
        types = {i.oid: i.data_type for i in sdtm.items}
        assert types["IT.LB.LBORRES"] == "text"
        assert types["IT.LB.LBORRES.ALB"] == "integer"
        assert types["IT.LB.LBORRES.GLUC"] == "float"
        assert types["IT.LB.LBORRES.VMACREAT"] == "text"
        assert types["IT.LB.LBSTRESN.ALB"] == "integer"

    def test_labels(self, sdtm: Define) -> None:
        assert item(sdtm, "IT.LB.LBORRES.ALB").label == "Albumin"
        assert item(sdtm, "IT.LB.LBORRES.GLUC").label == "Glucose as reported"

    def test_a_qualifier_takes_its_metadata_from_the_parent(self, sdtm: Define) -> None:
        flag, days = item(sdtm, "IT.SUPPAE.QVAL.AETRTEM"), item(sdtm, "IT.SUPPAE.QVAL.AEDUR")
        assert flag.origins[0].type == "Collected"
        assert [t.value for t in terms(sdtm, flag.codelist_oid)] == ["Y"]
        assert (days.data_type, days.length, days.origins[0].type) == ("integer", 2, "Derived")
        refs = by_oid(sdtm.value_lists)["VL.SUPPAE.QVAL"].refs
        assert [r.method_oid for r in refs] == ["MT.SUPPAE.QVAL.AEDUR", ""]

    def test_a_conditional_codelist(self, sdtm: Define) -> None:
        assert item(sdtm, "IT.LB.LBORRES.COLOR").codelist_oid == "CL.COLOR"
        assert item(sdtm, "IT.LB.LBORRES").codelist_oid == ""

    def test_conditions_on_other_variables(self) -> None:
        color, more = LB.variables[5], CodelistUse("AEREL", (Condition("LBNAM", ("X", "Y")),))
        color = replace(color, items=(), codelists=(more,))
        changed = replace(LB, variables=(*LB.variables[:5], color, *LB.variables[6:]))
        values = {**FACTS["LB"].variables, "LBNAM": measured("X"), "LBORRES": measured("RELATED")}
        facts = {"LB": DatasetFacts("LB", 3, values)}
        define = built(replace(PLAN, datasets=(changed,)), facts)
        clause = by_oid(define.where_clauses)["WC.LB.LBNAM.X-Y"].checks[0]
        assert (clause.comparator, clause.values) == ("IN", ("X", "Y"))
        assert [t.value for t in terms(define, "CL.AEREL")] == ["RELATED"]
        assert not [p for p in document_problems(define) if p.severity.rank]

    def test_two_by_variables_and_a_missing_one(self) -> None:
        by = replace(
            LB, value_level=("LBTESTCD", "LBNAM"), variables=LB.variables[2:5] + LB.variables[7:]
        )
        groups = {("ALB", ""): ValueFacts(1, 1, ("1",)), ("ALB", "X"): ValueFacts(1, 1, ("2",))}
        values = {
            "LBTESTCD": measured("ALB"),
            "LBNAM": measured("X"),
            "LBSTRESN": VariableFacts(2, 1, ("1", "2"), groups=groups),
        }
        define = built(replace(PLAN, datasets=(by,)), {"LB": DatasetFacts("LB", 2, values)})
        assert [c.oid for c in define.where_clauses] == [
            "WC.LB.LBTESTCD.ALB.LBNAM.NULL", "WC.LB.LBTESTCD.ALB.LBNAM.X",
        ]  # fmt: skip
        assert define.where_clauses[0].checks[1].values == ("",)
        assert [i.label for i in define.items[-2:]] == ["Albumin", "Albumin, X"]

    def test_a_by_variable_without_values_asks_nothing(self) -> None:
        by = replace(LB, value_level=("LBTESTCD", "LBSPEC"), keys=("LBTESTCD",))
        groups = {("ALB", ""): ValueFacts(1, 1, ("1",)), ("GLUC", ""): ValueFacts(1, 1, ("2",))}
        values = {
            "LBTESTCD": measured("ALB", "GLUC"),
            "LBSTRESN": VariableFacts(2, 1, ("1", "2"), groups=groups),
        }
        facts = {"LB": DatasetFacts("LB", 2, values)}
        define = built(replace(PLAN, datasets=(by,)), facts)
        assert [c.oid for c in define.where_clauses] == [
            "WC.LB.LBTESTCD.ALB", "WC.LB.LBTESTCD.GLUC",
        ]  # fmt: skip
        assert not [p for p in document_problems(define) if p.severity.rank]

    def test_a_by_variable_with_conditional_codelists(self) -> None:
        kept = tuple(v for v in LB.variables if v.name in ("LBTESTCD", "LBTEST", "LBSTRESN"))
        detail = CodelistUse("AEREL", (Condition("LBTESTCD", ("ALB",)),))
        varied = replace(kept[1], name="LBTSTDTL", codelists=(detail,))
        by = replace(LB, value_level=("LBTESTCD", "LBTSTDTL"), variables=(*kept, varied))
        keys = [("ALB", "RELATED"), ("ALB", "NOT RELATED"), ("GLUC", "MEAN"), ("COLOR", "")]
        values = {
            "LBTESTCD": measured("ALB", "COLOR", "GLUC"),
            "LBSTRESN": VariableFacts(
                4, 1, ("1",), groups={k: ValueFacts(1, 1, ("1",)) for k in keys}
            ),
            "LBTSTDTL": measured("MEAN", "NOT RELATED", "RELATED"),
        }
        define = built(replace(PLAN, datasets=(by,)), {"LB": DatasetFacts("LB", 4, values)})
        details = [i for i in define.items if i.oid.startswith("IT.LB.LBTSTDTL.")]
        assert [(i.oid[15:], i.length, bool(i.codelist_oid)) for i in details] == [
            ("ALB", 11, True), ("GLUC", 4, False),
        ]  # fmt: skip

    def test_readable_oids_stay_distinct(self) -> None:
        groups = {("A+",): ValueFacts(1, 1, ("1",)), ("A-",): ValueFacts(1, 1, ("2",))}
        values = {
            "LBTESTCD": measured("A+", "A-"),
            "LBSTRESN": VariableFacts(2, 1, ("1", "2"), groups=groups),
        }
        facts = {"LB": DatasetFacts("LB", 2, values)}
        define = built(replace(PLAN, datasets=(replace(LB, keys=("LBTESTCD",)),)), facts)
        assert [i.oid for i in define.items[-2:]] == ["IT.LB.LBSTRESN.A-", "IT.LB.LBSTRESN.A--2"]
        assert not [p for p in document_problems(define) if p.severity.rank]


class TestCodelists:
    """CodeList."""

    def test_only_what_occurs(self, sdtm: Define) -> None:
        assert terms(sdtm, "CL.SEX")[0].decode == "Female"
        assert [t.value for t in terms(sdtm, "CL.SEX")] == ["F", "M"]

    def test_plain_lists_have_no_decode(self, sdtm: Define) -> None:
        assert {t.decode for t in terms(sdtm, "CL.UNIT.LB.LBORRESU")} == {None}
        assert {t.decode for t in terms(sdtm, "CL.RACE")} == {None}

    def test_extensions_are_marked(self, sdtm: Define) -> None:
        extended = {t.value for c in sdtm.codelists for t in c.terms if t.extended}
        # an exception in a list that may not be extended (RACE) is no extension
        assert extended == {"VMACREAT", "mg/mg"}

    def test_codes_and_standards(self, sdtm: Define) -> None:
        lists = by_oid(sdtm.codelists)
        assert lists["CL.SEX"].aliases[0].name == "C66731"
        assert lists["CL.SEX"].standard_oid == "STD.SDTM.2025-03-28"
        assert lists["CL.AEREL"].non_standard

    def test_a_dictionary(self, sdtm: Define) -> None:
        external = by_oid(sdtm.codelists)["CL.MedDRA"].external
        assert external
        assert (external.name, external.version) == ("MedDRA", "26.1")

    def test_numeric_codes(self, adam: Define) -> None:
        assert by_oid(adam.codelists)["CL.TRTN"].data_type == "integer"

    def test_all_terms_when_the_facts_are_cut_off(self) -> None:
        values = dict(FACTS["DM"].variables)
        values["SEX"] = VariableFacts(9, 1, ("F",), complete=False)
        define = built(facts={"DM": DatasetFacts("DM", 9, values)})
        assert [t.value for t in terms(define, "CL.SEX")] == ["F", "M", "U"]

    def test_numbers_in_stresc_are_outside_terminology(self) -> None:
        result = replace(
            LB.variables[5], name="LBSTRESC", items=(), codelists=(CodelistUse("COLOR"),)
        )
        dataset = replace(LB, value_level=(), variables=(result,))
        plan = replace(PLAN, datasets=(dataset,))
        facts = {"LB": DatasetFacts("LB", 2, {"LBSTRESC": measured("4.5", "YELLOW")})}
        assert not built(plan, facts).codelists
        facts = {"LB": DatasetFacts("LB", 2, {"LBSTRESC": measured("YELLOW")})}
        assert built(plan, facts).codelists

    def test_parameter_codes_are_decoded_by_the_data(self) -> None:
        code = replace(LB.variables[3], name="PARAMCD", label="Parameter Code", codelists=())
        name = replace(LB.variables[4], name="PARAM")
        bds = replace(
            LB, name="ADLB", purpose="Analysis", standard="", value_level=("PARAMCD",), keys=(),
            variables=(code, name),
        )  # fmt: skip
        values = {
            "PARAMCD": measured("ALB", "GLUC"),
            "PARAM": measured("Albumin (g/L)", "Glucose", groups={
                "ALB": ("Albumin (g/L)",), "GLUC": ("Glucose",)}),
        }  # fmt: skip
        facts = {"ADLB": DatasetFacts("ADLB", 2, values)}
        define = build_define(replace(PLAN, datasets=(bds,)), "Analysis", facts, stamp=STAMP)
        assert define.codelists[0].non_standard
        assert [(t.value, t.decode, t.extended) for t in define.codelists[0].terms] == [
            ("ALB", "Albumin (g/L)", False), ("GLUC", "Glucose", False),
        ]  # fmt: skip

    def test_two_lists_of_one_name(self) -> None:
        own = PlanCodelist("SEX2", "SEX", "Sex as collected", terms=(PlanTerm("WHITE"),))
        race = replace(DM.variables[6], codelists=(CodelistUse("SEX2"),))
        dm = replace(DM, variables=(*DM.variables[:6], race))
        define = built(replace(PLAN, datasets=(dm,), codelists={**PLAN.codelists, "SEX2": own}))
        assert [c.oid for c in define.codelists] == ["CL.SEX.DM.RACE", "CL.SEX.DM.SEX"]


def test_sources_that_differ_are_all_origins() -> None:
    """Origins of several sources stand beside each other."""
    from clinmap.plan import ValueSource

    origins = (Origin("Collected", "Investigator"), Origin("Collected", "Vendor"))
    sources = tuple(ValueSource(n, 0, (), origin) for n, origin in enumerate(origins))
    sex = replace(DM.variables[5], per_source=sources)
    define = built(replace(PLAN, datasets=(replace(DM, variables=(sex,)),)))
    assert [o.source for o in define.items[0].origins] == ["Investigator", "Vendor"]
