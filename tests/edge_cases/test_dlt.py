"""Edge cases of doses, adverse events and dose limiting toxicity, in the XPT files."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Records = Callable[..., pd.DataFrame]

DATASETS = ("AE", "CM", "EC", "EX", "FA", "MI", "PC", "PP", "PR", "RS", "TR", "TU")


def rows(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(value) else value for value in frame[n]] for n in names.split()]
    return list(zip(*columns, strict=True))


def qualifiers(sdtm: Records, parent: str, subject: str, number: int) -> dict[str, str]:
    """The supplemental qualifiers of a record, by QNAM."""
    found = sdtm(f"SUPP{parent}", subject, IDVARVAL=str(number))
    return dict(zip(found["QNAM"], found["QVAL"], strict=True))


def test_e03_an_infusion_over_midnight(sdtm: Records) -> None:
    """101-003: one infusion of nominal day 8 that ends on the next day, without a duration."""
    given = sdtm("EX", "101-003", EXGRPID="CHI-C01D08")
    assert rows(given, "EXSTDTC EXENDTC EXSTDY EXENDY EXLNKGRP") == [
        ("2014-03-08T20:15", "2014-03-08T22:30", 8, 8, "CHI-C01D08"),
        ("2014-03-09T00:30", "2014-03-09T06:25", 9, 9, "CHI-C01D08"),
    ]
    assert "EXDUR" not in given.columns
    assert sdtm("DM", "101-003")["RFSTDTC"].tolist() == ["2014-03-01"]


def test_e04_two_rates_are_two_records_of_one_infusion(sdtm: Records) -> None:
    """101-003: 6.2 and 11.3 mg as collected, 8.73 and 15.92 mg/m2 by 0.71 m2."""
    collected = sdtm("EC", "101-003", ECLNKGRP="CHI-C01D08")
    names = "ECTRT ECMOOD ECPRESP ECOCCUR ECDOSE ECDOSU ECROUTE ECADJ"
    assert rows(collected, names) == [
        ("DINUTUXIMAB", "PERFORMED", "Y", "Y", 6.2, "mg", "INTRAVENOUS", ""),
        ("DINUTUXIMAB", "PERFORMED", "Y", "Y", 11.3, "mg", "INTRAVENOUS", "ADVERSE EVENT"),
    ]
    given = sdtm("EX", "101-003", EXGRPID="CHI-C01D08")
    assert rows(given, "EXDOSE EXDOSU EXDOSFRQ") == [
        (8.73, "mg/m2", "ONCE"),
        (15.92, "mg/m2", "ONCE"),
    ]
    course = [sdtm("EC", "101-003", ECLNKGRP=f"CHI-C01D{day}") for day in ("08", "09", "10", "11")]
    assert round(sum(day["ECDOSE"].sum() for day in course) / 0.71, 4) == 99.6479


def test_e05_held_doses_are_in_ec_and_not_in_ex(sdtm: Records) -> None:
    """104-001, course 1: eleven days, three days held for neutropenia, seven days."""
    collected = sdtm("EC", "104-001", ECTRT="LENALIDOMIDE", ECMOOD="PERFORMED", ECGRPID="LEN-C01")
    assert rows(collected, "ECOCCUR ECREASOC ECDOSE ECSTDTC ECENDTC") == [
        ("Y", "", 40.0, "2014-07-23", "2014-08-02"),
        ("N", "NEUTROPENIA", None, "2014-08-03", "2014-08-05"),
        ("Y", "", 40.0, "2014-08-06", "2014-08-12"),
    ]
    given = sdtm("EX", "104-001", EXTRT="LENALIDOMIDE")
    given = given[given["EXLNKGRP"].str.startswith("LEN-C01")]
    assert rows(given, "EXDOSE EXDOSFRQ EXSTDY EXENDY") == [
        (50.0, "QD", 1, 11),
        (50.0, "QD", 15, 21),
    ]


def test_e06_a_reduced_dose_has_its_reason(sdtm: Records) -> None:
    """104-001, course 3: 37.5 mg/m2 of 50, while the course form still plans the reduced dose."""
    reduced = sdtm("EX", "104-001", EXLNKGRP="LEN-C03D01")
    assert rows(reduced, "EXDOSE EXADJ") == [(37.5, "ADVERSE EVENT")]
    planned = sdtm("EC", "104-001", ECGRPID="LEN-C03", ECMOOD="SCHEDULED")
    assert rows(planned, "ECDOSE ECDOSU") == [(37.5, "mg/m2")]


def test_e07_an_infant_is_dosed_by_weight(sdtm: Records) -> None:
    """102-004: 2.665 mg/kg twice daily, and no plan in mg/m2."""
    given = sdtm("EX", "102-004", EXTRT="ISOTRETINOIN")
    assert set(rows(given, "EXDOSE EXDOSU EXDOSFRQ")) == {(2.665, "mg/kg", "BID")}
    assert sdtm("EC", "102-004", ECTRT="ISOTRETINOIN", ECMOOD="SCHEDULED").empty


def test_e08_unequal_morning_and_evening_doses(sdtm: Records) -> None:
    """101-003: 60 and 50 mg are two parallel records a day each, by 0.71 m2."""
    collected = sdtm("EC", "101-003", ECLNKGRP="ISO-C01D15")
    assert rows(collected, "ECTPT ECDOSE ECDOSU ECDOSFRQ") == [
        ("AM", 60.0, "mg", "QD"),
        ("PM", 50.0, "mg", "QD"),
    ]
    given = sdtm("EX", "101-003", EXLNKGRP="ISO-C01D15")
    assert rows(given, "EXTPT EXTPTNUM EXDOSE EXDOSU EXSTDTC EXENDTC") == [
        ("AM", 1, 84.51, "mg/m2", "2014-03-15", "2014-03-28"),
        ("PM", 2, 70.42, "mg/m2", "2014-03-15", "2014-03-28"),
    ]


def test_e09_two_enrollments_are_one_subject(sdtm: Records) -> None:
    """105-001 and 105-004: one record in DM; doses, plans, toxicity form and deviations of both."""
    assert len(sdtm("DM", "105-001")) == 1
    for dataset in ("DM", "EC", "EX", "AE", "FA", "DV", "CO"):
        assert sdtm(dataset, "105-004").empty
    planned = sdtm("EC", "105-001", ECTRT="LENALIDOMIDE", ECMOOD="SCHEDULED")
    assert rows(planned, "ECGRPID ECDOSE")[3:5] == [("LEN-C04", 25.0), ("LEN-E2C01", 50.0)]
    forms = sdtm("FA", "105-001", FATESTCD="EVALIND").sort_values("FASPID", ignore_index=True)
    assert rows(forms, "FASPID FASTRESC") == [("2:DLT-1", "N"), ("DLT-1", "Y")]
    assert set(sdtm("DV", "105-001")["DVSPID"]) == {"2:DV-1", "2:DV-2"}


def test_e10_the_committee_and_the_page_disagree(sdtm: Records) -> None:
    """101-005: FA calls the hypoxia dose limiting, SUPPAE does not; RELREC relates the two."""
    (event,) = sdtm("AE", "101-005", AEGRPID="7").to_dict("records")
    assert (event["AEDECOD"], event["AETOXGR"]) == ("Hypoxia", "3")
    assert qualifiers(sdtm, "AE", "101-005", int(event["AESEQ"]))["AEDLT"] == "N"
    form = sdtm("FA", "101-005")
    names = "FATESTCD FAOBJ FAORRES FASTRESC FAEVAL FADTC"
    about, committee = "DOSE LIMITING TOXICITY", "ADJUDICATION COMMITTEE"
    assert rows(form, names) == [
        ("EVALIND", "DLT EVALUABILITY", "Y", "Y", committee, "2014-04-02"),
        ("DLTCRIT", about, "D04", "D04", committee, "2014-04-02"),
        ("OCCUR", about, "Y", "Y", committee, "2014-04-02"),
    ]
    more = qualifiers(sdtm, "FA", "101-005", 3)
    assert more == {"AENO": "7", "DLTDTC": "2014-03-11"}
    related = sdtm("RELREC", "101-005", RELID="AE-FA-7")
    assert rows(related, "RDOMAIN IDVAR IDVARVAL RELTYPE") == [
        ("AE", "AESEQ", str(int(event["AESEQ"])), ""),
        ("FA", "FASEQ", "2", ""),
        ("FA", "FASEQ", "3", ""),
    ]


def test_e11_evaluable_as_collected_with_too_few_doses(sdtm: Records) -> None:
    """103-001: the form says evaluable, and 12 of 21 doses were given."""
    assert rows(sdtm("FA", "103-001", FATESTCD="EVALIND"), "FASTRESC") == [("Y",)]
    taken = sdtm("EC", "103-001", ECGRPID="LEN-C01", ECMOOD="PERFORMED")
    assert rows(taken, "ECOCCUR ECREASOC ECSTDY ECENDY") == [
        ("Y", "", 1, 12),
        ("N", "FAMILY TRAVEL", 13, 21),
    ]


def test_e20_one_record_for_each_grade_of_an_event(sdtm: Records) -> None:
    """101-004: three grades of one event share AEGRPID."""
    event = sdtm("AE", "101-004", AEGRPID="5")
    assert rows(event, "AESPID AETOXGR AESTDTC AEENDTC") == [
        ("5-1", "2", "2015-01-29", "2015-01-31"),
        ("5-2", "3", "2015-02-01", "2015-02-03"),
        ("5-3", "1", "2015-02-04", "2015-02-08"),
    ]


def test_e21_an_event_entered_on_two_pages_is_one(sdtm: Records) -> None:
    """103-004: the first entry of the fever is kept."""
    fever = sdtm("AE", "103-004", AEDECOD="Fever")
    assert rows(fever, "AESPID AESTDTC AETOXGR") == [("1-1", "2014-10-01", "2")]


def test_e22_an_ongoing_event_has_no_end(sdtm: Records) -> None:
    """104-002: the end was typed UNK; ongoing at the last contact."""
    (event,) = sdtm("AE", "104-002", AEGRPID="1").to_dict("records")
    assert (event["AEENDTC"], event["AEENRTPT"]) == ("", "ONGOING")
    assert event["AEENTPT"] == sdtm("DM", "104-002")["RFPENDTC"].iloc[0] == "2017-06-24"


def test_e23_a_start_without_a_day_stays_without_one(sdtm: Records) -> None:
    """102-003: UN MAR 2014 is 2014-03, and has no study day."""
    (event,) = sdtm("AE", "102-003", AEGRPID="1").to_dict("records")
    assert event["AESTDTC"] == "2014-03"
    assert pd.isna(event["AESTDY"])


def test_e38_texts_are_ascii(sdtm: Records) -> None:
    """101-001: accents, curly quotes, a dash and a micro sign."""
    assert rows(sdtm("AE", "101-001", AEGRPID="7"), "AETERM") == [("Fievre",)]
    assert rows(sdtm("AE", "101-001", AEGRPID="9"), "AETERM") == [
        ('"Burning" pain - morphine 50 ug/kg/h',)
    ]
    for dataset in ("AE", "CO", "DV", "SUPPDV"):
        for column in sdtm(dataset).select_dtypes("str"):
            assert sdtm(dataset)[column].map(str.isascii).all(), f"{dataset}.{column}"


def test_e39_a_term_of_260_characters_goes_on_in_suppae(sdtm: Records) -> None:
    """101-001: AETERM has at most 200 characters and nothing is lost."""
    (event,) = sdtm("AE", "101-001", AEGRPID="8").to_dict("records")
    rest = qualifiers(sdtm, "AE", "101-001", int(event["AESEQ"]))["AETERM1"]
    assert len(event["AETERM"]) <= 200
    assert len(f"{event['AETERM']} {rest}") == 260


def test_e40_no_isotretinoin_is_planned_or_given_at_dose_level_one(sdtm: Records) -> None:
    """104-005: neither planned nor collected nor given."""
    assert sdtm("EC", "104-005", ECTRT="ISOTRETINOIN").empty
    assert sdtm("EX", "104-005", EXTRT="ISOTRETINOIN").empty
    assert len(sdtm("EC", "104-005", ECMOOD="SCHEDULED")) == 6


def test_every_relationship_has_two_sides_and_points_at_records(sdtm: Records) -> None:
    """Each RELID of a subject, or of datasets, has rows of two domains; each value is there."""
    related = sdtm("RELREC")
    sides = related.groupby(["USUBJID", "RELID"])["RDOMAIN"].nunique()
    assert (sides == 2).all()
    whole = related[related["USUBJID"] == ""]
    assert set(whole["RELTYPE"]) == {"ONE", "MANY"}
    assert set(whole["IDVARVAL"]) == {""}
    assert (whole.groupby("RELID").size() == 2).all()
    single = related[related["USUBJID"] != ""]
    assert set(single["RELTYPE"]) == {""}
    for domain, variable, subject, value in rows(single, "RDOMAIN IDVAR USUBJID IDVARVAL"):
        assert (variable, variable) == (f"{domain}SEQ", variable)
        assert (
            float(str(value))
            in sdtm(str(domain), str(subject).removeprefix("N2011-04-"))[str(variable)].tolist()
        )


def test_datasets_that_are_related_as_a_whole_meet(sdtm: Records) -> None:
    """ONE is at most one record of a value for a subject, and the values of both sides meet."""
    whole = sdtm("RELREC")
    whole = whole[whole["USUBJID"] == ""]
    for _, pair in whole.groupby("RELID"):
        values = []
        for domain, variable, kind in rows(pair, "RDOMAIN IDVAR RELTYPE"):
            frame = sdtm(str(domain))
            named = frame[frame[str(variable)] != ""]
            keys = list(zip(named["USUBJID"], named[str(variable)], strict=True))
            if kind == "ONE" and pair["RELID"].iloc[0] != "MI-RS":
                assert len(keys) == len(set(keys)), f"{domain}.{variable}"
            values.append(set(keys))
        assert values[0] & values[1], pair["RELID"].iloc[0]
