"""results.yaml: what is refused, each with its line and the way to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.problems import SpecificationError, SpecificationErrors
from mappings.compile import Compiled, compile_study
from mappings.load import load_study
from tests.small_study import operations

BAD = """\
assumptions: {known: This is known.}
objectives:
  Z1: {title: One, text: Words., purpose: PRIMARY OUTCOME MEASURE, assumes: [knwon]}
displays:
  T-1:
    objective: Z1
    title: Bad
    results:
      - {from: ADSLX, counts: SEX}
      - {from: ADSL, population: SAFFLL, counts: SEX}
      - {from: ADSL, counts: SXE}
      - {from: ADSL, where: .AGEE > 3, counts: SEX}
      - {from: ADDLT, where: ".PARAMCD == 'DLTT'", exact: .AVALC == 'Y'}
      - {from: ADSL, continuous: SEX}
      - {from: ADSL, rank_sum: AGE}
      - {from: ADSL, cuonts: SEX}
      - {from: ADSL, counts: SEX, wurst: AGE}
      - {from: ADSL, title: No method}
      - {from: ADSL, counts: SEX, exact: .AGE > 3}
      - {from: ADSL, survival_curve: AGE, censor: AGE}
      - {from: ADSL, by: LENGR2, counts: SEX}
      - {from: ADSL, where: DM.SEX == 'F', counts: SEX}
      - {from: ADSL, kaplan_meier: AGE, times: soon}
      - {from: ADSL, counts: SEX, total: perhaps}
      - {from: ADESC, population: SAFFL, counts: SAFFL}
  X1: {objective: P9, title: Bad, results: [{from: ADSL, counts: SEX}]}
"""
SAID = {
    3: "there is no assumption 'knwon'\n    Did you mean known?",
    9: "there is no analysis dataset 'ADSLX'\n    Did you mean ADSL",
    10: "ADSL has no population flag 'SAFFLL'\n    Did you mean SAFFL",
    11: "neither ADSL nor ADSL has a variable 'SXE'\n    Did you mean SEX",
    12: "neither ADSL nor ADSL has a variable 'AGEE'\n    Did you mean AGE",
    13: "ADDLT has no parameter 'DLTT'\n    Did you mean DLT",
    14: "RST001 method continuous needs numbers, and SEX is text",
    15: "RST001 method rank_sum compares groups, and `by` names none",
    16: "RST002 there is no method 'cuonts'\n    Did you mean counts",
    17: "method counts has no parameter 'wurst'\n    Did you mean worst",
    18: "RST002 the result has no method\n    Methods: agreement, continuous, counts",
    19: "RST002 several methods stand here: counts, exact",
    20: "RST001 method survival_curve makes a figure, and T-1 is a table",
    21: "neither ADSL nor ADSL has a variable 'LENGR2'\n    Did you mean LENGR1",
    22: "DM.SEX is neither a variable of ADSL nor of ADSL",
    23: "kaplan_meier: ",
    24: "total: ",
    25: "neither ADESC nor ADSL has a variable 'SAFFL'",
    26: "display X1: there is no objective 'P9'",
}


def of_example(folder: Path, text: str) -> Compiled:
    """The example study with other results than its own."""
    (folder / "study.yaml").write_text("extends: n2011-04\n", encoding="utf-8")
    (folder / "results").mkdir()
    (folder / "results" / "own.yaml").write_text(text, encoding="utf-8")
    return compile_study(str(folder), operations())


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """What is said of each line of BAD, the study compiled once."""
    with pytest.raises(SpecificationErrors) as caught:
        of_example(tmp_path_factory.mktemp("bad") / "", BAD)
    own = [e for e in caught.value.errors if e.location and e.location.file.endswith("own.yaml")]
    assert len(own) == len(caught.value.errors)
    found: dict[int, str] = {}
    for error in own:
        assert error.location is not None
        text = str(error).split(": ", 1)[1]
        found[error.location.line] = f"{found.get(error.location.line, '')}{text}\n"
    return found


@pytest.mark.parametrize("line", SAID)
def test_what_is_wrong_is_said_with_its_line(line: int, refused: dict[int, str]) -> None:
    """Each mistake at its own line, with a near match."""
    assert SAID[line] in refused.get(line, "")


def test_nothing_else_is_refused(refused: dict[int, str]) -> None:
    """Every line with an error is a line with a mistake."""
    assert set(refused) == set(SAID)
    assert "a display is named T-" in refused[26]


def test_a_good_result_is_compiled(tmp_path: Path) -> None:
    """Defaults of the display reach its results; a result may have others."""
    text = """\
    displays:
      T-X:
        objective: P1
        title: Sexes
        population: SAFFL
        by: TRT01P
        total: true
        results:
          - {from: ADSL, counts: SEX}
          - {from: ADDLT, where: ".PARAMCD in ('DLT', 'NDLT')", population: "", by: [],
             total: false, reason: SPECIFIED IN SAP, continuous: AVAL}
    """
    plan = of_example(tmp_path, text).plan
    assert plan.results is not None
    display = plan.results.display("T-X")
    assert display is not None
    first, second = display.results
    assert (first.population, first.by, first.total) == ("SAFFL", ("TRT01P",), True)
    assert (first.reason, first.purpose) == ("SPECIFIED IN PROTOCOL", "PRIMARY OUTCOME MEASURE")
    assert (second.population, second.by, second.total) == ("", (), False)
    assert second.parameters == ("DLT", "NDLT")
    assert second.location.line == 10
    assert first.described["SEX"].owner == "ADSL"


def test_misnamed_results_file_is_refused(tmp_path: Path) -> None:
    """A file that is not read is told of."""
    (tmp_path / "study.yaml").write_text("study: X\nas_of: 2025-01-01\n", encoding="utf-8")
    (tmp_path / "result.yaml").write_text("displays: {}\n", encoding="utf-8")
    with pytest.raises(SpecificationError, match=r"name it results\.yaml"):
        load_study(tmp_path)
