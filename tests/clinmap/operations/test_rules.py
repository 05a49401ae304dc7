"""What each operation makes of values, of missing values, and what it lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from clinmap.plan import PlanCodelist, PlanTerm
from clinmap.terminology import Codelist, Term, load_packaged
from tests.rows_of import TestRows
from tests.small_study import operations

TEXTS = {
    "USUBJID": ["1", "1", "2", "2", None],
    "A": ["x", "Y", None, "z", "x"],
    "B": ["b", None, None, "d", "e"],
    "N": ["1", "2.5", None, "abc", "10"],
    "DTC": ["2020-01-02", "2020-01", None, "2020-01-01", "2020-01-03"],
}
MISSING = None


def rows(**more: Any) -> TestRows:
    own = {name: pd.Series(values, dtype="str") for name, values in TEXTS.items()}
    return TestRows({**own, **{f"${name}": values for name, values in own.items()}}, **more)


def values_of(name: str, parameters: dict[str, Any], given: TestRows | None = None) -> list[Any]:
    """What an operation makes of the rows above."""
    registry = operations()
    principal = registry.principal(name)
    made = registry.make(name, {principal if k == name else k: v for k, v in parameters.items()})
    result = made.apply(given or rows())
    assert result.index.equals(pd.RangeIndex(5))
    return [MISSING if pd.isna(value) else value for value in result]


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        ("assign", {"assign": "$A"}, ["x", "Y", None, "z", "x"]),
        ("assign", {"assign": ".A", "case": "upper"}, ["X", "Y", None, "Z", "X"]),
        ("constant", {"constant": "$A"}, ["$A"] * 5),
        ("constant", {"constant": 3}, [3.0] * 5),
        ("constant", {"constant": None}, [None] * 5),
        ("constant", {"constant": "Y", "when": ".A == 'x'"}, ["Y", None, None, None, "Y"]),
        ("combine", {"combine": [".A", ".B"], "separator": "-"}, ["x-b", None, None, "z-d", "x-e"]),
        (
            "combine",
            {"combine": [".A", ".B"], "separator": "-", "skip_missing": True},
            ["x-b", "Y", None, "z-d", "x-e"],
        ),
        ("combine", {"combine": ["S", ".A"]}, ["Sx", "SY", None, "Sz", "Sx"]),
        ("compute", {"compute": "number(.N) * 2"}, [2, 5, None, None, 20]),
        ("compute", {"compute": "number(.N) / 0"}, [None] * 5),
        ("compute", {"compute": ".A == 'x'"}, ["Y", "N", None, "N", "Y"]),
        (
            "conditional",
            {
                "conditional": [
                    {"when": ".A == 'x'", "then": "first"},
                    {"when": "present(.A)", "then": ".B"},
                ],
                "otherwise": "none",
            },
            ["first", None, "none", "d", "first"],
        ),
        (
            "conditional",
            {"conditional": [{"when": ".A == 'x'", "then": 1}]},
            [1.0, None, None, None, 1.0],
        ),
        (
            "category",
            {"category": ".N", "cuts": [2.5, 10], "labels": ["low", "mid", "high"]},
            ["low", "mid", None, None, "high"],
        ),
        (
            "category",
            {"category": ".N", "cuts": [2.5, 10], "labels": [1, 2, 3], "closed": "right"},
            [1.0, 1.0, None, None, 2.0],
        ),
        (
            "extract",
            {"extract": ".DTC", "pattern": "([0-9]{4})-.*"},
            ["2020", "2020", None, "2020", "2020"],
        ),
        ("extract", {"extract": ".N", "pattern": "([0-9]+)"}, ["1", None, None, None, "10"]),
        ("sequence", {"sequence": ".DTC"}, [2, 1, 1, 2, 1]),
        ("sequence", {"sequence": ".N", "within": ".A"}, [1, 1, 1, 1, 2]),
        ("first_flag", {"first_flag": ".USUBJID", "order": ".DTC"}, [None, "Y", "Y", None, "Y"]),
        (
            "first_flag",
            {"first_flag": ".USUBJID", "order": ".DTC", "take": "last", "where": "present(.A)"},
            ["Y", None, None, "Y", "Y"],
        ),
        (
            "first_flag",
            {"first_flag": ".USUBJID", "order": ".DTC", "descending": ".DTC", "value": "1"},
            ["1", None, None, "1", "1"],
        ),
        ("transliterate", {"transliterate": ".A"}, ["x", "Y", None, "z", "x"]),
        (
            "text_part",
            {"text_part": ".DTC", "size": 7},
            ["2020-01", "2020-01", None, "2020-01", "2020-01"],
        ),
    ],
)  # fmt: skip
def test_rule(name: str, parameters: dict[str, Any], expected: list[Any]) -> None:
    assert values_of(name, parameters) == expected


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("category", {"category": ".N", "cuts": [2, 1], "labels": [1, 2, 3]}, "must ascend"),
        ("category", {"category": ".N", "cuts": [1], "labels": [1]}, "2 groups"),
        ("extract", {"extract": ".A", "pattern": "("}, "no regular expression"),
        ("extract", {"extract": ".A", "pattern": "x"}, "one group"),
        ("assign", {"assign": "A"}, "not a reference"),
        ("earliest", {"earliest": ".A"}, "write DS.VAR"),
        ("constant", {"constant": "Y", "when": "$A"}, "no condition"),
        ("constant", {"constant": True}, "write Y, N, 1 or 0"),
        ("first_flag", {"first_flag": ".A"}, "Field required"),
    ],
)
def test_parameters_that_do_not_fit(name: str, parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        values_of(name, parameters)


EX = pd.DataFrame(
    {
        "USUBJID": pd.Series(["1", "1", "2", "2"], dtype="str"),
        "EXSTDTC": pd.Series(["2020-02-02", "2020-02-01", None, "2020-03"], dtype="str"),
        "EXENDTC": pd.Series(["2020-02-03", None, "2020-04-01", None], dtype="str"),
        "EXDOSE": pd.Series([1.0, 0.0, 1.0, 1.0]),
    }
)


@pytest.mark.parametrize(
    ("name", "parameters", "by_subject", "records"),
    [
        ("earliest", {"earliest": "EX.EXSTDTC"}, {"1": "2020-02-01", "2": "2020-03"}, [1, 1, 3, 3]),
        ("latest", {"latest": "EX.EXSTDTC"}, {"1": "2020-02-02", "2": "2020-03"}, [0, 0, 3, 3]),
        (
            "earliest",
            {"earliest": "EX.EXSTDTC", "where": "$EXDOSE > 0"},
            {"1": "2020-02-02", "2": "2020-03"},
            [0, 0, 3, 3],
        ),
        (
            "latest",
            {"latest": ["EX.EXENDTC", "EX.EXSTDTC"]},
            {"1": "2020-02-03", "2": "2020-04-01"},
            [0, 0, 2, 2],
        ),
    ],
)
def test_extreme_of_a_subject(
    name: str, parameters: dict[str, Any], by_subject: dict[str, str], records: list[int]
) -> None:
    given = rows(tables={"EX": EX})
    expected = [by_subject.get(subject or "") for subject in TEXTS["USUBJID"]]
    assert values_of(name, parameters, given) == expected
    linked = {
        r: record for _, own, found in given.linked for r, record in zip(own, found, strict=True)
    }
    assert [linked.get(row) for row in range(4)] == records
    assert 4 not in linked, "a row without a subject has no record"


def codelist(*terms: tuple[str, str]) -> PlanCodelist:
    return PlanCodelist(
        "L",
        "L",
        "List",
        terms=tuple(PlanTerm(value, decode) for value, decode in terms),
        resolver=Codelist("", "L", "List", True, tuple(Term("", v, d) for v, d in terms)),
    )


def test_recode_takes_the_map_before_the_codelist_and_lists_the_rest() -> None:
    given = rows(lists=[codelist(("X", ""), ("Y", ""))])
    assert values_of("recode", {"recode": ".A", "map": {"Y": "YES"}}, given) == [
        "X", "YES", None, None, "X",
    ]  # fmt: skip
    assert [(code, found) for code, _, found in given.reported] == [("TRM001", [3])]


def test_recode_without_a_codelist_knows_the_map_only() -> None:
    given = rows(lists=[codelist(("X", ""))])
    parameters = {"recode": ".A", "map": {"Z": "ZED"}, "terms": False, "missing": ["Y"]}
    assert values_of("recode", parameters, given) == [None, None, None, "ZED", None]
    assert [found for _, _, found in given.reported] == [[0, 4]]


def test_recode_to_nothing_is_meant() -> None:
    given = rows()
    assert values_of("recode", {"recode": ".B", "map": dict.fromkeys("bde")}, given) == [None] * 5
    assert not given.reported


def test_decode_gives_the_name_of_the_code() -> None:
    given = rows(lists=[codelist(("x", "An x"), ("Y", ""))])
    assert values_of("decode", {"decode": ".A"}, given) == ["An x", None, None, None, "An x"]
    assert [(code, found) for code, _, found in given.reported] == [("TRM001", [1, 3])]


def test_check_lists_and_changes_nothing() -> None:
    given = rows()
    parameters = {"check": "number(.N) > 2", "of": ".A", "says": "too much", "level": "error"}
    assert values_of("check", parameters, given) == TEXTS["A"]
    assert given.reported == [("CHK003", "too much", [1, 4])]


def test_transliterate_lists_what_it_changes_and_what_it_loses() -> None:
    texts = pd.Series(["naïve?", "plain?", "10 µg", "日", None], dtype="str")
    given = TestRows({"A": texts})
    assert values_of("transliterate", {"transliterate": ".A"}, given) == [
        "naive?", "plain?", "10 ug", "?", None,
    ]  # fmt: skip
    assert [(code, found) for code, _, found in given.reported] == [
        ("TXT002", [0, 2, 3]),
        ("TXT001", [3]),
    ]


def test_text_is_split_between_words() -> None:
    words = pd.Series(
        ["one two three", "short", None, "unbroken-text-of-some-length", ""], dtype="str"
    )
    given = TestRows({"A": words})
    parts = [
        values_of("text_part", {"text_part": ".A", "size": 8, "number": n}, given) for n in (1, 2)
    ]
    assert parts[0][:2] == ["one two", "short"]
    assert parts[1][:3] == ["three", None, None]
    assert all(len(text) <= 8 for text in (*parts[0], *parts[1]) if text)


def test_published_terms_are_found_by_their_synonyms() -> None:
    published = load_packaged("SDTM").codelist("NY")
    assert published is not None
    terms = tuple(
        PlanTerm(t.value, t.decode, t.code, t.extended, t.synonyms) for t in published.terms
    )
    given = TestRows(
        {"A": pd.Series(["Yes", "no", "n", "U", "perhaps"], dtype="str")},
        lists=[PlanCodelist("C66742", "NY", "No Yes", terms=terms, resolver=published)],
    )
    assert values_of("recode", {"recode": ".A"}, given) == ["Y", "N", "N", "U", None]


def test_ties_are_broken_by_content_and_not_by_place() -> None:
    frame = {"USUBJID": ["1"] * 5, "A": list("abcde"), "K": ["1"] * 5}
    own = {name: pd.Series(values, dtype="str") for name, values in frame.items()}
    order = np.array([3, 1, 4, 0, 2])
    turned = {n: v.take(order).reset_index(drop=True) for n, v in own.items()}
    parameters = {"sequence": ".K"}
    first = dict(zip(own["A"], values_of("sequence", parameters, TestRows(own)), strict=True))
    again = dict(zip(turned["A"], values_of("sequence", parameters, TestRows(turned)), strict=True))
    assert first == again
