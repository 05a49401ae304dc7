"""What is wrong with a study's specification, as a report."""

from __future__ import annotations

from dataclasses import dataclass

from clinmap.app.build.expected import reconcile, with_severities
from clinmap.app.errors import each_error
from clinmap.app.places import Places, study_places
from clinmap.app.registry import registry
from clinmap.app.reports.findings import problem_of
from clinmap.app.reports.report import Report
from clinmap.plan import Plan
from clinmap.problems import ClinmapError, Problem
from mappings.compile import Compiled, compile_study

OF_CHECK = "SPC"
"""Codes that begin so are found by `check` alone: an expectation of one can be judged here."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings of a study, its Plan where there is one, and where its files stand."""

    study: str
    problems: tuple[Problem, ...]
    plan: Plan | None
    places: Places

    def report(self, fail_on: str = "error") -> Report:
        """The findings as a report, the datasets besides in its JSON."""
        name = self.plan.study if self.plan else self.study
        return Report(
            f"Check of {name}",
            self.problems,
            places=self.places,
            files=self.plan.sources if self.plan else (),
            fail_on=fail_on,
            more={"study": name, "usable": self.plan is not None, "datasets": self._datasets()},
        )

    def _datasets(self) -> list[dict[str, object]]:
        return [
            {
                "name": d.name,
                "label": d.label,
                "class": d.cls,
                "purpose": d.purpose,
                "keys": list(d.keys),
                "variables": [v.name for v in d.submitted_variables],
                "sources": [s.table for s in d.sources],
            }
            for d in (self.plan.datasets if self.plan else ())
        ]


def checked_study(study: str) -> Checked:
    """Compile a study; its errors are findings, too. No data are read."""
    places = study_places(study)
    try:
        compiled = compile_study(study, registry())
    except ClinmapError as error:
        found = tuple(problem_of(one) for one in each_error(error))
        return Checked(study, found, None, places)
    return Checked(study, tuple(checked_notes(compiled)), compiled.plan, places)


def checked_notes(compiled: Compiled) -> list[Problem]:
    """The compiler's notes, with the study's severities and explanations.

    Problems: EXP001 to EXP003 for expectations of what `check` finds.
    """
    plan = compiled.plan
    codes = {note.code for note in compiled.notes}
    mine = [e for e in plan.expected if e.code in codes or e.code.startswith(OF_CHECK)]
    rated = with_severities(compiled.notes, plan.severities)
    return with_severities(reconcile(rated, mine), plan.severities)
