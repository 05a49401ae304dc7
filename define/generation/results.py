"""The results that the specification asks for, as drafts of analysis displays.

Each result names the dataset whose records it is made from and, where subjects are chosen or
grouped by what stands there, ADSL. A criterion that no where clause can hold is told in words.

Source: Analysis Results Metadata 1.0 for Define-XML 2, section 4. Problems: none.
Example: `build_define(plan, "Analysis", facts, stamp=stamp, displays=result_displays(plan))`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, cast

from clinmap.expressions import Expression
from clinmap.metadata import Condition
from clinmap.plan import Plan
from clinmap.results.method import Method
from clinmap.results.plans import DisplayPlan, ResultPlan
from define.generation.criteria import conditions_of
from define.generation.displays import CodeDraft, DisplayDraft, ResultDraft, UsedDataset

SUBJECTS = "ADSL"
JOINED = f"Records of {{dataset}} meet those of {SUBJECTS} by USUBJID."
LANGUAGE = "clinmap"


def result_displays(plan: Plan) -> tuple[DisplayDraft, ...]:
    """The displays of the study's results, in their order; none where it has no results."""
    displays = plan.results.displays if plan.results is not None else ()
    return tuple(
        DisplayDraft(
            display.id,
            display.id,
            display.title,
            tuple(
                _result(display, result, number)
                for number, result in enumerate(display.results, start=1)
            ),
        )
        for display in displays
    )


def _result(display: DisplayPlan, result: ResultPlan, number: int) -> ResultDraft:
    datasets = tuple(_datasets(result))
    comment = JOINED.format(dataset=result.dataset) if len(datasets) > 1 else ""
    return ResultDraft(
        id=f"R{number}",
        description=result.title or display.title,
        reason=result.reason,
        purpose=result.purpose,
        datasets=datasets,
        parameter=result.dataset if result.parameters else "",
        comment=comment,
        documentation=" ".join(_documentation(result)),
        code=CodeDraft(LANGUAGE, _code(result.method)),
    )


def _datasets(result: ResultPlan) -> Iterator[UsedDataset]:
    """The dataset of the records, and that of the subjects where something is read of it."""
    where = conditions_of(result.where) if result.where is not None else ()
    asked = {ref.column for ref in result.where.references} if result.where is not None else set()
    own = [name for name, of in result.described.items() if of.owner == result.dataset]
    subject = [name for name, of in result.described.items() if of.owner != result.dataset]
    flags = (result.population,) if result.population else ()
    chosen = tuple(Condition(flag, ("Y",)) for flag in flags)
    here = chosen if result.dataset == SUBJECTS else ()
    own = [name for name in own if name not in (*asked, *flags)]
    yield UsedDataset(result.dataset, (*(where or ()), *here), tuple(own))
    others = tuple(name for name in subject if name not in flags)
    if result.dataset != SUBJECTS and (flags or others):
        yield UsedDataset(SUBJECTS, chosen, others)


def _documentation(result: ResultPlan) -> Iterator[str]:
    """What a reader must know, in sentences."""
    if result.where is not None and conditions_of(result.where) is None:
        yield f"Records: {result.where.text}."
    if result.each:
        yield f"Once for each {' and '.join(result.each)}."
    if result.by:
        yield f"By {' and '.join(result.by)}{', and in total' if result.total else ''}."
    yield from result.method.notes()


def _code(method: Method) -> str:
    """The method with its parameters, as the specification has it."""
    fields = dataclasses.fields(cast(Any, method))
    given = {field.name: getattr(method, field.name) for field in fields}
    defaults = {field.name: field.default for field in fields}
    first = fields[0].name
    said = {name: v for name, v in given.items() if name == first or v != defaults[name]}
    return "\n".join(f"{name}: {_written(value)}" for name, value in said.items())


def _written(value: object) -> str:
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    return str(value)
