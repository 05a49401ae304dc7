"""The datasets of a study seen together: domains, subjects, days; worked out once, when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from clinmap.coded_text import TEXT, coded
from clinmap.dates import sas_date
from clinmap.plan import DatasetPlan, Plan
from clinmap.validation.checks import places_of, typed
from clinmap.validation.repetition import packed

Coded: TypeAlias = "tuple[npt.NDArray[np.integer], pd.Index]"
Frames = Mapping[str, pd.DataFrame]

_NUMBERS = ("VISITNUM", "VISITDY")
_TOPICS = ("TESTCD", "TERM", "TRT")
OBSERVATIONS = ("INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT")


@dataclass(frozen=True, slots=True)
class StudyView:
    """Finished datasets and their Plan, as the rules across datasets look at them.

    Subjects are only looked up in DM where it has one record for each.
    """

    plan: Plan
    frames: Frames
    _days: dict[tuple[str, str], pd.Series] = field(default_factory=dict)
    _codes: dict[tuple[str, str], Coded] = field(default_factory=dict)
    _domains: dict[str, pd.DataFrame | None] = field(default_factory=dict)
    _subjects: dict[tuple[str, ...], pd.DataFrame | None] = field(default_factory=dict)
    _subject_days: dict[str, pd.Series | None] = field(default_factory=dict)

    def domain(self, name: str) -> pd.DataFrame | None:
        """The records of a domain: of its dataset, or of the parts that it was split into."""
        if name not in self._domains:
            self._domains[name] = self._found(name)
        return self._domains[name]

    def of(self, name: str, *variables: str) -> pd.DataFrame | None:
        """The domain, if it has these variables, of their right type, and at least one record."""
        frame = self.domain(name)
        if frame is None or frame.empty or not set(variables) <= set(frame.columns):
            return None
        fit = (typed(frame[name], text=name not in _NUMBERS) for name in variables)
        return frame if all(fit) else None

    def subjects(self, *variables: str) -> pd.DataFrame | None:
        """DM by USUBJID, if it has these variables and one record a subject."""
        if variables not in self._subjects:
            self._subjects[variables] = self._subjects_with(variables)
        return self._subjects[variables]

    def _subjects_with(self, variables: tuple[str, ...]) -> pd.DataFrame | None:
        frame = self.of("DM", "USUBJID", *variables)
        if frame is None:
            return None
        known = frame.loc[frame["USUBJID"].notna(), ["USUBJID", *variables]]
        return None if known["USUBJID"].duplicated().any() else known.set_index("USUBJID")

    def subject_day(self, variable: str) -> pd.Series | None:
        """The day of a date in DM by USUBJID, counted from 1960; missing where incomplete."""
        if variable not in self._subject_days:
            subjects = self.subjects(variable)
            days = None if subjects is None else sas_date(subjects[variable].astype("str"))
            self._subject_days[variable] = days
        return self._subject_days[variable]

    def days(self, dataset: str, variable: str) -> pd.Series:
        """The days of a dataset's dates, counted from 1960; missing where incomplete."""
        key = (dataset, variable)
        if key not in self._days:
            codes, known = coded(self.frames[dataset][variable])
            days = sas_date(pd.Series(pd.array(known, dtype=TEXT), copy=False)).to_numpy()
            self._days[key] = pd.Series(np.append(days, np.nan).take(codes), copy=False)
        return self._days[key]

    def codes(self, dataset: str, variable: str) -> Coded:
        """For each record the position of its value among the distinct ones (-1: missing)."""
        key = (dataset, variable)
        if key not in self._codes:
            column = self.frames[dataset][variable]
            if typed(column, text=True):
                codes, known = coded(column)
                self._codes[key] = codes, pd.Index(pd.array(known, dtype=TEXT))
            else:
                self._codes[key] = pd.factorize(column)
        return self._codes[key]

    def groups(self, dataset: str, *variables: str) -> npt.NDArray[np.int64]:
        """One number for the records that agree in the variables, missing values among them."""
        parts = [self.codes(dataset, variable) for variable in variables]
        sizes = [(codes, len(known)) for codes, known in parts]
        return packed(sizes, len(self.frames[dataset]))[0]

    def of_subject(self, dataset: str, known: pd.Series) -> npt.NDArray[np.float64]:
        """A number known by USUBJID, for the subject of each record."""
        rows = places_of(self.frames[dataset]["USUBJID"], known.index)
        return np.append(known.to_numpy(dtype=np.float64), np.nan).take(rows)

    def _found(self, name: str) -> pd.DataFrame | None:
        if name in self.frames:
            return self.frames[name]
        parts = [self.frames[part] for part in self._parts(name)]
        return pd.concat(parts, ignore_index=True) if parts else None

    def _parts(self, name: str) -> Iterator[str]:
        for dataset in self.plan.datasets:
            split = dataset.name.startswith(name) and len(name) < len(dataset.name) <= 4
            if split and dataset.cls in OBSERVATIONS and dataset.name in self.frames:
                yield dataset.name


def domain_of(dataset: DatasetPlan) -> str:
    """The two letters of a dataset's domain: of QSPH and of QS they are QS."""
    return dataset.name[:2]


def observed(dataset: DatasetPlan) -> bool:
    """Whether the dataset is of an SDTM observation class."""
    return dataset.purpose == "Tabulation" and dataset.cls in OBSERVATIONS


def names_of(dataset: DatasetPlan) -> set[str]:
    """The names of the dataset's submitted variables."""
    return {variable.name for variable in dataset.submitted_variables}


def topic_of(dataset: DatasetPlan) -> str:
    """The topic variable of an observation: --TESTCD, --TERM or --TRT; empty where it has none."""
    names, domain = names_of(dataset), domain_of(dataset)
    return next((name for end in _TOPICS if (name := domain + end) in names), "")
