"""Criteria of response, as a study states them: what an assessment counts as, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from clinmap.problems import near_match

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from clinmap.frames import Mask, Positions

SPAN = 1e7
"""More days than lie between any two dates: keeps the dates of two subjects apart."""


class ResponseRule(BaseModel):
    """One response of the criteria, and when an assessment counts as it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    response: str
    of: tuple[str, ...] = ()
    days: float | None = None
    confirmed_by: tuple[str, ...] = ()
    after: float = 0
    within: float | None = None
    between: tuple[str, ...] | None = None
    at_most: dict[str, int] = {}
    falls_back: bool = True

    @property
    def assessed(self) -> tuple[str, ...]:
        """The responses of an assessment that may count as this one."""
        return self.of or (self.response,)


def response_rules(name: str, table: object) -> tuple[ResponseRule, ...]:
    """The rules of a table of criteria; ValueError says which entry is wrong, and what in it."""
    if not isinstance(table, Sequence) or isinstance(table, str) or not table:
        raise ValueError(f"parameter {name} of study.yaml must be a list of responses, best first")
    rules = tuple(_rule(name, number, entry) for number, entry in enumerate(table, start=1))
    known = {response for rule in rules for response in (rule.response, *rule.assessed)}
    for rule in rules:
        for response in (*rule.confirmed_by, *(rule.between or ()), *rule.at_most):
            if response not in known:
                raise ValueError(
                    f"{rule.response} of {name} names {response}, which no entry has; "
                    f"{near_match(response, known)}".rstrip("; ")
                )
    return rules


def _rule(name: str, number: int, entry: object) -> ResponseRule:
    try:
        return ResponseRule.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "entry"
        hint = near_match(key, ResponseRule.model_fields)
        said = f"entry {number} of {name}: {key}: {first['msg']}"
        raise ValueError(f"{said}; {hint}" if hint else said) from None


@dataclass(frozen=True)
class Assessments:
    """Assessments in the order of their subjects and dates."""

    group: npt.NDArray[np.int64]
    day: npt.NDArray[np.float64]
    since: npt.NDArray[np.float64]
    response: npt.NDArray[np.int64]
    known: Sequence[str]
    """The responses that the numbers in `response` stand for."""

    def _is(self, *responses: str) -> Mask:
        """Where the response is one of these."""
        import numpy as np

        wanted = np.array([response in responses for response in self.known], dtype=bool)
        return wanted[self.response] if len(wanted) else np.zeros(len(self.response), dtype=bool)

    def counted(self, rules: Sequence[ResponseRule], *, confirmed: bool) -> npt.NDArray[np.int64]:
        """For each assessment the number of the best rule that it fits, or -1."""
        import numpy as np

        counted = np.full(len(self.day), -1, dtype=np.int64)
        better: list[str] = []
        for number, rule in enumerate(rules):
            fits = (counted < 0) & self._is(*rule.assessed)
            if rule.days is not None:
                fits &= self.day - self.since >= rule.days
            if confirmed and rule.confirmed_by:
                fits &= self._confirmed(rule, better)
            counted[fits] = number
            better += rule.assessed
        return counted

    def _confirmed(self, rule: ResponseRule, better: Sequence[str]) -> Mask:
        """Where a later assessment confirms, and nothing in between speaks against it."""
        import numpy as np

        later, met = self._confirming(rule)
        here = np.flatnonzero(met)
        confirmed = np.zeros(len(met), dtype=bool)
        held = np.ones(len(here), dtype=bool)
        for unwanted, allowed in self._limits(rule):
            before = np.concatenate([[0], np.cumsum(unwanted)])
            held &= before[later[here]] - before[here + 1] <= allowed
        if not rule.falls_back:
            held &= ~self._fell_back(rule, better, here, later[here])
        confirmed[here] = held
        return confirmed

    def _confirming(self, rule: ResponseRule) -> tuple[Positions, Mask]:
        """The first assessment that is late enough to confirm each one, and where there is one."""
        import numpy as np

        candidates = np.flatnonzero(self._is(*rule.confirmed_by))
        everyone = np.arange(len(self.day))
        if not len(candidates):
            return everyone, np.zeros(len(everyone), dtype=bool)
        moment = self.group * SPAN + self.day
        place = np.maximum(
            np.searchsorted(moment[candidates], moment + rule.after, side="left"),
            np.searchsorted(candidates, everyone, side="right"),
        )
        later = candidates[np.minimum(place, len(candidates) - 1)]
        met = (place < len(candidates)) & (self.group[later] == self.group)
        if rule.within is not None:
            met &= self.day[later] - self.day <= rule.within
        return later, met

    def _limits(self, rule: ResponseRule) -> Iterator[tuple[Mask, int]]:
        """Which assessments in between are counted against it, and how many may be."""
        if rule.between is not None:
            yield ~self._is(*rule.between), 0
        for response, allowed in rule.at_most.items():
            yield self._is(response), allowed

    def _fell_back(
        self, rule: ResponseRule, better: Sequence[str], first: Positions, last: Positions
    ) -> Mask:
        """Where a better response came, and after it, until the confirmation, this one again."""
        import numpy as np

        none = len(self.day)
        improved = np.append(np.flatnonzero(self._is(*better)), none)
        same = np.append(-1, np.flatnonzero(self._is(*rule.assessed)))
        rose = improved[np.searchsorted(improved[:-1], first, side="right")]
        fell = same[np.searchsorted(same, last, side="right") - 1]
        return rose < fell
