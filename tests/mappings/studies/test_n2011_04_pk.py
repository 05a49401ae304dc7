"""Concentrations of isotretinoin and dinutuximab, and the parameters, of the example study."""

from __future__ import annotations

import json
from importlib.resources import files

import pandas as pd
import pytest

from clinmap.app.build.pipeline import BuiltStudy
from tests.built_studies import of


def records(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    columns = [[None if pd.isna(v) else v for v in frame[name]] for name in names.split()]
    return list(zip(*columns, strict=True))


def found(built: BuiltStudy, dataset: str) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The problems of a dataset: code, variable and message, with their rows."""
    return {(p.code, p.variable, p.message): p.rows for p in built.problems if p.dataset == dataset}


def test_a_row_of_the_wide_file_is_three_records(built: BuiltStudy) -> None:
    (tube,) = {row["PCREFID"] for row in _of(built, "101-003", "ISOTRET", 2)}
    names = "PCTESTCD PCTEST PCSCAT PCGRPID PCORRES PCSTRESU PCLLOQ PCTPTREF"
    assert records(of(built, "PC", "101-003", PCREFID=tube), names) == [
        ("ISOTRET", "Isotretinoin", "PARENT", "ISO-C01D28", "459", "ng/mL", 10.0,
         "DAY 28 ISOTRETINOIN DOSE"),
        ("OXOISO", "4-Oxo-Isotretinoin", "METABOLITE", "OXO-C01D28", "1234", "ng/mL", 10.0,
         "DAY 28 ISOTRETINOIN DOSE"),
        ("TRETIN", "Tretinoin", "METABOLITE", "TRE-C01D28", "24.6", "ng/mL", 10.0,
         "DAY 28 ISOTRETINOIN DOSE"),
    ]  # fmt: skip


def _of(built: BuiltStudy, subject: str, test: str, hours: float) -> list[dict[str, object]]:
    rows = of(built, "PC", subject, PCTESTCD=test, PCTPTNUM=hours)
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def test_blq_alone_takes_the_limit_of_the_comment(built: BuiltStudy) -> None:
    below = of(built, "PC", PCTESTCD="TRETIN", PCORRES="BLQ")
    assert set(records(below, "PCSTRESC PCSTRESN PCLLOQ PCORRESU PCSTAT")) == {
        ("<10", None, 10.0, "ng/mL", None)
    }
    assert len(below) > 20


def test_dinutuximab_in_its_own_unit_and_matrix(built: BuiltStudy) -> None:
    course = of(built, "PC", "101-003", PCTESTCD="DINUTUX")
    names = "PCTPT PCTPTNUM PCELTM PCTPTREF VISITNUM PCDTC PCRFTDTC"
    assert records(course, names)[:3] == [
        ("PREDOSE", 0.0, "PT0H", "DAY 8 DINUTUXIMAB INFUSION START", 108.0, "2014-03-08T20:00",
         "2014-03-08T20:15"),
        ("END OF INFUSION", 10.0, "PT10H", "DAY 8 DINUTUXIMAB INFUSION START", 108.0,
         "2014-03-09T06:31", "2014-03-08T20:15"),
        ("END OF INFUSION", 10.0, "PT10H", "DAY 11 DINUTUXIMAB INFUSION START", 111.0,
         "2014-03-12T06:37", "2014-03-11T20:30"),
    ]  # fmt: skip
    units = "PCGRPID PCORRESU PCSTRESU PCLLOQ PCSPEC PCMETHOD"
    assert set(records(course, units)) == {
        ("CHI-C01", "ug/mL", "ug/mL", 0.05, "SERUM", "ELECTROCHEMILUMINESCENCE IMMUNOASSAY")
    }
    assert course["PCSTRESC"].tolist()[0] == "<0.05"


def test_samples_without_a_result_are_not_done(built: BuiltStudy) -> None:
    missing = of(built, "PC", PCSTAT="NOT DONE")
    missing = missing[missing["PCTESTCD"] != "LENALID"]
    names = "USUBJID PCTESTCD VISITNUM PCREASND PCORRES PCSTRESC"
    assert records(missing, names) == [
        ("N2011-04-101-004", "ISOTRET", 128.0, "SAMPLE LOST", None, None),
        ("N2011-04-101-004", "OXOISO", 128.0, "SAMPLE LOST", None, None),
        ("N2011-04-101-004", "TRETIN", 128.0, "SAMPLE LOST", None, None),
        ("N2011-04-102-002", "DINUTUX", 115.0, "SAMPLE LOST", None, None),
        ("N2011-04-103-003", "ISOTRET", 128.0, "LIGHT DEGRADED", None, None),
        ("N2011-04-103-003", "OXOISO", 128.0, "LIGHT DEGRADED", None, None),
        ("N2011-04-103-003", "TRETIN", 128.0, "LIGHT DEGRADED", None, None),
        ("N2011-04-104-002", "DINUTUX", 111.0, "INFUSION NOT GIVEN", None, None),
        ("N2011-04-106-004", "DINUTUX", 111.0, "QUANTITY NOT SUFFICIENT", None, None),
    ]


def test_a_remark_on_a_result_stays_with_it(built: BuiltStudy) -> None:
    remarks = of(built, "SUPPPC", QNAM="LABREM")
    assert records(remarks, "USUBJID QVAL") == [
        ("N2011-04-101-001", "HEMOLYZED"),
        *[("N2011-04-105-003", "LIGHT EXPOSED")] * 3,
    ]
    exposed = _of(built, "105-003", "TRETIN", 4)
    assert float(str(exposed[0]["PCSTRESN"])) > 100


def test_the_start_of_an_infusion_is_that_of_the_infusion_form(built: BuiltStudy) -> None:
    infusion = of(built, "EX", "101-006", EXGRPID="CHI-C01D08")["EXSTDTC"].tolist()
    samples = of(built, "PC", "101-006", PCTESTCD="DINUTUX", VISITNUM=108.0)
    assert samples["PCRFTDTC"].tolist() == infusion * 2
    says = "the form has another start of the infusion; that of the infusion form is kept"
    assert len(found(built, "PC")["CHK001", "PCRFTDTC", says]) == 2


def test_clocks_that_disagree_are_listed_and_the_form_wins(built: BuiltStudy) -> None:
    """103-001 is the only one whose dates differ: dates without a format are read as dates too."""
    listed = found(built, "PC")
    says = "the vendor has another sample date; the form's is kept"
    assert len(listed["CHK001", "PCDTC", says]) == 1
    assert of(built, "PC", "103-001", VISITNUM=112.0)["PCDTC"].str[:10].tolist() == ["2013-06-23"]
    early = "the sample for the end of the infusion was drawn before the infusion ended"
    assert len(listed["CHK001", "PCDTC", early]) == 1


def test_the_second_enrollment_has_profiles_of_its_own(built: BuiltStudy) -> None:
    groups = of(built, "PC", "105-001", PCTESTCD="DINUTUX").groupby("PCGRPID")["VISITNUM"].min()
    assert groups.to_dict() == {"CHI-C01": 108.0, "CHI-2:C01": 20108.0}
    starts = of(built, "PP", "105-001", PPTESTCD="CMAX", PPCAT="DINUTUXIMAB")
    assert records(starts, "PPGRPID PPRFTDTC") == [
        ("CHI-2:C01", "2014-11-03T10:30"), ("CHI-C01", "2013-08-27T10:10"),
    ]  # fmt: skip


def test_no_planned_time_is_silently_lost(built: BuiltStudy) -> None:
    """Six samples of each analyte of a whole panel; 106-003 has five, and the sixth is listed."""
    counts = of(built, "PC").groupby(["USUBJID", "PCGRPID"]).size()
    retinoids = counts[counts.index.get_level_values(1).str.contains("ISO|OXO|TRE")]
    few = retinoids[retinoids != 6]
    assert few.to_dict() == {("N2011-04-106-003", f"{a}-C01D28"): 5 for a in ("ISO", "OXO", "TRE")}
    (listed,) = [p for p in built.problems if (p.code, p.dataset) == ("RAW005", "pk_iso")]
    assert listed.count == 1
    assert counts["N2011-04-104-002", "CHI-C01"] == 6


# ----------------------------------------------------------------------------------- parameters


def test_the_parameters_of_the_worked_profile(built: BuiltStudy) -> None:
    profile = of(built, "PP", "103-004", PPGRPID="LEN-C01D01").set_index("PPTESTCD")
    expected = {
        "CMAX": (510, "ng/mL"), "TMAX": (2, "h"), "CLST": (4.2, "ng/mL"), "TLST": (24, "h"),
        "AUCLST": (2781.856, "h*ng/mL"), "LAMZ": (0.2077107, "/h"), "LAMZHL": (3.33708, "h"),
        "AUCIFO": (2802.077, "h*ng/mL"), "AUCPEO": (0.721623, "%"), "CLFO": (12.49073, "L/h"),
        "CMAXD": (10.2, "ng/mL/(mg/m2)"), "AUCIFOD": (56.04154, "h*ng/mL/(mg/m2)"),
    }  # fmt: skip
    for test, (value, unit) in expected.items():
        assert profile.loc[test, "PPSTRESN"] == pytest.approx(value), test
        assert (profile.loc[test, "PPORRESU"], profile.loc[test, "PPSTRESU"]) == (unit, unit), test
    assert profile.loc["LAMZNPT", "PPSTRESN"] == 3
    assert profile["PPSTRESU"].isna()["LAMZNPT"]
    assert set(profile["PPRFTDTC"]) == {"2014-09-05T08:00"}
    assert set(profile["PPTPTREF"]) == {"DAY 1 LENALIDOMIDE DOSE"}


def test_a_profile_meets_its_concentrations(built: BuiltStudy) -> None:
    keys = ["USUBJID", "PCGRPID"]
    first = of(built, "PC").dropna(subset="PCRFTDTC").groupby(keys)["PCRFTDTC"].min()
    pairs = of(built, "PP").drop_duplicates(["USUBJID", "PPGRPID"])
    assert len(pairs) == len(first)
    starts = pairs.set_index(["USUBJID", "PPGRPID"])["PPRFTDTC"]
    assert starts.sort_index().to_dict() == first.sort_index().to_dict()


def test_missing_is_not_done(built: BuiltStudy) -> None:
    parameters = of(built, "PP")
    missing = parameters[parameters["PPSTAT"].notna()]
    names = "PPSTAT PPREASND PPORRES PPORRESU PPSTRESC PPSTRESN PPANMETH"
    assert set(records(missing, names)) == {
        ("NOT DONE", "NOT CALCULABLE FROM THE PROFILE", None, None, None, None, None)
    }
    assert "Missing" not in set(parameters["PPORRES"])
    assert parameters["PPSTRESN"].notna().sum() == len(parameters) - len(missing)


def test_areas_have_their_interval(built: BuiltStudy) -> None:
    areas = of(built, "PP").query("PPTESTCD in ['AUCINT', 'AUCTAU', 'RAAUCINT', 'AUCTAUD']")
    assert set(records(areas, "PPTESTCD PPCAT PPSTINT PPENINT")) == {
        ("AUCINT", "ISOTRETINOIN", "PT0H", "PT8H"),
        ("AUCINT", "4-OXO-ISOTRETINOIN", "PT0H", "PT8H"),
        ("AUCINT", "TRETINOIN", "PT0H", "PT8H"),
        ("RAAUCINT", "4-OXO-ISOTRETINOIN", "PT0H", "PT8H"),
        ("AUCTAU", "ISOTRETINOIN", "PT0H", "PT12H"),
        ("AUCTAU", "4-OXO-ISOTRETINOIN", "PT0H", "PT12H"),
        ("AUCTAU", "LENALIDOMIDE", "PT0H", "PT24H"),
        ("AUCTAUD", "LENALIDOMIDE", "PT0H", "PT24H"),
    }


def test_the_peak_is_a_concentration_of_the_profile(built: BuiltStudy) -> None:
    """CMAX against PC, for every profile: read from the built dataset, not from the generator."""
    concentrations = of(built, "PC").groupby(["USUBJID", "PCGRPID"])["PCSTRESN"]
    for row in of(built, "PP", PPTESTCD="CMAX").itertuples():
        measured = set(concentrations.get_group((row.USUBJID, row.PPGRPID)).dropna())
        found_in = row.PPSTRESN in measured if row.PPSTAT != "NOT DONE" else not measured
        assert found_in, (row.USUBJID, row.PPGRPID)


def test_the_correction_is_listed_as_applied(built: BuiltStudy) -> None:
    applied = [p for p in built.problems if p.code == "COR001" and p.dataset == "pksamp"]
    assert [(p.variable, p.count) for p in applied] == [("SAMPDAT_RAW", 1)]
    assert (files("mappings") / "studies" / "n2011-04" / "corrections.csv").is_file()
    assert json.dumps([p.message for p in applied]).count("102-001") == 0
