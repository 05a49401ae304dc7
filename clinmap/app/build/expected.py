"""Problems that a study expects, and those it meets: what is explained, and what did not come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from clinmap.codes import severity_of
from clinmap.plan import ExpectedProblem
from clinmap.problems import ANY, Location, Problem, Severity

Key = tuple[str, str, str]
Group = tuple[Key, str]
EXPECTATIONS = ("EXP001", "EXP002", "EXP003")


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

    A declaration matches by code, dataset and variable, and by `says` where it has it: a part of
    the problem's message; `*` is every dataset, or every variable of one, and what is said of one
    by name comes before it. Declarations that match the same are counted together. One that states
    a count must mean one message, so that a new problem cannot hide behind a known one. `applies`
    says whether a declaration concerns what was built at all.

    Problems: EXP001 (declared, and did not occur), EXP002 (occurred in another number), EXP003
    (declared with a count, and means several messages).
    """
    groups = _grouped(expected)
    met: dict[Group, list[int]] = defaultdict(list)
    for number, problem in enumerate(problems):
        own = [group for group in groups if _means(group, problem)]
        if own:
            met[max(own, key=_narrowness)].append(number)
    explained: dict[int, str] = {}
    wrong: list[Problem] = []
    for group, declared in groups.items():
        whole = any(map(applies, declared))
        if not whole and group[0][1] != ANY:
            continue
        mine = met[group]
        said = _disagreement(declared, [problems[number] for number in mine]) if whole else None
        if said is None:
            reason = " ".join(dict.fromkeys(item.reason for item in declared))
            explained.update(dict.fromkeys(mine, reason))
        else:
            wrong.append(_problem(said, declared[0], _elsewhere(group[0], problems)))
    kept = [
        replace(problem, explained=explained.get(number, problem.explained))
        for number, problem in enumerate(problems)
    ]
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


def _means(group: Group, problem: Problem) -> bool:
    """Whether a declaration is of a problem."""
    (code, dataset, variable), says = group
    everywhere = dataset == ANY and variable in ("", ANY)
    return (
        code == problem.code
        and dataset in (ANY, problem.dataset)
        and (everywhere or variable in (ANY, problem.variable))
        and says in problem.message
    )


def _narrowness(group: Group) -> tuple[int, int, bool]:
    """Of several declarations the one counts that says most of where, then of what."""
    (_, dataset, variable), says = group
    return (dataset != ANY) + (variable != ANY), len(says), bool(variable)


def _grouped(expected: Iterable[ExpectedProblem]) -> dict[Group, list[ExpectedProblem]]:
    found: dict[Group, list[ExpectedProblem]] = defaultdict(list)
    for item in expected:
        found[(item.code, item.dataset, item.variable), item.says].append(item)
    return found


def _disagreement(
    declared: Sequence[ExpectedProblem], met: Sequence[Problem]
) -> tuple[str, str] | None:
    """Code and message where what was declared is not what came, or None."""
    first = declared[0]
    where = _where(first)
    counts = [item.count for item in declared]
    wanted = None if None in counts else sum(count for count in counts if count is not None)
    count = sum(problem.count for problem in met)
    if count == 0 and wanted != 0:
        return "EXP001", f"{first.code} was expected in {where} and did not occur"
    if wanted is None:
        return None
    messages = sorted({problem.message for problem in met})
    if len(messages) > 1:
        listed = "; ".join(messages[:3])
        return "EXP003", f"{first.code} in {where} has several messages here: {listed}"
    if count != wanted:
        times = "once" if wanted == 1 else f"{wanted} times"
        return "EXP002", f"{first.code} was expected {times} in {where}, and came {count}"
    return None


def _where(declared: ExpectedProblem) -> str:
    dataset, variable = declared.dataset, declared.variable
    if dataset == ANY:
        dataset = "any dataset"
    elif variable not in ("", ANY):
        return f"{dataset}.{variable}"
    return dataset or "the study"


def _elsewhere(key: Key, problems: Iterable[Problem]) -> str:
    """Where else the code occurred, if not where it was expected."""
    places = {p.key for p in problems if p.code == key[0]}
    if not places or key in places:
        return ""
    names = sorted(f"{dataset}.{name}" if name else dataset for _, dataset, name in places)
    return f"{key[0]} occurred in {', '.join(names[:5])}."


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
