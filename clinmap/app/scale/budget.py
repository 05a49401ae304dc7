"""Whether the budget of memory was kept; where it was not, what it would take."""

from __future__ import annotations

from clinmap.app.console import finding
from clinmap.app.scale.scaling import Scaling
from clinmap.codes import severity_of

CODE = "INP036"
STEP = 50_000_000
"""The budget that is named is a multiple of this."""


def over_budget(scaling: Scaling | None) -> str:
    """What to say of a budget that was not kept; nothing where it was, or where there was none.

    It is no finding about the study: the package is the same, and does not name it.
    """
    if scaling is None or scaling.held is None:
        return ""
    most, budget = scaling.held.most, scaling.asked.memory
    if most <= budget:
        return ""
    need = -(-most // STEP) * STEP
    said = f"--memory {amount(budget)} could not be kept: the build held {amount(most)}"
    hint = f"State {amount(need)} or more for this study; docs/large-studies.md says what needs it."
    return finding(severity_of(CODE).value, CODE, said, None, hint)


def amount(size: int) -> str:
    """A number of bytes as it is typed.

    >>> amount(1_500_000_000), amount(750_000_000)
    ('1.5GB', '750MB')
    """
    return f"{size / 1e9:.3g}GB" if size >= 10**9 else f"{size / 1e6:.0f}MB"
