"""Non-compartmental parameters of profiles, by the codes of codelist PKPARMCD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adam.pharmacokinetics.areas import Method, area_until, segments, total
from adam.pharmacokinetics.profiles import Profiles, Route, at, from_dose
from adam.pharmacokinetics.terminal import SlopeRule, Terminal, terminal_phase

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Found = dict[str, Vector]

CONCENTRATION, TIME, AREA, MOMENT = (1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 2, 0)
RATE, CLEARANCE, VOLUME, NUMBER = (0, -1, 0), (-1, -1, 1), (-1, 0, 1), (0, 0, 0)
WITH_DOSE: Final = (
    "AUCALL", "AUCIFO", "AUCIFP", "AUCINT", "AUCLST", "AUCTAU", "CAVG", "CLST", "CMAX", "CMIN",
)  # fmt: skip
"""The parameters that a D at the end divides by the dose."""

_EVERYWHERE: Final = {
    **dict.fromkeys(("CAVG", "CAVGINT", "CLST", "CMAX", "CMIN", "CTROUGH"), CONCENTRATION),
    **dict.fromkeys(("LAMZHL", "LAMZLL", "LAMZUL", "TLAG", "TLST", "TMAX", "TMIN"), TIME),
    **dict.fromkeys(("AUCALL", "AUCIFO", "AUCIFP", "AUCINT", "AUCLST", "AUCTAU"), AREA),
    **dict.fromkeys(("AUMCIFO", "AUMCIFP", "AUMCLST"), MOMENT),
    **dict.fromkeys(
        ("AILAMZ", "AUCPEO", "AUCPEP", "CORRXY", "FLUCP", "LAMZNPT", "LAMZSPN"), NUMBER
    ),
    **dict.fromkeys(("PTROUGHR", "R2", "R2ADJ", "SWING"), NUMBER),
    "LAMZ": RATE,
}
_BY_ROUTE: Final[dict[Route, dict[str, tuple[int, int, int]]]] = {
    "extravascular": {
        **dict.fromkeys(("CLFO", "CLFP", "CLFTAU"), CLEARANCE),
        **dict.fromkeys(("VZFO", "VZFP", "VZFTAU"), VOLUME),
        **dict.fromkeys(("MRTEVLST", "MRTEVIFO", "MRTEVIFP"), TIME),
    },
    "infusion": {
        **dict.fromkeys(("CLO", "CLP", "CLTAU"), CLEARANCE),
        **dict.fromkeys(("VSSO", "VSSP", "VZO", "VZP", "VZTAU"), VOLUME),
        **dict.fromkeys(("MRTICLST", "MRTICIFO", "MRTICIFP"), TIME),
    },
    "bolus": {
        "C0": CONCENTRATION,
        **dict.fromkeys(("CLO", "CLP", "CLTAU"), CLEARANCE),
        **dict.fromkeys(("VSSO", "VSSP", "VZO", "VZP", "VZTAU"), VOLUME),
        **dict.fromkeys(("MRTIBLST", "MRTIBIFO", "MRTIBIFP"), TIME),
    },
}
_RESIDENCE: Final[dict[Route, str]] = {
    "extravascular": "MRTEV", "infusion": "MRTIC", "bolus": "MRTIB",
}  # fmt: skip


def dimensions(route: Route) -> dict[str, tuple[int, int, int]]:
    """The parameters of a route, each with its powers of concentration, time and dose.

    >>> dimensions("extravascular")["CLFO"]
    (-1, -1, 1)
    """
    known = {**_EVERYWHERE, **_BY_ROUTE[route]}
    divided = {f"{code}D": (*known[code][:2], -1) for code in WITH_DOSE}
    return {**known, **divided}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of each profile besides its points; missing where it does not apply."""

    dose: Vector
    interval: Vector
    infusion: Vector
    start: Vector
    end: Vector
    slope_from: Vector
    slope_to: Vector


def nca_parameters(
    observed: Profiles, settings: Settings, route: Route, method: Method, rule: SlopeRule
) -> Found:
    """Every parameter of `dimensions(route)`, one value for each profile."""
    import numpy as np

    whole = from_dose(observed, route, settings.interval)
    seen = observed if route == "bolus" else whole
    line = terminal_phase(seen, rule, settings.infusion, (settings.slope_from, settings.slope_to))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found = _slope(line) | _peaks(seen, settings) | _ends(whole)
        found |= _areas(whole, line, method) | {"C0": at(whole.concentration, _zero(whole))}
        found |= _intervals(whole, line, settings, method)
        found |= _steady(found, seen, settings)
        found |= _residence(found, settings, route)
        found |= _clearance(found, settings, route)
        found |= {f"{code}D": found[code] / settings.dose for code in WITH_DOSE}
    return {code: found[code] for code in dimensions(route)}


def _zero(whole: Profiles) -> npt.NDArray[np.int64]:
    import numpy as np

    return np.where(whole.time[:, 0] == 0, 0, -1)


def _slope(line: Terminal) -> Found:
    import numpy as np

    half_life = np.log(2) / line.rate
    return {
        "LAMZ": line.rate, "LAMZHL": half_life, "LAMZNPT": line.points, "LAMZLL": line.lower,
        "LAMZUL": line.upper, "LAMZSPN": (line.upper - line.lower) / half_life,
        "CORRXY": line.correlation, "R2": line.r_squared, "R2ADJ": line.adjusted,
    }  # fmt: skip


def _peaks(seen: Profiles, settings: Settings) -> Found:
    """The highest and the lowest point; in the steady state those of the dosing interval."""
    import numpy as np

    within = seen.until(settings.interval)
    value, time = within.concentration, within.time
    unknown = np.isnan(value)
    empty = unknown.all(axis=1)
    high = np.where(empty, -1, np.argmax(np.where(unknown, -np.inf, value), axis=1))
    low = np.where(empty, -1, np.argmin(np.where(unknown, np.inf, value), axis=1))
    return {
        "CMAX": at(value, high), "TMAX": at(time, high),
        "CMIN": at(value, low), "TMIN": at(time, low),
    }  # fmt: skip


def _ends(whole: Profiles) -> Found:
    """The last measurable point, and the last one before the first that is measurable."""
    import numpy as np

    above = whole.concentration > 0
    first = np.where(above.any(axis=1), np.argmax(above, axis=1), -1)
    lag = at(whole.time, first - 1)
    return {
        "CLST": at(whole.concentration, whole.last),
        "TLST": at(whole.time, whole.last),
        "TLAG": np.where(first == 0, 0.0, np.where(first < 0, np.nan, lag)),
    }


def _areas(whole: Profiles, line: Terminal, method: Method) -> Found:
    import numpy as np

    known = whole.measurable()
    stretches, every = segments(known, method), segments(whole, method)
    none = whole.last < 0
    area = np.where(none, np.nan, total(stretches.area))
    moment = np.where(none, np.nan, total(stretches.moment))
    empty = np.isnan(whole.concentration).all(axis=1)
    found = {
        "AUCLST": area, "AUMCLST": moment,
        "AUCALL": np.where(empty, np.nan, total(every.area)),
    }  # fmt: skip
    last, when = at(whole.concentration, whole.last), at(whole.time, whole.last)
    for kind, end in (("O", last), ("P", line.last_predicted)):
        whole_area = area + end / line.rate
        found[f"AUCIF{kind}"] = whole_area
        found[f"AUCPE{kind}"] = 100 * (whole_area - area) / whole_area
        found[f"AUMCIF{kind}"] = moment + end * when / line.rate + end / line.rate**2
    return found


def _intervals(whole: Profiles, line: Terminal, settings: Settings, method: Method) -> Found:
    """The areas over the dosing interval and between two times, and the averages there."""
    first = area_until(whole, settings.start, line.rate, method)
    area = area_until(whole, settings.end, line.rate, method) - first
    in_interval = area_until(whole, settings.interval, line.rate, method)
    return {
        "AUCTAU": in_interval, "CAVG": in_interval / settings.interval,
        "AUCINT": area, "CAVGINT": area / (settings.end - settings.start),
    }  # fmt: skip


def _steady(found: Found, seen: Profiles, settings: Settings) -> Found:
    import numpy as np

    matches = seen.time == settings.interval[:, None]
    place = np.where(matches.any(axis=1), np.argmax(matches, axis=1), -1)
    trough = at(seen.concentration, place)
    swing = found["CMAX"] - found["CMIN"]
    known = ~np.isnan(settings.interval)
    return {
        "CTROUGH": trough,
        "PTROUGHR": np.where(trough > 0, found["CMAX"] / trough, np.nan),
        "FLUCP": 100 * swing / found["CAVG"],
        "SWING": np.where(known & (found["CMIN"] > 0), swing / found["CMIN"], np.nan),
        "AILAMZ": 1 / -np.expm1(-found["LAMZ"] * settings.interval),
    }


def _residence(found: Found, settings: Settings, route: Route) -> Found:
    """Mean residence times; half of the infusion is taken off."""
    name = _RESIDENCE[route]
    late = settings.infusion / 2 if route == "infusion" else 0.0
    return {
        f"{name}{end}": found[f"AUMC{end}"] / found[f"AUC{end}"] - late
        for end in ("LST", "IFO", "IFP")
    }


def _clearance(found: Found, settings: Settings, route: Route) -> Found:
    """Clearances and volumes; over the bioavailability (F) where it is not known."""
    by = "F" if route == "extravascular" else ""
    made: Found = {}
    for area, end in (("AUCIFO", "O"), ("AUCIFP", "P"), ("AUCTAU", "TAU")):
        clearance = settings.dose / found[area]
        made[f"CL{by}{end}"] = clearance
        made[f"VZ{by}{end}"] = clearance / found["LAMZ"]
    if route != "extravascular":
        for end in ("O", "P"):
            made[f"VSS{end}"] = made[f"CL{end}"] * found[f"{_RESIDENCE[route]}IF{end}"]
    return made
