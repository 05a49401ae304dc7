"""A comparison of two specifications as one page: no other file, no network.

Nothing in it speaks of subjects: corrections are named by their ids, and data by counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from clinmap import __version__
from clinmap.app.planning.comparing import StudyDiff
from clinmap.app.planning.consequences import Consequence
from clinmap.app.planning.diff_text import (
    NO_VALUE,
    TITLES,
    measured_text,
    other_values,
    reach_text,
    sides,
    verdict,
)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change as a row of the page."""

    kind: str
    subject: str
    aspect: str
    old: str
    new: str
    place: str
    reaches: tuple[str, ...]
    values: tuple[str, ...]
    none_changes: bool
    names: tuple[str, ...]


def diff_page(found: StudyDiff) -> str:
    """The page, as HTML; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = files("clinmap.app.planning").joinpath("diff_page.html.j2")
    old, new = sides(found)
    return environment.from_string(template.read_text(encoding="utf-8")).render(
        old=old,
        new=new,
        verdict=verdict(found),
        changes=[_view(one, found) for kind in TITLES for one in found.plans.of_kind(kind)],
        data=found.data,
        differing=[d for d in found.data.datasets if d.differs] if found.data else [],
        other_values=other_values,
        version=__version__,
    )


def _view(one: Consequence, found: StudyDiff) -> ChangeView:
    change, values = one.change, measured_text(one, found)
    return ChangeView(
        change.kind, change.subject, change.aspect, change.old, change.new,
        str(change.location or ""),
        tuple(reach_text(name, columns, 99) for name, columns in one.reaches.items()),
        () if values == (NO_VALUE,) else values, values == (NO_VALUE,),
        tuple(dict.fromkeys((*change.names, *one.reaches))),
    )  # fmt: skip
