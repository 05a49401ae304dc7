"""Problems that a study expects, and those it meets: what is explained, and what did not come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from clinmap.codes import severity_of
from clinmap.plan import ExpectedProblem
from clinmap.problems import Location, Problem, Severity

Key = tuple[str, str, str]
EXPECTATIONS = ("EXP001", "EXP002")


def with_severities(
    problems: Iterable[Problem], severities: Mapping[str, Severity]
) -> list[Problem]:
    """The problems with the severities that the study gives their codes."""
    return [replace(p, severity=severities.get(p.code, p.severity)) for p in problems]


def reconcile(
    problems: Sequence[Problem],
    expected: Iterable[ExpectedProblem],
    applies: Callable[[ExpectedProblem], bool] = lambda _: True,
) -> list[Problem]:
    """The problems, explained where they were expected, and what is wrong with the expectations.

    A declaration matches by code, dataset and variable; several problems of one key are counted
    together. `applies` says whether a declaration concerns what was built at all.

    Problems: EXP001 (declared, and did not occur), EXP002 (occurred in another number).
    """
    met = defaultdict(list)
    for problem in problems:
        met[problem.key].append(problem)
    explained: dict[Key, str] = {}
    wrong: list[Problem] = []
    for key, declared in _by_key(expected).items():
        if not any(map(applies, declared)):
            continue
        count = sum(problem.count for problem in met.get(key, ()))
        said = _disagreement(declared, count)
        if said is None:
            explained[key] = " ".join(dict.fromkeys(d.reason for d in declared))
        else:
            wrong.append(_problem(said, declared[0], _elsewhere(key, met)))
    kept = [replace(p, explained=explained.get(p.key, p.explained)) for p in problems]
    return sorted([*kept, *wrong], key=problem_order)


def problem_order(problem: Problem) -> tuple[object, ...]:
    """The order of problems everywhere: unexplained first, the worst first, then by place."""
    return (
        bool(problem.explained),
        -problem.severity.rank,
        problem.dataset,
        problem.variable,
        problem.code,
        problem.message,
        problem.location or Location(""),
        problem.rows,
    )


def _by_key(expected: Iterable[ExpectedProblem]) -> dict[Key, list[ExpectedProblem]]:
    found: dict[Key, list[ExpectedProblem]] = defaultdict(list)
    for item in expected:
        found[(item.code, item.dataset, item.variable)].append(item)
    return found


def _disagreement(declared: Sequence[ExpectedProblem], count: int) -> tuple[str, str] | None:
    """Code and message where what was declared is not what came, or None."""
    first = declared[0]
    where = f"{first.dataset}.{first.variable}" if first.variable else first.dataset or "the study"
    counts = [item.count for item in declared if item.count is not None]
    if len(counts) < len(declared):
        wanted = None
    else:
        wanted = sum(counts)
    if count == 0 and wanted != 0:
        return "EXP001", f"{first.code} was expected in {where} and did not occur"
    if wanted is not None and count != wanted:
        return "EXP002", f"{first.code} was expected {wanted} times in {where}, and came {count}"
    return None


def _elsewhere(key: Key, met: Mapping[Key, Sequence[Problem]]) -> str:
    code, dataset, variable = key
    places = [
        f"{d}.{v}" if v else d for c, d, v in met if c == code and (d, v) != (dataset, variable)
    ]
    return f"{code} occurred in {', '.join(places[:5])}." if places and key not in met else ""


def _problem(said: tuple[str, str], declared: ExpectedProblem, hint: str) -> Problem:
    code, message = said
    return Problem(
        code,
        severity_of(code),
        message,
        dataset=declared.dataset,
        variable=declared.variable,
        location=declared.location,
        hint=hint or "Correct or remove it in problems.yaml.",
    )
