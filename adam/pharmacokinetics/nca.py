"""The operation that gives pharmacokinetic parameters of concentration profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from adam.pharmacokinetics.parameters import Settings, dimensions, nca_parameters
from adam.pharmacokinetics.result_unit import unit_factor
from adam.pharmacokinetics.terminal import SlopeRule
from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Ref
from clinmap.registry import (
    Criterion,
    Description,
    Operand,
    Operation,
    Reference,
    operation,
    references,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from adam.pharmacokinetics.profiles import Profiles
    from clinmap.frames import Rows, Table

    Positions = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

SUBJECT = Ref("own", "USUBJID")
OF_PROFILE = ("dose", "interval", "infusion", "start", "end", "slope_from", "slope_to")
NEED_SLOPE = r"LAMZ.*|R2.*|CORRXY|AUM?C(IF|PE).*|CLF?[OP]|V(Z|SS).*|MRT..IF.|AILAMZ"


@operation
class Nca(Operation):
    """Give a pharmacokinetic parameter of a concentration profile, by non-compartmental analysis.

    Parameters: `nca`, the code of the parameter that a row wants (codelist PKPARMCD);
    `concentration` and `time`, variables of the dataset of concentrations as DS.VAR (the time since
    the dose; a sample before it has a time of 0 or below); `profile`, its variables that tell the
    profiles apart, each with the row's own value (USUBJID always); `where`, a condition on the
    concentrations (`$COLUMN` is a variable of their dataset).

    How: `trapezoids`, `linear` or `linear-up/log-down` (the default: by the logarithms where
    concentrations fall); `route`, `extravascular` (the default), `infusion` or `bolus`; `dose`;
    `infusion`, its duration; `interval`, the dosing interval, which makes it a profile of the
    steady state: CMAX, TMAX, CMIN and TMIN are then those of the interval; `start` and `end`, the
    times of AUCINT and CAVGINT.

    The terminal slope: a line through the logarithms of the last concentrations above zero after
    the highest one (and after the end of an infusion), of at least `minimum_points` (3); the
    best adjusted R squared is taken, and within `tolerance` (0.0001) of it the most points.
    `with_peak`: the line may begin at the highest concentration. `points`: exactly so many in the
    place of the best. `slope_from` and `slope_to`: all points between these times, where both are
    there.

    Units: `unit`, the unit wanted, with `concentration_unit`, `time_unit` (default h) and
    `dose_unit`; without `unit`, numbers are in the units of what they are made of.

    The concentration at the dose is that of the last sample at or before it; else 0, in the steady
    state the lowest of the interval, after a bolus that of the line through the first two points.
    Beyond the last measurable concentration it falls from there by the terminal slope.

    Codes: CMAX, TMAX, CMIN, TMIN, CLST, TLST, TLAG; AUCLST, AUCALL, AUCIFO, AUCIFP, AUCPEO, AUCPEP,
    AUCINT, CAVGINT, AUMCLST, AUMCIFO, AUMCIFP; LAMZ, LAMZHL, LAMZNPT, LAMZLL, LAMZUL, LAMZSPN, R2,
    R2ADJ, CORRXY; with an interval AUCTAU, CAVG, CTROUGH (measured at its end), FLUCP, SWING,
    PTROUGHR, AILAMZ. Extravascular: CLFO, CLFP, CLFTAU, VZFO, VZFP, VZFTAU, MRTEVLST, MRTEVIFO,
    MRTEVIFP. Infusion and bolus: CLO, CLP, CLTAU, VZO, VZP, VZTAU, VSSO, VSSP; after an infusion
    MRTICLST, MRTICIFO, MRTICIFP, after a bolus C0, MRTIBLST, MRTIBIFO, MRTIBIFP. Divided by the
    dose: AUCALLD, AUCIFOD, AUCIFPD, AUCINTD, AUCLSTD, AUCTAUD, CAVGD, CLSTD, CMAXD, CMIND.

    Rows: none is added or dropped. Missing: a sample without a time or a concentration is left out;
    what cannot be computed is missing.
    Problems: NCA001 for codes that are not computed for the route, NCA002 for profiles with two
    concentrations at one time (their parameters are missing), NCA003 for parameters that need a
    terminal slope where there is none, RES002 for units that do not fit.
    Source: ADaMIG-NCA 1.0; CDISC Controlled Terminology, codelist PKPARMCD.

    Example::

        AVAL:
          nca: .PARAMCD
          concentration: ADPC.AVAL
          time: ADPC.MRRLT
          profile: {PARCAT1: .PPSPEC, PCRFTDTM: .PCRFTDTM}
          where: "missing($DTYPE)"
          dose: .DOSEA
    """

    name: ClassVar[str] = "nca"
    codes: ClassVar[tuple[str, ...]] = ("NCA001", "NCA002", "NCA003", "RES002")

    nca: Reference
    concentration: Reference
    time: Reference
    profile: Mapping[str, Reference]
    where: Criterion | None = None
    trapezoids: Literal["linear", "linear-up/log-down"] = "linear-up/log-down"
    route: Literal["extravascular", "infusion", "bolus"] = "extravascular"
    dose: Operand = None
    infusion: Operand = None
    interval: Operand = None
    start: Operand = None
    end: Operand = None
    minimum_points: int = 3
    tolerance: float = 1e-4
    with_peak: bool = False
    points: int | None = None
    slope_from: Operand = None
    slope_to: Operand = None
    unit: Reference | None = None
    concentration_unit: Operand = None
    time_unit: Operand = "h"
    dose_unit: Operand = None

    def __post_init__(self) -> None:
        """Refuse what is no profile of a dataset, and lines through fewer than three points."""
        if self.concentration.kind != "dataset" or self.time.owner != self.concentration.owner:
            raise ValueError("`concentration` and `time` are variables of one dataset: DS.VAR")
        if self.minimum_points < 3 or (self.points is not None and self.points < 3):
            raise ValueError("the terminal slope needs at least 3 points")

    def inputs(self) -> tuple[Ref, ...]:
        """The code, what is known of the profile, and what is read of the concentrations."""
        owner = self.concentration.owner
        asked = (reference.column for reference in references(self.where))
        read = ["USUBJID", self.concentration.column, self.time.column, *self.profile, *asked]
        settings = [getattr(self, name) for name in OF_PROFILE]
        units = (self.unit, self.concentration_unit, self.time_unit, self.dose_unit)
        points = [Ref("dataset", column, owner) for column in read]
        return references(SUBJECT, self.nca, self.profile, settings, units, points)

    def apply(self, rows: Rows) -> pd.Series:
        """The parameters."""
        import numpy as np
        import pandas as pd

        job, first = self._jobs(rows)
        curves, doubled = self._curves(rows, job, first)
        rows.report("NCA002", "two concentrations of a profile at one time", doubled[job])
        found = nca_parameters(
            curves, self._settings(rows, first), self.route, self.trapezoids, self._rule
        )
        values = np.full(len(rows), np.nan)
        codes = rows.text(self.nca)
        for code, numbers in found.items():
            here = (codes == code).to_numpy(dtype=bool)
            values[here] = np.where(doubled, np.nan, numbers)[job[here]]
        self._report(rows, codes, (curves.known & ~doubled & np.isnan(found["LAMZ"]))[job])
        made = pd.Series(values, index=rows.index)
        return made if self.unit is None else self._in_unit(rows, made)

    @property
    def _rule(self) -> SlopeRule:
        return SlopeRule(self.minimum_points, self.tolerance, self.points, self.with_peak)

    def _jobs(self, rows: Rows) -> tuple[Positions, Positions]:
        """The analysis that each row is of, and the first row of each analysis.

        Rows of one profile that say the same of it share one.
        """
        import numpy as np

        from clinmap.ordering import group_codes

        said = [getattr(self, name) for name in OF_PROFILE]
        keys = [SUBJECT, *self.profile.values(), *(value for value in said if value is not None)]
        codes = group_codes([rows.values(key) for key in keys], len(rows))
        _, first, job = np.unique(codes, return_index=True, return_inverse=True)
        return job.astype(np.int64), first.astype(np.int64)

    def _curves(self, rows: Rows, job: Positions, first: Positions) -> tuple[Profiles, Mask]:
        """The points of each analysis, and where two are at one time."""
        import numpy as np

        from adam.pharmacokinetics.profiles import profiles_of
        from clinmap.frames import as_number

        table = rows.table(self.concentration.owner)
        analysis, record = self._points(rows, table, first)
        time = as_number(table.column(self.time.column)).to_numpy()[record]
        value = as_number(table.column(self.concentration.column)).to_numpy()[record]
        used = ~np.isnan(time) & ~np.isnan(value)
        analysis, record, time, value = analysis[used], record[used], time[used], value[used]
        order = np.argsort(job, kind="stable")
        begin, end = np.searchsorted(job[order], [analysis, analysis + 1])
        counts = end - begin
        place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        rows.link(table, order[np.repeat(begin, counts) + place], np.repeat(record, counts))
        curves = profiles_of(analysis, time, value, len(first))
        doubled: Mask = np.any(np.diff(curves.time, axis=1) == 0, axis=1)
        return curves, doubled

    def _points(self, rows: Rows, table: Table, first: Positions) -> tuple[Positions, Positions]:
        """Each analysis with the records of its profile."""
        import numpy as np
        import pandas as pd

        from clinmap.execution.evaluate import is_true
        from clinmap.execution.joins import match_all

        keys = [(SUBJECT, "USUBJID"), *((own, column) for column, own in self.profile.items())]
        own = [rows.values(reference).take(first).reset_index(drop=True) for reference, _ in keys]
        other = [table.column(column) for _, column in keys]
        eligible = np.ones(len(table), dtype=bool)
        if self.where is not None:
            index = pd.RangeIndex(len(table))
            eligible = is_true(self.where, lambda ref: table.column(ref.column), index)
        analysis, record = match_all(own, other, np.arange(len(table)), eligible)
        met = record >= 0
        return analysis[met], record[met]

    def _settings(self, rows: Rows, first: Positions) -> Settings:
        import numpy as np

        def known(operand: object) -> npt.NDArray[np.float64]:
            if operand is None:
                return np.full(len(first), np.nan)
            return rows.number(operand).to_numpy(dtype=np.float64)[first]

        return Settings(**{name: known(getattr(self, name)) for name in OF_PROFILE})

    def _report(self, rows: Rows, codes: pd.Series, without_slope: Mask) -> None:
        """List codes that are not computed, and what lacks a terminal slope."""
        computed = codes.isin(list(dimensions(self.route))).to_numpy(dtype=bool)
        rows.report(
            "NCA001",
            f"values of {self.nca} are no parameter that is computed after {self.route} dosing",
            codes.notna().to_numpy(dtype=bool) & ~computed,
            hint="Use a code of codelist PKPARMCD that the page of this operation names.",
        )
        slope = codes.str.fullmatch(NEED_SLOPE).fillna(value=False).to_numpy(dtype=bool)
        rows.report("NCA003", "parameters lack a terminal slope", computed & slope & without_slope)

    def _in_unit(self, rows: Rows, values: pd.Series) -> pd.Series:
        """The values in the units that are wanted."""
        import pandas as pd

        units = (self.concentration_unit, self.time_unit, self.dose_unit)
        said = pd.DataFrame(
            {n: rows.text(operand) for n, operand in enumerate((self.nca, self.unit, *units))}
        )
        known = dimensions(self.route)
        factors: dict[int, float | None] = {}
        codes, distinct = pd.factorize(pd.MultiIndex.from_frame(said.fillna("")))
        for number, (code, target, *others) in enumerate(distinct):
            factors[number] = _factor(known.get(code, (0, 0, 0)), tuple(others), target)
        by = pd.Series(codes, index=values.index).map(factors).astype("float64")
        unfit = (values.notna() & by.isna()).to_numpy(dtype=bool)
        rows.report("RES002", "units of parameters do not follow from those given", unfit)
        return values * by

    def describe(self) -> Description:
        """Derived, with the rules."""
        where = f", where {phrase(self.where)}" if self.where else ""
        if self.points is not None:
            line = f"the last {self.points} points"
        else:
            line = f"at least {self.minimum_points} last points by the best adjusted R squared"
        return Description(
            Origin("Derived", "Sponsor"),
            f"Non-compartmental analysis of {name_of(self.concentration)} by "
            f"{name_of(self.time)}{where}; {self.trapezoids} trapezoids; terminal slope through "
            f"{line}.",
        )


def _factor(powers: tuple[int, int, int], units: tuple[str, ...], target: str) -> float | None:
    """What turns a parameter into its unit; 1 for one that has no unit of its own."""
    if not any(powers):
        return 1.0
    found = unit_factor(powers, (units[0], units[1], units[2]), target)
    return None if found is None else float(found)
