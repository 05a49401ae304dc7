"""The best overall response of a subject, by criteria that the study states."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from adam.response_criteria import Assessments, ResponseRule, response_rules
from clinmap.phrases import name_of, phrase
from clinmap.plan import Origin, Plan, Ref
from clinmap.registry import (
    Criterion,
    Description,
    Operation,
    Reference,
    References,
    operation,
    references,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Mask, Rows

    Numbers = npt.NDArray[np.int64]

SUBJECT = Ref("own", "USUBJID")


@operation
class BestResponse(Operation):
    """Give the best response over a subject's assessments, confirmed or not, by stated criteria.

    Parameters: `best_response`, what was assessed (CR, PR …); `date`, its SAS date; `criteria`, the
    table of study.yaml's parameters that states them; `since`, the SAS date from which its `days`
    count (randomisation, first dose); `confirmed`, whether responses must be confirmed (default
    true); `where`, which assessments count (usually those up to the first progression); `by`, what
    the assessments agree in besides USUBJID (the evaluator); `give`, `response` (default: the best
    one, on all rows of the subject), `flag` (Y on the assessment that it rests on: the first by
    date that counts as it) or `counts_as` (what each assessment counts as).

    The table lists the responses, best first. An entry has `response`; `of`, which assessments may
    count as it (default: itself); `days`, how long after `since` at least. Where it must be
    confirmed it has `confirmed_by`, the responses that do; `after` and `within`, how many days
    later at least and at most; `between`, what else may stand between the two (default: anything);
    `at_most`, how often, such as `{NE: 1}`; `falls_back`, whether a better response may stand in
    between with this one again after it (default true). An assessment counts as the first entry
    that it fits, so an unconfirmed CR is what a later entry with `of: [CR, …]` says.

    Rows: none is added or dropped. Missing: an assessment without a response or a date does not
    count; a subject without any that counts gets missing.
    Problems: TRM001 for responses that the criteria have not, RSP001 for those without a date.
    Source: RECIST 1.1 (Eisenhauer 2009) sections 4.4 and 4.6; the study's protocol.

    Example::

        CBORFL:
          best_response: .AVALC
          date: .ADT
          criteria: recist_1_1
          since: ADSL.RANDDT
          where: ".ANL02FL == 'Y'"
          give: flag
    """

    name: ClassVar[str] = "best_response"
    local: ClassVar[bool] = True
    codes: ClassVar[tuple[str, ...]] = ("TRM001", "RSP001")
    of_whole_group: ClassVar[bool] = True

    best_response: Reference
    date: Reference
    criteria: str
    since: Reference | None = None
    confirmed: bool = True
    where: Criterion | None = None
    by: References = ()
    give: Literal["response", "flag", "counts_as"] = "response"

    def inputs(self) -> tuple[Ref, ...]:
        """The assessments, their subjects and dates, and what the condition reads."""
        return references(SUBJECT, self.best_response, self.date, self.since, self.where, self.by)

    def lacks(self, plan: Plan) -> str:
        """Whether study.yaml has the criteria, and its entries fit."""
        try:
            rules = response_rules(self.criteria, plan.parameters.get(self.criteria))
        except ValueError as error:
            return str(error)
        if self.since is None and any(rule.days is not None for rule in rules):
            return f"{self.criteria} counts days, and nothing says from when; write `since`"
        return ""

    def apply(self, rows: Rows) -> pd.Series:
        """The responses or flags."""
        import numpy as np

        rules = response_rules(self.criteria, rows.parameter(self.criteria))
        groups = self._groups(rows)
        counted = self._counted(rows, rules, groups)
        if self.give == "counts_as":
            return self._named(rows, rules, counted)
        best = np.full(groups.max(initial=-1) + 1, len(rules), dtype=np.int64)
        np.minimum.at(best, groups[counted >= 0], counted[counted >= 0])
        if self.give == "response":
            return self._named(rows, rules, best[groups])
        return rows.values("Y").where(self._first(rows, groups, counted == best[groups]))

    def _groups(self, rows: Rows) -> Numbers:
        from clinmap.ordering import group_codes

        return group_codes([rows.values(ref) for ref in (SUBJECT, *self.by)], len(rows))

    def _counted(self, rows: Rows, rules: tuple[ResponseRule, ...], groups: Numbers) -> Numbers:
        """The number of the rule that each row counts as, or -1."""
        import numpy as np
        import pandas as pd

        day = rows.number(self.date).to_numpy(dtype=np.float64)
        since = np.full(len(rows), np.nan)
        if self.since is not None:
            since = rows.number(self.since).to_numpy(dtype=np.float64)
        order = np.flatnonzero(self._takes_part(rows, rules))
        order = order[np.lexsort((rows.hashes[order], day[order], groups[order]))]
        codes, known = pd.factorize(rows.text(self.best_response).iloc[order])
        assessments = Assessments(
            groups[order], day[order], since[order], codes.astype(np.int64), list(known)
        )
        counted = np.full(len(rows), -1, dtype=np.int64)
        counted[order] = assessments.counted(rules, confirmed=self.confirmed)
        return counted

    def _takes_part(self, rows: Rows, rules: tuple[ResponseRule, ...]) -> Mask:
        """Which assessments count; what of them cannot be judged is listed."""
        import numpy as np

        response, day = rows.text(self.best_response), rows.number(self.date)
        chosen = np.ones(len(rows), dtype=bool) if self.where is None else rows.true(self.where)
        chosen = chosen & response.notna().to_numpy(dtype=bool)
        known = {assessed for rule in rules for assessed in rule.assessed}
        rows.report(
            "TRM001",
            f"values of {self.best_response} that {self.criteria} of study.yaml has not",
            chosen & ~response.isin(list(known)).to_numpy(dtype=bool),
            hint=f"The criteria have {', '.join(sorted(known))}.",
        )
        undated = day.isna().to_numpy(dtype=bool)
        message = f"assessments without {name_of(self.date)} do not count in the best response"
        rows.report("RSP001", message, chosen & undated)
        return np.asarray(chosen & ~undated, dtype=bool)

    def _named(self, rows: Rows, rules: tuple[ResponseRule, ...], which: Numbers) -> pd.Series:
        """The responses of rules by number; a number that no rule has is missing."""
        import pandas as pd

        known = {number: rule.response for number, rule in enumerate(rules)}
        return pd.Series(which, index=rows.index).map(known).astype("str")

    def _first(self, rows: Rows, groups: Numbers, candidates: Mask) -> Mask:
        """The first by date of the candidates of each group."""
        import numpy as np

        here = np.flatnonzero(candidates)
        day = rows.number(self.date).to_numpy(dtype=np.float64)
        ordered = here[np.lexsort((rows.hashes[here], day[here], groups[here]))]
        change = np.ones(len(ordered), dtype=bool)
        change[1:] = groups[ordered][1:] != groups[ordered][:-1]
        first = np.zeros(len(rows), dtype=bool)
        first[ordered[change]] = True
        return first

    def describe(self) -> Description:
        """Derived, with the rule."""
        assessed = name_of(self.best_response)
        where = f" where {phrase(self.where)}" if self.where else ""
        rest = "by the criteria {} ({})".format(
            self.criteria, "confirmed" if self.confirmed else "confirmation not required"
        )
        what = {
            "response": f"The best {assessed} of the subject{where}, {rest}.",
            "flag": f"Y on the first record that counts as the subject's best {assessed}{where}, "
            f"{rest}.",
            "counts_as": f"What {assessed} counts as in the best response{where}, {rest}.",
        }
        return Description(Origin("Derived", "Sponsor"), what[self.give])
