"""Whether a define.xml is true of the datasets beside it.

Source: Define-XML 2.1, sections 5.3.7 to 5.3.12. Problems: DEF004 to DEF012, DEF014, DEF015,
DEF018, DEF019, DEF060 to DEF076.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clinmap.problems import Problem, Severity, near_match
from define.audit.data.content import Column, Dataset
from define.audit.data.items import item_problems, of_column
from define.audit.data.place import SAS_NAME, Look, Place, some
from define.audit.data.records import record_problems
from define.audit.data.types import display_format
from define.audit.data.value_levels import unmatched_items, value_level_problems
from define.document.model import Define, Item, ItemGroup, ItemRef


def data_problems(define: Define, datasets: Iterable[Dataset], file: str = "") -> Iterator[Problem]:
    """What a define.xml says and the datasets do not, and the reverse, each with its line.

    `datasets` may be read one at a time; each is let go before the next is asked for. `file` is
    what the places call the document; without it the problems have no place. Null and blank text
    and NaN are missing: they have no length and are in no codelist.

    Example: `list(data_problems(read_define(path), datasets, "define.xml"))` is `[]` for a
    document that is true.
    """
    look = Look(define, file)
    groups: dict[str, ItemGroup] = {}
    for group in define.item_groups:
        groups.setdefault(group.name, group)
    found: set[str] = set()
    for dataset in datasets:
        found.add(dataset.name)
        yield from _one(look, groups, dataset)
        del dataset
    for name, group in groups.items():
        if name not in found:
            look.unread.add(name)
            yield from _absent(look, group, sorted(found - set(groups)))
    yield from _of_all(look)


def _one(look: Look, groups: dict[str, ItemGroup], dataset: Dataset) -> Iterator[Problem]:
    group = groups.get(dataset.name)
    if group is None:
        yield _undescribed(look, dataset, list(groups))
        return
    place = Place(look, group, dataset)
    for other in dataset.others:
        message = f"{other} was not read: {dataset.file} is taken for dataset {dataset.name}"
        yield place.problem("DEF076", Severity.NOTE, message, group.line)
    if dataset.frame is None:
        look.unread.add(dataset.name)
        message = f"{dataset.file} cannot be read: {dataset.fault}"
        yield place.problem("DEF060", Severity.ERROR, message, group.line)
        return
    yield from _dataset_problems(place)


def _undescribed(look: Look, dataset: Dataset, known: list[str]) -> Problem:
    shown = f" ({dataset.file})" if dataset.file else ""
    message = f"the define.xml does not describe dataset {dataset.name}{shown}"
    hint = near_match(dataset.name, known) or "Describe it, or take it out of the package."
    location = look.at(0)
    return Problem(
        "DEF004", Severity.ERROR, message, dataset.name, location=location, hint=hint
    )  # fmt: skip


def _absent(look: Look, group: ItemGroup, others: list[str]) -> Iterator[Problem]:
    """A dataset without a file; one without data has none."""
    if not group.no_data:
        message = f"the define.xml describes dataset {group.name}, which is not there"
        location = look.at(group.line)
        hint = near_match(group.name, others) or "Give the dataset, or remove its description."
        yield Problem("DEF005", Severity.ERROR, message, group.name, location=location, hint=hint)


def _dataset_problems(place: Place) -> Iterator[Problem]:
    yield from _name_problems(place)
    yield from _no_record_problems(place)
    yield from _variables_of_one_side(place)
    yield from _sequence_problems(place)
    for ref, item in place.own_items():
        column = place.column(item)
        if column is not None:
            yield from _variable_problems(place, ref, item, column)
    yield from record_problems(place)


def _name_problems(place: Place) -> Iterator[Problem]:
    """The name and label that the file gives its dataset."""
    group, dataset = place.group, place.dataset
    known = {group.name.upper()}
    if len(group.name) > SAS_NAME:
        known.add(group.sas_name.upper())
    if dataset.own_name and dataset.own_name.upper() not in known:
        message = f"{dataset.file} calls its dataset {dataset.own_name}, not {group.name}"
        yield place.problem("DEF061", Severity.WARNING, message, group.line)
    if group.label and _differ(group.label, dataset.label):
        message = f"dataset {group.name} has {_other_label(dataset.label)} in the file"
        yield place.problem("DEF064", Severity.WARNING, message, group.line)


def _differ(told: str, stored: str | None) -> bool:
    """Whether a label is not the one of the file, where the file can have one."""
    return stored is not None and " ".join(told.split()) != " ".join(stored.split())


def _other_label(stored: str | None) -> str:
    return "another label" if stored else "no label"


def _no_record_problems(place: Place) -> Iterator[Problem]:
    group = place.group
    if group.no_data and place.rows:
        message = f"def:HasNoData is Yes, but there are {place.rows} records"
        yield place.problem("DEF018", Severity.ERROR, message, group.line)
    if not group.no_data and not place.rows and place.look.tells_of_no_data:
        message = "the dataset is empty, but not marked so"
        yield place.problem("DEF018", Severity.WARNING, message, group.line)


def _variables_of_one_side(place: Place) -> Iterator[Problem]:
    described = {item.oid: place.column(item) for _, item in place.own_items()}
    met = {column.name for column in described.values() if column}
    names = [item.name for _, item in place.own_items()]
    extra = [column.name for column in place.dataset.columns if column.name not in met]
    for name in extra:
        message = f"variable {name} is in the dataset, but not in the define.xml"
        hint = near_match(name, [n for n in names if n not in met])
        hint = hint or "Describe the variable, or take it out of the dataset."
        yield place.problem(
            "DEF006", Severity.ERROR, message, place.group.line, name, hint=hint
        )  # fmt: skip
    for ref, item in place.own_items():
        if described[item.oid] is None:
            message = f"the define.xml describes {item.name}, which is not in the dataset"
            hint = near_match(item.name, extra) or "Give the variable, or remove its description."
            yield place.problem(
                "DEF007", Severity.ERROR, message, ref.line, item.name, hint=hint
            )  # fmt: skip


def _sequence_problems(place: Place) -> Iterator[Problem]:
    """The order of the variables that both sides have."""
    pairs = [(ref, place.column(item)) for ref, item in place.own_items()]
    told = [(ref, column.name) for ref, column in pairs if column]
    names = {name for _, name in told}
    stored = [column.name for column in place.dataset.columns if column.name in names]
    moved = [(ref, a, b) for (ref, a), b in zip(told, stored, strict=False) if a != b]
    if moved and len(told) == len(stored):
        ref, name, instead = moved[0]
        message = f"{name} is described where the dataset has {instead}: the order is another"
        yield place.problem(
            "DEF063", Severity.WARNING, message, ref.line, name, count=len(moved),
            hint="Number the variables in the order of the dataset.",
        )  # fmt: skip


def _variable_problems(place: Place, ref: ItemRef, item: Item, column: Column) -> Iterator[Problem]:
    values = place.values(column.name)
    given = of_column(place, item, column, values)
    if item.label and _differ(item.label, column.label):
        message = f"{place.group.name}.{item.name} has {_other_label(column.label)} in the file"
        yield place.problem("DEF065", Severity.WARNING, message, item.line, item.name)
    yield from _format_problems(place, item, column)
    yield from _missing_problems(place, ref, item, given.part.count)
    yield from item_problems(given)
    yield from value_level_problems(place, item, column)


def _format_problems(place: Place, item: Item, column: Column) -> Iterator[Problem]:
    """A display format that is not the one of the file, where both have one."""
    if column.character or not item.display_format or not column.format:
        return
    if display_format(item.display_format) != display_format(column.format):
        message = (
            f"{place.group.name}.{item.name} has the display format {item.display_format}, "
            f"the file has {column.format}"
        )
        yield place.problem("DEF067", Severity.WARNING, message, item.line, item.name)


def _missing_problems(place: Place, ref: ItemRef, item: Item, count: int) -> Iterator[Problem]:
    """Missing values of a mandatory variable; no value at all, without a word of it."""
    missing = place.rows - count
    told = ref.no_data or place.group.no_data
    if ref.no_data and count:
        message = f"def:HasNoData is Yes, but {item.name} has {count} values"
        yield place.problem("DEF018", Severity.ERROR, message, ref.line, item.name)
    elif ref.mandatory and missing and not told:
        message = f"{item.name} is mandatory, but {missing} records lack it"
        yield place.problem("DEF070", Severity.ERROR, message, ref.line, item.name, count=missing)
    elif place.rows and not count and not told and place.look.tells_of_no_data:
        message = f"{item.name} has no value, but is not marked so"
        yield place.problem("DEF018", Severity.WARNING, message, ref.line, item.name)


def _of_all(look: Look) -> Iterator[Problem]:
    """What only all datasets together show."""
    yield from unmatched_items(look)
    if not look.unread:
        yield from _long_lengths(look)
        yield from _unused_terms(look)


def _long_lengths(look: Look) -> Iterator[Problem]:
    for oid, (longest, shown, dataset) in look.longest.items():
        item = look.items[oid]
        if item.length is not None and item.length > max(longest, 1):
            message = f"{shown} has Length {item.length}, the longest value has {longest}"
            yield Problem(
                "DEF009", Severity.NOTE, message, dataset, item.name, location=look.at(item.line)
            )


def _unused_terms(look: Look) -> Iterator[Problem]:
    """Terms of codelists that no variable which uses the list has as a value."""
    for oid, seen in look.seen.items():
        codelist = look.lists[oid]
        unused = [term.value for term in codelist.terms if term.value not in seen]
        if unused:
            message = f"codelist {oid} has terms that never occur: {some(unused)}"
            yield Problem(
                "DEF019", Severity.NOTE, message, count=len(unused),
                location=look.at(codelist.line),
            )  # fmt: skip
