"""The methods of analysis that a specification may name, one module for each family."""

from __future__ import annotations

from clinmap.results.method import Method, Methods
from clinmap.results.methods.agreement import Agreement
from clinmap.results.methods.comparisons import Difference, Fisher
from clinmap.results.methods.counts import Counts
from clinmap.results.methods.courses import TimeCourse, Trajectories
from clinmap.results.methods.dose import PowerLine, PowerModel, Spearman
from clinmap.results.methods.exact import Exact, ExactBars
from clinmap.results.methods.historical import Historical
from clinmap.results.methods.listing import Listing
from clinmap.results.methods.ranks import RankSum, SignedRank
from clinmap.results.methods.shift import Shift
from clinmap.results.methods.subjects import HeatMap, Swimmer, Waterfall
from clinmap.results.methods.summaries import Continuous, Geometric
from clinmap.results.methods.survival import KaplanMeier, SurvivalCurve

METHODS: tuple[type[Method], ...] = (
    Counts, Exact, Continuous, Geometric, Shift, KaplanMeier, SignedRank, RankSum, Fisher,
    Difference, PowerModel, Historical, Spearman, Agreement, Listing,
    ExactBars, SurvivalCurve, TimeCourse, Trajectories, PowerLine, Waterfall, Swimmer, HeatMap,
)  # fmt: skip


def methods() -> Methods:
    """All methods that come with clinmap."""
    return Methods(METHODS)
