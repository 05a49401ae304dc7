"""The cell populations of the flow cytometry panels: how they are named and how many there are.

All values are invented. `share` is a usual percentage of the parent, `effect` how much 100 mg/m2 of
lenalidomide raises it (as a part of it); `counted` populations have a count in whole blood too.
"""

from __future__ import annotations

from typing import NamedTuple

LYMPHOCYTES, LEUKOCYTES = "Lymphocytes", "CD45+"
NK, T_CELLS, MONOCYTES = "NK cells", "T cells", "Monocytes"
BRIGHT, BRIGHT_CLOSED = "CD45+/CD3-/CD56 bright", "CD45+/CD3-/CD56bright"
NK_CELLS = "CD45+/CD3-/CD56+CD16+"
RATIO = "CD4:CD8"


class Population(NamedTuple):
    """One gate of a panel."""

    panel: str
    name: str
    parent: str
    share: float
    effect: float
    counted: bool = True


POPULATIONS = (
    Population("TBNK", "CD45+/CD3+", LYMPHOCYTES, 68.0, 0.05),
    Population("TBNK", "CD45+/CD3+/CD4+", T_CELLS, 54.0, 0.04),
    Population("TBNK", "CD45+/CD3+/CD8+", T_CELLS, 36.0, 0.08),
    Population("TBNK", RATIO, T_CELLS, 0.0, 0.0, counted=False),
    Population("TBNK", "CD45+/CD3-/CD19+", LYMPHOCYTES, 13.0, -0.05),
    Population("TBNK", NK_CELLS, LYMPHOCYTES, 14.0, 0.45),
    Population("NK", BRIGHT, NK, 7.0, 0.2),
    Population("NK", "CD45+/CD3-/CD56+CD16+/CD69+", NK, 5.0, 1.6),
    Population("NK", "CD45+/CD3-/CD56+ | CD16", NK, 86.0, 0.03, counted=False),
    Population("TREG", "CD45+/CD3+/CD4+/CD25+CD127low", LYMPHOCYTES, 3.2, 0.25),
    Population("MONO", "CD45+/CD14+", LEUKOCYTES, 8.0, 0.1),
    Population("MONO", "CD14++CD16-", MONOCYTES, 84.0, -0.02),
    Population("MONO", "CD14++CD16+", MONOCYTES, 6.0, 0.1),
    Population("MONO", "CD14+CD16++", MONOCYTES, 8.0, 0.15),
    Population("MONO", "CD14+/HLA-DRlow", MONOCYTES, 9.0, -0.3),
    Population("MONO", "CD45+/CD14+ | HLA-DR", MONOCYTES, 82.0, 0.04, counted=False),
)
