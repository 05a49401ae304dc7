"""What holds between the datasets of a package, recomputed from the transport files alone.

Standards and controlled terminology are read from the published files beside the project, not from
the catalogue that the product carries.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyreadstat
import yaml

from define.document.read import read_define

Records = Callable[..., pd.DataFrame]
Files = dict[str, Path]
STUDY = Path("mappings/studies/n2011-04")
FINDINGS = [
    "CP",
    "DD",
    "FA",
    "GF",
    "IE",
    "IS",
    "LB",
    "MI",
    "PC",
    "PP",
    "RS",
    "SS",
    "TR",
    "TU",
    "VS",
]
SHORT_LIST = ["DD", "IE", "SS", "TU"]  # neither a number nor a baseline is asked for
ALSO = {"RS.RSSTRESC": "C66742"}  # Y or N of the new lesion indicator: NY
DATED_AFTER_THE_LAST_CONTACT = {("SS", "N2011-04-103-001"), ("SS", "N2011-04-105-002")}


def domains(files: Files) -> list[str]:
    return [name for name in files if not name.startswith(("SUPP", "RELREC"))]


def subject_level(files: Files, sdtm: Records, *columns: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The domains whose records are of subjects and have the columns."""
    for name in domains(files):
        frame = sdtm(name)
        if {"USUBJID", *columns} <= set(frame.columns):
            yield name, frame


def of_person(frame: pd.DataFrame, sdtm: Records, variable: str) -> pd.Series:
    """The value of DM for each record."""
    return frame["USUBJID"].map(sdtm("DM").set_index("USUBJID")[variable])


def days(texts: pd.Series) -> pd.Series:
    """Complete dates as days; the rest is missing."""
    return pd.to_datetime(texts.str[:10].where(texts.str.len() >= 10), format="%Y-%m-%d")


# ------------------------------------------------------------------------------------ identifiers


def test_every_subject_stands_in_dm(files: Files, sdtm: Records) -> None:
    known = set(sdtm("DM")["USUBJID"])
    assert len(known) == len(sdtm("DM")) == 30
    for name in files:
        if "USUBJID" in sdtm(name):
            assert set(sdtm(name)["USUBJID"]) - {""} <= known, name


def test_sequence_numbers_are_unique_and_dense(files: Files, sdtm: Records) -> None:
    counted = 0
    for name, frame in subject_level(files, sdtm):
        if f"{name}SEQ" in frame:
            numbers = frame.groupby("USUBJID")[f"{name}SEQ"]
            assert (numbers.nunique() == numbers.size()).all(), name
            assert ((numbers.min() == 1) & (numbers.max() == numbers.size())).all(), name
            counted += 1
    assert counted >= 20


def test_values_are_ascii_and_fit_into_200_bytes(files: Files, sdtm: Records) -> None:
    for name in files:
        frame = sdtm(name)
        for column in frame.select_dtypes(exclude="number"):
            values = frame[column].drop_duplicates()
            assert values.map(str.isascii).all(), f"{name}.{column}"
            assert values.str.len().max() <= 200, f"{name}.{column}"


def test_variables_are_labelled_and_ordered_as_in_the_guide(files: Files, shared: Path) -> None:
    guide = json.loads((shared / "standards/sdtmig-3-4.json").read_text(encoding="utf-8"))
    facts = {dataset["name"]: dataset for dataset in guide["datasets"]}
    for name, path in files.items():
        about = facts["SUPPQUAL" if name.startswith("SUPP") else name]
        labels = {variable["name"]: variable["label"] for variable in about["variables"]}
        meta = pyreadstat.read_xport(str(path), metadataonly=True)[1]
        written = meta.column_names_to_labels
        known = [variable for variable in meta.column_names if variable in labels]
        assert {v: written[v] for v in known} == {v: labels[v] for v in known}, name
        assert known == sorted(known, key=list(labels).index), name
        assert len(meta.file_label) <= 40


# ------------------------------------------------------------------------------ related records


def test_supplemental_qualifiers_point_at_records(files: Files, sdtm: Records) -> None:
    for name in [name for name in files if name.startswith("SUPP")]:
        supp, parent = sdtm(name), sdtm(name[4:])
        assert set(supp["RDOMAIN"]) == {name[4:]}
        assert not supp.duplicated(["USUBJID", "IDVAR", "IDVARVAL", "QNAM"]).any(), name
        assert (supp["QVAL"] != "").all(), name
        for variable, rows in supp.groupby("IDVAR"):
            if not variable:
                assert set(rows["USUBJID"]) <= set(parent["USUBJID"]), name
                continue
            there = set(
                zip(parent["USUBJID"], parent[str(variable)].map("{:g}".format), strict=True)
            )
            assert set(zip(rows["USUBJID"], rows["IDVARVAL"], strict=True)) <= there, name


def test_names_of_qualifiers(files: Files, sdtm: Records, shared: Path) -> None:
    """QNAM as a variable name, one label each, and never a variable that the guide has."""
    taken = {
        variable["name"]
        for dataset in json.loads((shared / "standards/sdtmig-3-4.json").read_text())["datasets"]
        for variable in dataset["variables"]
    }
    for name in [name for name in files if name.startswith("SUPP")]:
        pairs = sdtm(name)[["QNAM", "QLABEL"]].drop_duplicates()
        assert not pairs.duplicated("QNAM").any(), name
        assert not pairs.duplicated("QLABEL").any(), name
        assert pairs["QNAM"].str.fullmatch("[A-Z_][A-Z0-9_]{0,7}").all(), name
        assert (pairs["QLABEL"].str.len() <= 40).all(), name
        assert not set(pairs["QNAM"]) & taken, name


def pointed_at(rows: pd.DataFrame, sdtm: Records) -> None:
    """Each row with a value names a record of its RDOMAIN."""
    for (domain, variable), told in rows.groupby(["RDOMAIN", "IDVAR"]):
        parent = sdtm(str(domain))
        values = parent[str(variable)]
        text = values.map("{:g}".format) if values.dtype == float else values
        there = set(zip(parent["USUBJID"], text, strict=True))
        assert set(zip(told["USUBJID"], told["IDVARVAL"], strict=True)) <= there, (domain, variable)


def test_comments_point_at_records(sdtm: Records) -> None:
    comments = sdtm("CO")
    assert (comments["COVAL"] != "").all()
    pointed_at(comments[comments["IDVAR"] != ""], sdtm)


def test_related_records_exist(sdtm: Records) -> None:
    """Records in groups of two and more; RELTYPE only where whole datasets are related."""
    relations = sdtm("RELREC")
    assert (relations.groupby(["USUBJID", "RELID"])["RDOMAIN"].size() >= 2).all()
    whole = relations["USUBJID"] == ""
    assert set(relations.loc[whole, "RELTYPE"]) <= {"ONE", "MANY"}
    assert set(relations.loc[whole, "IDVARVAL"]) <= {""}
    assert set(relations.loc[~whole, "RELTYPE"]) <= {""}
    pointed_at(relations[~whole], sdtm)
    assert not relations.duplicated().any()


def test_related_datasets_share_their_links(sdtm: Records) -> None:
    """The values of the linking variables meet, subject by subject."""
    relations = sdtm("RELREC")
    pairs = [rows for _, rows in relations[relations["USUBJID"] == ""].groupby("RELID")]
    assert {tuple(sorted(pair["RDOMAIN"])) for pair in pairs} >= {
        ("EC", "EX"), ("PC", "PP"), ("TR", "TU"), ("RS", "TR"),
    }  # fmt: skip
    for pair in pairs:
        links = []
        for row in pair.itertuples():
            frame = sdtm(row.RDOMAIN)
            frame = frame[frame[row.IDVAR] != ""]
            links.append(set(zip(frame["USUBJID"], frame[row.IDVAR], strict=True)))
        assert set.intersection(*links), pair["RELID"].tolist()


# ------------------------------------------------------------------------------------------ timing


def test_study_days_count_from_the_first_dose(files: Files, sdtm: Records) -> None:
    """No day 0; no study day for a partial date or for a subject without a dose."""
    counted = 0
    for name, frame in subject_level(files, sdtm):
        for column in [c for c in frame if c.endswith("DY") and c != "VISITDY"]:
            passed = (
                days(frame[f"{column[:-2]}DTC"]) - days(of_person(frame, sdtm, "RFSTDTC"))
            ).dt.days
            expected = passed + (passed >= 0)
            pd.testing.assert_series_equal(
                frame[column], expected.astype(float), check_names=False, obj=f"{name}.{column}"
            )
            counted += 1
    assert counted >= 25


def test_the_reference_start_is_the_first_lenalidomide(sdtm: Records) -> None:
    doses = sdtm("EX")
    first = doses[doses["EXTRT"] == "LENALIDOMIDE"].groupby("USUBJID")["EXSTDTC"].min()
    people = sdtm("DM").set_index("USUBJID")
    given = people[people["RFSTDTC"] != ""]
    assert given["RFSTDTC"].to_dict() == given["RFXSTDTC"].to_dict() == first.to_dict()
    assert set(doses["USUBJID"]) == set(given.index)


def test_epoch_and_element_are_those_of_the_date(files: Files, sdtm: Records) -> None:
    """The last element of SE that began on or before the day, also for the second enrollment."""
    elements = sdtm("SE").assign(began=lambda se: days(se["SESTDTC"])).sort_values("began")
    counted = 0
    for name, frame in subject_level(files, sdtm, "EPOCH"):
        dated = next((f"{name}{c}" for c in ("STDTC", "DTC") if f"{name}{c}" in frame), "")
        if name == "SE" or not dated:
            continue
        rows = frame.assign(on=days(frame[dated])).dropna(subset="on").sort_values("on")
        rows = rows[rows["EPOCH"] != ""] if name == "DS" else rows
        met = pd.merge_asof(
            rows, elements[["USUBJID", "began", "EPOCH", "TAETORD"]],
            left_on="on", right_on="began", by="USUBJID", suffixes=("", "_SE"),
        )  # fmt: skip
        late = [(name, subject) in DATED_AFTER_THE_LAST_CONTACT for subject in met["USUBJID"]]
        met = met[~(pd.Series(late) & (met["EPOCH"] == ""))]
        assert (met["EPOCH"] == met["EPOCH_SE"].fillna("")).all(), name
        if "TAETORD" in frame:
            assert met["TAETORD"].equals(met["TAETORD_SE"]), name
        counted += 1
    assert counted >= 15


def test_visit_numbers_and_names_are_one_to_one(files: Files, sdtm: Records) -> None:
    named = [
        sdtm(name)[["VISITNUM", "VISIT"]].dropna(subset="VISITNUM")
        for name in domains(files)
        if {"VISITNUM", "VISIT"} <= set(sdtm(name).columns)
    ]
    pairs = pd.concat(named).drop_duplicates()
    assert len(named) >= 12
    assert (pairs["VISIT"] != "").all()
    assert not pairs["VISITNUM"].duplicated().any()
    assert not pairs["VISIT"].duplicated().any()


def test_every_visit_with_a_record_stands_in_sv(files: Files, sdtm: Records) -> None:
    """Planned visits are those of TV; what else there is was unscheduled or a second enrollment."""
    visits = sdtm("SV")
    known = set(zip(visits["USUBJID"], visits["VISITNUM"], strict=True))
    for name, frame in subject_level(files, sdtm, "VISITNUM"):
        rows = frame.dropna(subset="VISITNUM")
        assert set(zip(rows["USUBJID"], rows["VISITNUM"], strict=True)) <= known, name
    planned = set(sdtm("TV")["VISITNUM"])
    other = visits[~visits["VISITNUM"].isin(planned)]
    again = other["USUBJID"].eq("N2011-04-105-001") & (other["VISITNUM"] > 20000)
    assert (again | other["VISIT"].str.startswith("UNSCHEDULED")).all()


def test_nothing_ends_before_it_starts(files: Files, sdtm: Records) -> None:
    """Except the vomiting of 106-004, whose dates the site has to mend."""
    wrong = {}
    for name, frame in subject_level(files, sdtm):
        start, end = f"{name}STDTC", f"{name}ENDTC"
        if {start, end} <= set(frame.columns):
            backward = days(frame[end]) < days(frame[start])
            wrong |= {name: frame.loc[backward, "USUBJID"].tolist()} if backward.any() else {}
    assert wrong == {"AE": ["N2011-04-106-004"]}


def test_planned_time_points_are_told_alike(files: Files, sdtm: Records) -> None:
    """One name and one elapsed time for a number after a reference; no elapsed time without one."""
    seen = 0
    for name in [n for n in FINDINGS if n in files]:
        frame = sdtm(name)
        if f"{name}TPTNUM" not in frame:
            continue
        rows = frame[frame[f"{name}TPTNUM"].notna()]
        assert (rows[f"{name}TPT"] != "").all(), name
        if f"{name}ELTM" in frame:
            assert (frame.loc[frame[f"{name}ELTM"] != "", f"{name}TPTREF"] != "").all(), name
            told = rows.groupby([f"{name}TPTREF", f"{name}TPTNUM"])
            assert (told[f"{name}ELTM"].nunique() == 1).all(), name
        assert (rows.groupby(f"{name}TPT")[f"{name}TPTNUM"].nunique() == 1).all(), name
        seen += 1
    assert seen >= 3


def test_reference_dates_are_in_order(sdtm: Records) -> None:
    """Consent, first dose, last dose, end of treatment, last contact."""
    people = sdtm("DM")
    dosed = people[people["RFXSTDTC"] != ""]
    order = ["RFICDTC", "RFXSTDTC", "RFXENDTC", "RFENDTC", "RFPENDTC"]
    for before, after in pairwise(order):
        assert (days(dosed[before]) <= days(dosed[after])).all(), (before, after)


# ----------------------------------------------------------------------------------------- results


def test_the_number_and_the_text_of_a_result_are_equal(files: Files, sdtm: Records) -> None:
    for name in [n for n in FINDINGS if n in files and n not in SHORT_LIST]:
        frame = sdtm(name)
        if f"{name}STRESN" not in frame:
            continue
        numbers = frame[f"{name}STRESN"]
        texts = pd.to_numeric(frame[f"{name}STRESC"], errors="coerce")
        both = numbers.notna() & texts.notna()
        assert (numbers[both] == texts[both]).all(), name
        if name != "IS":  # a titer of 1:160 has the number 160
            assert numbers.notna().equals(texts.notna()), name


def test_a_test_that_was_not_done_has_no_result(files: Files, sdtm: Records) -> None:
    seen = 0
    for name in [n for n in FINDINGS if n in files]:
        frame = sdtm(name)
        if f"{name}STAT" in frame:
            status = frame[f"{name}STAT"]
            assert set(status) <= {"", "NOT DONE"}, name
            lacking = frame[status == "NOT DONE"]
            for column in ("ORRES", "ORRESU", "STRESC", "STRESU"):
                if f"{name}{column}" in frame:
                    assert (lacking[f"{name}{column}"] == "").all(), f"{name}{column}"
            rest = frame[status == ""]
            derived = rest[f"{name}DRVFL"] == "Y" if f"{name}DRVFL" in frame else False
            assert ((rest[f"{name}ORRES"] != "") | derived).all(), name
            seen += len(lacking)
    assert seen > 50


def test_one_standard_unit_for_a_test(files: Files, sdtm: Records) -> None:
    """Within a test, a specimen and a method; IS has the unit of a titer beside no unit."""
    for name in ("LB", "VS", "PC", "TR", "MI", "CP"):
        frame = sdtm(name)
        frame = frame[frame[f"{name}STRESN"].notna()]
        by = [c for c in (f"{name}TESTCD", f"{name}SPEC", f"{name}METHOD") if c in frame]
        by += ["CPSBMRKS", "CPMRKSTR"] if name == "CP" else []
        assert (frame.groupby(by)[f"{name}STRESU"].nunique() == 1).all(), name


def test_the_last_observation_before_exposure_is_before_it(files: Files, sdtm: Records) -> None:
    """At most one for a subject and test, with a result, not after the day of the first dose."""
    seen = 0
    for name in [n for n in FINDINGS if n in files]:
        frame = sdtm(name)
        flag = f"{name}LOBXFL"
        if flag not in frame:
            continue
        rows = frame[frame[flag] == "Y"]
        assert (rows[f"{name}ORRES"] != "").all(), name
        first = of_person(rows, sdtm, "RFXSTDTC")
        assert (first != "").all(), name
        assert (days(rows[f"{name}DTC"]) <= days(first)).all(), name
        seen += len(rows)
    assert seen > 500


def test_range_indicators_follow_from_the_numbers(sdtm: Records) -> None:
    """LOW below the lower limit, HIGH above the upper one, whatever the laboratory flagged."""
    rows = sdtm("LB").dropna(subset=["LBSTRESN", "LBSTNRLO", "LBSTNRHI"])
    assert len(rows) > 5000
    expected = pd.Series("NORMAL", rows.index)
    expected[rows["LBSTRESN"] < rows["LBSTNRLO"]] = "LOW"
    expected[rows["LBSTRESN"] > rows["LBSTNRHI"]] = "HIGH"
    assert (rows["LBNRIND"] == expected).all()
    assert (rows["LBSTNRLO"] <= rows["LBSTNRHI"]).all()


# -------------------------------------------------------------------------------- events and doses


def test_an_event_is_serious_for_a_reason(sdtm: Records) -> None:
    events = sdtm("AE")
    criteria = ["AESCAN", "AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESMIE"]
    assert events["AESER"].eq("Y").equals(events[criteria].eq("Y").any(axis=1))
    assert set(events["AESER"]) == {"Y", "N"}
    ongoing = events["AEENRTPT"] == "ONGOING"
    assert events.loc[ongoing, "AEENDTC"].eq("").all()
    assert events["AEENTPT"].ne("").equals(events["AEENRTPT"].ne(""))


def test_doses_are_above_zero_and_missed_ones_are_not_exposure(sdtm: Records) -> None:
    doses = sdtm("EX")
    assert (doses["EXDOSE"].dropna() > 0).all()
    assert (doses["EXDOSE"].notna() ^ (doses["EXDOSTXT"] != "")).all()
    collected = sdtm("EC")
    missed = collected[collected["ECOCCUR"] == "N"]
    assert len(missed) > 0
    assert missed["ECDOSE"].isna().all()
    given = set(zip(doses["USUBJID"], doses["EXSPID"], strict=True))
    assert not given & set(zip(missed["USUBJID"], missed["ECSPID"], strict=True))


def test_death_is_told_alike(sdtm: Records) -> None:
    """DM, DS, DD and SS name the same dead; a fatal event has the date of death as its end."""
    people = sdtm("DM").set_index("USUBJID")
    dead = people[people["DTHFL"] == "Y"]["DTHDTC"].to_dict()
    assert people.loc[people["DTHDTC"] != "", "DTHFL"].eq("Y").all()
    assert len(dead) == 10
    ends = sdtm("DS", DSDECOD="DEATH").set_index("USUBJID")["DSSTDTC"].to_dict()
    assert ends == dead
    assert set(sdtm("SS", SSSTRESC="DEAD")["USUBJID"]) == set(dead)
    # 104-004 has no death form, so that nothing is known of the cause but the fatal event
    assert set(sdtm("DD", DDTESTCD="PRCDTH")["USUBJID"]) == set(dead) - {"N2011-04-104-004"}
    fatal = sdtm("AE", AEOUT="FATAL")
    assert set(fatal["AESDTH"]) == {"Y"}
    assert set(fatal["AETOXGR"]) == {"5"}
    assert fatal.set_index("USUBJID")["AEENDTC"].to_dict().items() <= dead.items()
    assert set(sdtm("AE", AESDTH="Y")["USUBJID"]) == {"N2011-04-104-004", "N2011-04-105-002"}


def test_who_was_enrolled_and_who_was_dosed(sdtm: Records) -> None:
    """28 with an arm, 27 with a dose; every arm stands in TA, every disposition in time."""
    people = sdtm("DM")
    assert (people["ARMCD"] != "").sum() == 28
    assert (people["ACTARMCD"] != "").sum() == sdtm("EX")["USUBJID"].nunique() == 27
    assert people["ARMNRS"].eq("").equals(people["ACTARMCD"].ne(""))
    arms = dict(zip(sdtm("TA")["ARMCD"], sdtm("TA")["ARM"], strict=True)) | {"": ""}
    for code, text in (("ARMCD", "ARM"), ("ACTARMCD", "ACTARM")):
        assert people[code].map(arms).equals(people[text])
    assert people.loc[people["ARMCD"] == "", "RFENDTC"].eq("").all()


# ------------------------------------------------------------------------------------- terminology


def published(shared: Path) -> tuple[dict[str, set[str]], dict[str, str], set[str]]:
    """The terms of each codelist by C-code, its name, and which are extensible."""
    terms: dict[str, set[str]] = defaultdict(set)
    names, open_ones = {}, set()
    for package in ("sdtmct", "adamct"):
        path = shared / f"standards/{package}-2025-03-28.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                terms[row["codelist_code"]].add(row["term"])
                names[row["codelist_code"]] = row["codelist"]
                open_ones |= {row["codelist_code"]} if row["extensible"] == "True" else set()
    return terms, names, open_ones


def declared(project_root: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The study's own terms by codelist, and the exceptions by dataset and variable."""
    extended: dict[str, set[str]] = defaultdict(set)
    excused: dict[str, set[str]] = defaultdict(set)
    folder = project_root / STUDY
    for path in [folder / "study.yaml", *sorted((folder / "study").glob("*.yaml"))]:
        said = yaml.safe_load(path.read_text(encoding="utf-8")).get("terminology") or {}
        for name, terms in (said.get("extend") or {}).items():
            extended[name] |= set(terms)
        for name, terms in (said.get("exceptions") or {}).items():
            excused[name] |= set(terms)
    return extended, excused


def test_values_are_terms_of_their_codelists(
    files: Files, sdtm: Records, shared: Path, project_root: Path
) -> None:
    """Of the guide's codelists, the published terms, the study's own and its exceptions only."""
    terms, names, open_ones = published(shared)
    extended, excused = declared(project_root)
    assert set(extended) <= {names[code] for code in open_ones}
    guide = json.loads((shared / "standards/sdtmig-3-4.json").read_text(encoding="utf-8"))
    foreign, seen = {}, 0
    for dataset in [d for d in guide["datasets"] if d["name"] in files]:
        frame = sdtm(dataset["name"])
        for variable in [v for v in dataset["variables"] if v["name"] in frame]:
            codes = [code for code in variable.get("codelist", []) if code in terms]
            if not codes:
                continue
            place = f"{dataset['name']}.{variable['name']}"
            codes += [ALSO[place]] if place in ALSO else []
            known = set().union(*(terms[code] | extended[names[code]] for code in codes))
            values = {
                v for v in frame[variable["name"]] if not re.fullmatch(r"[<>]?-?[\d.]*", str(v))
            }
            if extra := values - known - excused[place]:
                foreign[place] = sorted(extra)[:5]
            seen += 1
    assert seen > 100
    assert foreign == {}


def test_define_marks_the_terms_of_the_study(
    files: Files, shared: Path, project_root: Path
) -> None:
    """An extended term is declared and in no published list; every other one has its C-code."""
    terms, names, open_ones = published(shared)
    extended, excused = declared(project_root)
    allowed = set().union(*excused.values())
    seen: dict[str, set[str]] = defaultdict(set)
    for codelist in read_define(files["DM"].with_name("define.xml")).codelists:
        code = next((alias.name for alias in codelist.aliases), "")
        if code not in terms:
            continue
        for term in codelist.terms:
            if term.extended:
                assert code in open_ones
                assert term.value not in terms[code]
                seen[names[code]].add(term.value)
            elif term.value not in allowed:
                assert term.value in terms[code], codelist.name
    assert seen
    assert all(found <= extended[name] for name, found in seen.items())
