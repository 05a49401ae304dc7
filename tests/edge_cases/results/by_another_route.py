"""The cells of a table, computed of the records by SciPy and plain Python: no code of the results.

A method's own parameters are read from the compiled specification; which records it means, who is
in a column, what is counted and how a number is rounded is all done here a second time.
"""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from scipy import stats

Record = dict[str, Any]
Cells = dict[str, str]
Rows = list[tuple[str, Cells]]
TOTAL = "Total"
EVERYBODY = "All subjects"
NE = "NE"


@dataclass
class Part:
    """The records of one value of `each`, by column, and how many subjects a column has."""

    records: list[Record]
    groups: dict[str, list[Record]]
    sizes: dict[str, int]
    method: Any
    labels: tuple[str, ...] = ()

    def row(self, label: str, cell: Callable[[list[Record]], str]) -> tuple[str, Cells]:
        """A row with a cell for each column."""
        return label, {name: cell(found) for name, found in self.groups.items()}


# ---- numbers as text


def decimals(number: float, digits: int) -> str:
    """So many decimals, a half away from zero; what is a half but for its last bits is a half."""
    near = Decimal(repr(float(f"{number:.13g}")))
    text = str(near.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))
    return text.lstrip("-") if float(text) == 0 else text


def figures(number: float) -> str:
    """Three figures, and never less than the whole part."""
    exponent = Decimal(number).adjusted() if number else 0
    return decimals(number, max(0, 2 - exponent))


def percent(share: float) -> str:
    """A share in percent."""
    return decimals(100 * share, 1)


def p_value(number: float) -> str:
    """A p-value."""
    return "<0.0001" if number < 0.0001 else decimals(number, 4)


def limits(ends: Sequence[float], digits: int = 1, scale: float = 1.0) -> str:
    """An interval."""
    texts = [NE if math.isnan(e) else "infinity" if math.isinf(e) else decimals(scale * e, digits)
             for e in ends]  # fmt: skip
    return f"({texts[0]}; {texts[1]})"


def counted(number: int, total: int) -> str:
    """A count with its share."""
    return f"{number} ({percent(number / total)})" if number and total else str(number)


# ---- records


def condition(text: str) -> Callable[[Record], bool]:
    """A condition of the specification as Python: a comparison with a missing value is not true."""
    plain = re.sub(r"\bADSL\.(\w+)", r"\1", text)
    plain = re.sub(r"(?<![\w.])\.([A-Z]\w*)", r"\1", plain)
    code = compile(plain, "condition", "eval")
    words = {"present": lambda v: v is not None, "missing": lambda v: v is None}

    def holds(record: Record) -> bool:
        try:
            return bool(
                eval(code, {"__builtins__": {}, **words}, record)
            )  # the shipped study's own
        except TypeError:
            return False

    return holds


def people(records: Sequence[Record]) -> int:
    """How many subjects there are."""
    return len({record["USUBJID"] for record in records})


def word(value: Any) -> str:
    """A value as a heading says it."""
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def in_order(
    values: Sequence[str], name: str, records: Sequence[Record], levels: Sequence[str]
) -> list[str]:
    """Values as they stand in a table: as the study orders them, by the numeric twin, by name."""
    twin = {"PARAM": "PARAMN", "PARAMCD": "PARAMN"}.get(name, f"{name[:7]}N")
    at = {word(r[name]): r[twin] for r in reversed(records) if r.get(twin) is not None}
    known = {level: place for place, level in enumerate(levels)}
    numeric = all(re.fullmatch(r"-?[\d.]+", v) for v in values)

    def key(value: str) -> tuple[float, float, str]:
        own = float(value) if numeric else 0.0
        return known.get(value, len(known)), at.get(value, own), value

    return sorted(values, key=key)


# ---- the methods


def quantiles(values: Sequence[float]) -> tuple[float, float, float]:
    """The quartiles by the fifth definition of SAS."""
    ordered, size = sorted(values), len(values)

    def at(share: float) -> float:
        place = size * share
        whole = int(place)
        if place == whole:
            return (ordered[whole - 1] + ordered[whole]) / 2
        return ordered[whole]

    return at(0.25), at(0.5), at(0.75)


def numbers(records: Sequence[Record], name: str) -> list[float]:
    """The values that are there."""
    return [record[name] for record in records if record[name] is not None]


def of(
    name: str, text: Callable[[list[float]], str], least: int = 1
) -> Callable[[list[Record]], str]:
    """A cell made of the values of a column's records; NE where there are too few."""

    def cell(records: list[Record]) -> str:
        values = numbers(records, name)
        return text(values) if len(values) >= least else NE

    return cell


def continuous(part: Part) -> Rows:
    """Mean, SD, median, quartiles, range."""
    name, d = part.method.continuous, part.method.digits

    def pair(a: float, b: float) -> str:
        return f"{decimals(a, d)}; {decimals(b, d)}"

    return [
        part.row("n", lambda r: str(len(numbers(r, name)))),
        part.row("Mean", of(name, lambda v: decimals(float(np.mean(v)), d))),
        part.row("SD", of(name, lambda v: decimals(float(np.std(v, ddof=1)), d + 1), 2)),
        part.row("Median", of(name, lambda v: decimals(quantiles(v)[1], d))),
        part.row("Q1; Q3", of(name, lambda v: pair(quantiles(v)[0], quantiles(v)[2]))),
        part.row("Minimum; maximum", of(name, lambda v: pair(min(v), max(v)))),
    ]


def geometric(part: Part) -> Rows:
    """Geometric mean and coefficient of variation."""
    name = part.method.geometric

    def mean(values: list[float]) -> str:
        return figures(stats.gmean(values)) if min(values) > 0 else NE

    def variation(values: list[float]) -> str:
        if min(values) <= 0:
            return NE
        return decimals(100 * math.sqrt(stats.gstd(values) ** math.log(stats.gstd(values)) - 1), 1)

    return [
        part.row("n", lambda r: str(len(numbers(r, name)))),
        part.row("Geometric mean", of(name, mean)),
        part.row("Geometric CV (%)", of(name, variation, 2)),
        part.row("Median", of(name, lambda v: figures(quantiles(v)[1]))),
        part.row("Minimum", of(name, lambda v: figures(min(v)))),
        part.row("Maximum", of(name, lambda v: figures(max(v)))),
    ]


def interval(events: int, total: int, level: float = 95) -> str:
    """The exact limits of a share."""
    if not total:
        return NE
    found = stats.binomtest(events, total).proportion_ci(level / 100, "exact")
    return limits(found, scale=100)


def exact(part: Part) -> Rows:
    """A share with exact limits."""
    holds = condition(part.method.exact.text)
    everybody = part.method.of == "population"
    rows: Rows = [("Subjects counted", {}), ("With event, n (%)", {}), ("95% CI of %", {})]
    for name, records in part.groups.items():
        total = part.sizes[name] if everybody else people(records)
        events = people([r for r in records if holds(r)])
        rows[0][1][name] = str(total)
        rows[1][1][name] = f"{events} ({percent(events / total)})" if total else NE
        rows[2][1][name] = interval(events, total)
    return rows


def counts(part: Part) -> Rows:
    """Subjects by category; the order of categories is compared apart."""
    method = part.method
    first = [(method.any, part.records)] if method.any else []
    return [
        row for label, records in [*first, *nested(part.records, method.counts, method.levels)]
        for row in category(part, label, records)
    ]  # fmt: skip


def nested(
    records: list[Record], names: Sequence[str], levels: Sequence[str] = ()
) -> Iterator[tuple[str, list[Record]]]:
    """The categories and those within them."""
    values = {word(r[names[0]]) for r in records} - {""}
    added = set(levels) if len(names) == 1 else set()
    for value in sorted(values | added):
        own = [r for r in records if word(r[names[0]]) == value]
        yield value, own
        if names[1:]:
            yield from nested(own, names[1:], levels)


def category(part: Part, label: str, records: list[Record]) -> Rows:
    """A category, and its subjects by their worst grade."""
    rows = [subjects(part, label, records)]
    grade = part.method.worst
    if not grade:
        return rows
    worst: dict[str, float] = {}
    for record in records:
        if record[grade] is not None:
            worst[record["USUBJID"]] = max(worst.get(record["USUBJID"], 0), record[grade])
    for value in sorted(set(worst.values())):
        at = [r for r in records if worst.get(r["USUBJID"]) == value]
        rows.append(subjects(part, f"Grade {value:g}", at))
    return rows


def subjects(part: Part, label: str, records: list[Record]) -> tuple[str, Cells]:
    """A row with the subjects of some records."""
    here = {id(record) for record in records}
    cells = {}
    for name, own in part.groups.items():
        cells[name] = counted(people([r for r in own if id(r) in here]), part.sizes[name])
    return label, cells


def shift(part: Part) -> Rows:
    """Subjects by the category before and after, at their worst record where that is asked."""
    before, after = part.method.shift, part.method.to
    records = worst_of(part.records, after) if part.method.worst else part.records
    rows: Rows = []
    for start in values_of(records, before):
        here = [r for r in records if word(r[before]) == start]
        for end in dict.fromkeys([*values_of(records, after), *values_of(here, after)]):
            pair = [r for r in here if word(r[after]) == end]
            if end or pair:
                rows.append(subjects(part, f"to {end or 'missing'}", pair))
    return rows


def worst_of(records: list[Record], name: str) -> list[Record]:
    """Of each subject the first record with the greatest value."""
    found: dict[str, Record] = {}
    for record in records:
        known = found.get(record["USUBJID"])
        if known is None or word(record[name]) > word(known[name]):
            found[record["USUBJID"]] = record
    return list(found.values())


def values_of(records: list[Record], name: str) -> list[str]:
    """The values that occur, a missing one last."""
    return sorted({word(r[name]) for r in records}, key=lambda value: (value == "", value))


def kaplan_meier(part: Part) -> Rows:
    """Survival with the limits of SciPy."""
    method = part.method
    name = method.kaplan_meier
    used = {g: [r for r in rs if r[name] is not None and r[name] >= 0]
            for g, rs in part.groups.items()}  # fmt: skip
    whole = Part(part.records, used, part.sizes, method)
    rows = [whole.row("Subjects", lambda r: str(len(r)))]
    out = {g: len(rs) - len(used[g]) for g, rs in part.groups.items()}
    if any(out.values()):
        rows.append(("Left out: no time, or one below 0", {g: str(n) for g, n in out.items()}))
    rows.append(whole.row("Events, n (%)", lambda r: counted(events(r), len(r))))
    rows.append(whole.row("Censored, n (%)", lambda r: counted(len(r) - events(r), len(r))))
    rows.append(whole.row("Median, days (95% CI)", lambda r: median_time(r, name)))
    for time in method.times:
        label = f"{method.state} at {time:g} days, % (95% CI)"
        rows.append((label, {g: survival_at(r, name, time) for g, r in used.items()}))
        left = {g: str(sum(x[name] >= time for x in r)) for g, r in used.items()}
        rows.append((f"At risk at {time:g} days", left))
    return rows


def events(records: Sequence[Record]) -> int:
    """How many had the event."""
    return sum(record["CNSR"] == 0 for record in records)


def survival(records: list[Record], name: str) -> Any:
    """SciPy's curve."""
    known = [r[name] for r in records if r["CNSR"] == 0]
    right = [r[name] for r in records if r["CNSR"] != 0]
    return stats.ecdf(stats.CensoredData(uncensored=known, right=right)).sf


def survival_limits(curve: Any) -> tuple[Any, Any]:
    """Greenwood's limits on the log(-log) scale."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # SciPy says where there are no limits
        found = curve.confidence_interval(method="log-log")
    return found.low, found.high


def median_time(records: list[Record], name: str) -> str:
    """The time by which half have the event; limits where those of the curve pass a half."""
    if not records:
        return NE
    curve = survival(records, name)
    low, high = survival_limits(curve)
    median, *ends = (passes(c.quantiles, c.probabilities) for c in (curve, low, high))
    return NE if math.isnan(median) else f"{decimals(median, 1)} {limits(ends)}"


def passes(times: Sequence[float], shares: Sequence[float]) -> float:
    """Where a step line passes a half; the middle of a step that lies on it.

    Where all are left, or nobody, the limits of the curve are not defined and pass nothing.
    """
    known = [
        (time, share) for time, share in zip(times, shares, strict=True) if not math.isnan(share)
    ]
    on = [t for t, p in known if abs(p - 0.5) < 1e-9]
    below = [t for t, p in known if p < 0.5 - 1e-9]
    if on and below:
        return (on[0] + below[0]) / 2
    return min([*on, *below], default=math.nan)


def survival_at(records: list[Record], name: str, time: float) -> str:
    """The share without event at a time."""
    if not records:
        return NE
    curve = survival(records, name)
    share = float(curve.evaluate(time))
    if time > max(r[name] for r in records) and share > 0:
        return NE
    if share in (0.0, 1.0):
        return f"{percent(share)} {'(100.0; 100.0)' if share else '(NE; NE)'}"
    ends = [float(end.evaluate(time)) for end in survival_limits(curve)]
    return f"{percent(share)} {limits(ends, scale=100)}"


def as_far(ways: Mapping[int, int], found: int) -> float:
    """The share of sums at least as far from their mean."""
    total = sum(ways.values())
    mean = sum(value * count for value, count in ways.items()) / total
    far = abs(found - mean) - 1e-9
    return sum(count for value, count in ways.items() if abs(value - mean) >= far) / total


def signed_rank_p(values: list[float]) -> float:
    """All ways to give the ranks a sign, counted one rank after the other."""
    given = [v for v in values if v != 0]
    ranks = [round(2 * r) for r in stats.rankdata(np.abs(given))] if given else []
    ways: Counter[int] = Counter({0: 1})
    for rank in ranks:
        ways += Counter({value + rank: count for value, count in ways.items()})
    return as_far(ways, sum(r for r, v in zip(ranks, given, strict=True) if v > 0))


def rank_sum_p(one: list[float], two: list[float]) -> float:
    """All ways to choose the first group."""
    ranks = [round(2 * r) for r in stats.rankdata([*one, *two])]
    ways: list[Counter[int]] = [Counter({0: 1})] + [Counter() for _ in one]
    for rank in ranks:
        for size in range(len(one), 0, -1):
            ways[size] += Counter({v + rank: n for v, n in ways[size - 1].items()})
    return as_far(ways[len(one)], sum(ranks[: len(one)]))


def middle(part: Part, name: str, digits: int) -> Rows:
    """How many, median and quartiles."""
    return [
        part.row("n", lambda r: str(len(numbers(r, name)))),
        part.row("Median", of(name, lambda v: decimals(quantiles(v)[1], digits))),
        part.row("Q1; Q3", of(name, lambda v: f"{decimals(quantiles(v)[0], digits)}; "
                                             f"{decimals(quantiles(v)[2], digits)}")),
    ]  # fmt: skip


P = "p-value (exact, two-sided)"
Q = "q-value (Benjamini-Hochberg)"


def signed_rank(part: Part) -> Rows:
    """Changes within subjects."""
    name = part.method.signed_rank
    test = part.row(P, of(name, lambda v: p_value(signed_rank_p(v))))
    return [*middle(part, name, part.method.digits), test]


def two(part: Part) -> list[str]:
    """The two columns that are compared."""
    wanted = [" or ".join(values) for values in part.method.compared]
    return wanted or [name for name in part.groups if name != TOTAL][:2]


def rank_sum(part: Part) -> Rows:
    """Two groups by their ranks."""
    name, digits = part.method.rank_sum, part.method.digits
    one, other = (numbers(part.groups[g], name) for g in two(part))
    shift = float(np.median([a - b for a in one for b in other]))
    return [
        *middle(part, name, digits),
        (P, {"Comparison": p_value(rank_sum_p(one, other))}),
        ("Shift", {"Comparison": decimals(shift, digits)}),
    ]


def fisher(part: Part) -> Rows:
    """Two groups and an event."""
    holds = condition(part.method.fisher.text)
    table, cells = [], {}
    for name in two(part):
        records = part.groups[name]
        events, total = people([r for r in records if holds(r)]), people(records)
        cells[name] = f"{events}/{total} ({percent(events / total)})"
        table.append([events, total - events])
    ratio = stats.contingency.odds_ratio(table)
    ends = ratio.confidence_interval(0.95)
    odds = "infinity" if math.isinf(ratio.statistic) else decimals(ratio.statistic, 2)
    return [
        ("With event, n/N (%)", cells),
        ("p-value", {"Comparison": p_value(stats.fisher_exact(table).pvalue)}),
        ("Odds ratio (95% CI)", {"Comparison": f"{odds} {limits(ends, 2)}"}),
    ]


def power_model(part: Part) -> Rows:
    """The slope of the logarithms."""
    value, dose = part.method.power_model, part.method.dose
    used = [r for r in part.records if (r[value] or 0) > 0 and (r[dose] or 0) > 0]
    fit = stats.linregress([math.log(r[dose]) for r in used], [math.log(r[value]) for r in used])
    reach = stats.t.ppf(0.95, len(used) - 2) * fit.stderr
    ends = limits((fit.slope - reach, fit.slope + reach), 3)
    return [("n", {"Estimate": str(len(used))}),
            ("Slope (90% CI)", {"Estimate": f"{decimals(fit.slope, 3)} {ends}"})]  # fmt: skip


def spearman(part: Part) -> Rows:
    """The correlation of ranks."""
    one, other = part.method.spearman, part.method.to
    used = [r for r in part.records if r[one] is not None and r[other] is not None]
    found = stats.spearmanr([r[one] for r in used], [r[other] for r in used]).statistic
    return [("n", {"Estimate": str(len(used))}),
            ("Spearman's rank correlation", {"Estimate": decimals(found, 3)})]  # fmt: skip


def agreement(part: Part) -> Rows:
    """How often two parameters agree at a visit."""
    method = part.method
    rows: Rows = [("Pairs", {}), ("Agreeing, n (%)", {}), ("95% CI of %", {})]
    for name, records in part.groups.items():
        of_code = [
            {(r["USUBJID"], *(r[v] for v in method.by_visit)): r[method.agreement]
             for r in reversed(records) if r["PARAMCD"] == code and r[method.agreement]}
            for code in method.between
        ]  # fmt: skip
        pairs = [(value, of_code[1][key]) for key, value in of_code[0].items() if key in of_code[1]]
        alike = sum(a == b for a, b in pairs)
        rows[0][1][name] = str(len(pairs))
        rows[1][1][name] = f"{alike} ({percent(alike / len(pairs))})" if pairs else NE
        rows[2][1][name] = interval(alike, len(pairs))
    return rows


def historical(part: Part) -> Rows:
    """This study beside published ones."""
    method = part.method
    rows: Rows = []
    for parameter in sorted({r["PARAM"] for r in part.records}):
        by_study = {r["SRCSTUDY"]: r for r in part.records if r["PARAM"] == parameter}
        own = by_study[method.study]
        cells = {method.study: summary(own)}
        for other in method.studies:
            found = by_study.get(other)
            cells[other] = summary(found)
            cells[f"Difference from {other}"] = difference(own, found)
        rows.append((f"{parameter} ({own['UNITC']})" if own["UNITC"] else parameter, cells))
    return rows


def summary(row: Record | None) -> str:
    """What a study says."""
    if row is None:
        return NE
    if row["NEVT"] is not None:
        return f"{row['NEVT']:g}/{row['NSUBJ']:g} ({percent(row['NEVT'] / row['NSUBJ'])})"
    spread = f" ({figures(row['SDVAL'])})" if row["SDVAL"] is not None else ""
    return f"{figures(row['MEANVAL'])}{spread}, n = {row['NSUBJ']:g}"


def difference(own: Record, other: Record | None) -> str:
    """The difference of means by Welch's t, its degrees of freedom by SciPy's own test."""
    if other is None or other["SDVAL"] is None or own["SDVAL"] is None:
        return NE
    a, b = (stats.norm.ppf((np.arange(int(r["NSUBJ"])) + 0.5) / r["NSUBJ"]) for r in (own, other))
    one, two_ = ((x / x.std(ddof=1)) * r["SDVAL"] + r["MEANVAL"] for x, r in ((a, own), (b, other)))
    ends = stats.ttest_ind(one, two_, equal_var=False).confidence_interval()
    return f"{decimals(own['MEANVAL'] - other['MEANVAL'], 2)} {limits(ends, 2)}"


def with_q_values(parts: Sequence[Part], tables: Sequence[Rows]) -> None:
    """Rows of q-values beneath those of p: adjusted by SciPy within each family."""
    family = parts[0].method.family
    families = ["" if family == "all" else part.records[0][family] for part in parts]
    for one in dict.fromkeys(families):
        of_family = [n for n, found in enumerate(families) if found == one]
        p_values = [p_of(parts[n]) for n in of_family]
        for n, q in zip(of_family, stats.false_discovery_control(p_values), strict=True):
            ((column, _),) = dict(tables[n])[P].items()
            tables[n].append((Q, {column: p_value(q)}))


def p_of(part: Part) -> float:
    """The p-value of a part, in full."""
    if part.method.name == "signed_rank":
        return signed_rank_p(numbers(part.records, part.method.signed_rank))
    one, other = (numbers(part.groups[g], part.method.rank_sum) for g in two(part))
    return rank_sum_p(one, other)


METHODS: dict[str, Callable[[Part], Rows]] = {
    "continuous": continuous, "geometric": geometric, "exact": exact, "counts": counts,
    "kaplan_meier": kaplan_meier, "signed_rank": signed_rank, "rank_sum": rank_sum,
    "fisher": fisher, "power_model": power_model, "spearman": spearman, "agreement": agreement,
    "historical": historical, "shift": shift,
}  # fmt: skip
