"""A proposed study as YAML files, each line with what it says: a refused one can be undone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from mappings.lint.unfinished import UNKNOWN_DATE
from mappings.proposals.drafts import (
    TODO,
    DatasetDraft,
    Entry,
    SourceDraft,
    subject_mapping,
    subject_of,
)
from mappings.proposals.models import ColumnProposal, StudyProposal, TableProposal
from mappings.proposals.words import prefix_of
from mappings.skeleton import Place, SkeletonFile, Value, yaml_text

_WIDTH = 100
_MOST_REASONS = 6
_REFERENCE = re.compile(r'"([$.][A-Za-z][A-Za-z0-9_.]*)"')


@dataclass(frozen=True, slots=True)
class RawFile:
    """How a raw table is read: its path and the keys of raw.yaml that its file needs."""

    path: str
    options: Mapping[str, str | int] = field(default_factory=dict)


def proposal_files(
    study: StudyProposal, drafts: Sequence[DatasetDraft], files: Mapping[str, RawFile],
    remarks: Sequence[str] = (),
) -> dict[str, SkeletonFile]:  # fmt: skip
    """study.yaml, raw.yaml, and a file for each dataset, by their path."""
    written = {
        "study.yaml": _study_file(study),
        "raw.yaml": _raw_file(study, drafts, files, remarks),
    }
    for draft in drafts:
        if not draft.out:
            written[f"sdtm/{draft.name.lower()}.yaml"] = _dataset_file(draft)
    return written


def _study_file(study: StudyProposal) -> SkeletonFile:
    file = SkeletonFile()
    _remark(
        file, "Proposed by `clinmap init`: read proposals.html beside this, then every line here."
    )
    file.add(f"study: {yaml_text(study.study)}")
    _remark(file, "title: the title of the protocol, if there is one")
    file.add(f"as_of: {UNKNOWN_DATE}   # todo: the date of the data, which stands in every output")
    if subject := subject_of(study):
        file.add("conventions:")
        file.add("  sdtm:")
        said = _said(subject_mapping(subject, study.study))
        file.add(f"    USUBJID: {said}   # proposed: the subject column of most tables")
    if study.visits:
        file.add("parameters:")
        _remark(
            file,
            "proposed: the names of visits as they stand in the data, in their likely order",
            2,
        )
        file.add("  visits:")
        for visit in _visits(study.visits):
            file.add(f"    - {_said(visit)}")
    return file


def _visits(names: Sequence[str]) -> Iterator[dict[str, Value]]:
    """An entry of `parameters: visits` for each; one name in capitals has one number."""
    numbers = {n: place for place, n in enumerate(dict.fromkeys(map(str.upper, names)), start=1)}
    for name in names:
        upper = name.upper()
        if upper.startswith("UNS"):
            yield {"visit": _pattern(name), "name": upper, "unscheduled": True}
        else:
            yield {"visit": _pattern(name), "number": numbers[upper], "name": upper}


def _pattern(text: str) -> str:
    """A regular expression that matches the text; blanks are left as they are."""
    special = ".^$*+?{}[]\\|()"
    return "".join(f"\\{letter}" if letter in special else letter for letter in text)


def _raw_file(
    study: StudyProposal, drafts: Sequence[DatasetDraft], files: Mapping[str, RawFile],
    remarks: Sequence[str],
) -> SkeletonFile:  # fmt: skip
    file = SkeletonFile()
    for remark in remarks:
        _remark(file, remark)
    file.add("tables:")
    if any(draft.copied_from == TODO for draft in drafts) or not study.tables:
        file.add("  todo: {path: todo.csv, optional: true}   # stands for what is not known yet")
    used = {source.table.name for draft in drafts if not draft.out for source in draft.sources}
    for table in study.tables:
        if table.name in files:
            own = {table.subject} if table.name in used else set()
            _raw_table(file, table, files[table.name], own | {subject_of(study)})
    return file


def _raw_table(
    file: SkeletonFile, table: TableProposal, raw: RawFile, read: Collection[str]
) -> None:
    if table.domain:
        _remark(file, f"{table.domain} {table.score:.2f}: {'; '.join(table.evidence)}", 2)
    else:
        _remark(file, "no domain was found for this table", 2)
    file.add(f"  {table.name}:")
    file.add(f"    path: {yaml_text(raw.path)}")
    for key, value in raw.options.items():
        file.add(f"    {key}: {yaml_text(value)}")
    _listing(file, "columns", table.profile.names, 4)
    left_out = [c for c in table.columns if c.state != "mapped" and c.column not in read]
    if left_out:
        file.add("    not_submitted:")
    for column in left_out:
        file.add(f"      {_column_key(column.column)}: {yaml_text(left_out_reason(column))}")


def left_out_reason(column: ColumnProposal) -> str:
    """Why a column is not submitted: a reason, or that a person must say it.

    >>> left_out_reason(ColumnProposal("ae", "X", "open", reason="no row has a value"))
    'TODO: no row has a value'
    """
    if column.state == "explained":
        return column.reason
    best = column.best
    perhaps = (
        f"perhaps {best.target} ({best.score:.2f})" if column.state == "asked" and best else ""
    )
    said = "; ".join(filter(None, (perhaps, column.reason)))
    return f"TODO: {said or 'not known'}"


def _column_key(name: str) -> str:
    said = yaml_text({name: None})
    return said[1 : said.rindex(":")]


def _listing(file: SkeletonFile, key: str, names: Iterable[str], indent: int) -> None:
    """A list on as many lines as it needs."""
    text = f"{key}: {yaml_text(list(names))}"
    for line in wrap(text, _WIDTH, subsequent_indent=" " * (indent + 2), break_long_words=False,
                     break_on_hyphens=False, initial_indent=" " * indent):  # fmt: skip
        file.add(line)


def _dataset_file(draft: DatasetDraft) -> SkeletonFile:
    file = SkeletonFile()
    place = Place(draft.name)
    for source in draft.sources:
        words = "; ".join(source.table.evidence)
        _remark(file, f"proposed {source.table.score:.2f}: table {source.table.name}, {words}")
    file.add(f"dataset: {draft.name}", place)
    file.add(f"keys: {_said(draft.keys)}", place)
    if draft.copied_from:
        file.add(f"from: {draft.copied_from}", place)
    elif len(draft.sources) == 1:
        file.add(f"from: {draft.sources[0].table.name}", place)
        _rows(file, draft, 0, 0)
    else:
        file.add("sources:", place)
        for number in range(len(draft.sources)):
            _source(file, draft, number)
    entries = [*draft.entries]
    if len(draft.sources) == 1:
        entries = [*draft.sources[0].entries, *entries]
    if entries:
        file.add("variables:", place)
    for entry in entries:
        _entry(file, draft.name, "variables", entry, 2)
    return file


def _source(file: SkeletonFile, draft: DatasetDraft, number: int) -> None:
    source = draft.sources[number]
    file.add(f"  - from: {source.table.name}", Place(draft.name))
    _rows(file, draft, number, 4)
    if source.entries:
        file.add("    variables:", Place(draft.name))
    for entry in source.entries:
        _entry(file, draft.name, f"source{number}", entry, 6)


def _rows(file: SkeletonFile, draft: DatasetDraft, number: int, indent: int) -> None:
    source = draft.sources[number]
    rows = list(test_rows(draft.name, source))
    if rows:
        file.add(f"{' ' * indent}rows:", Place(draft.name))
    for row in rows:
        file.add(f"{' ' * (indent + 2)}- {_said(row)}", Place(draft.name, f"row{number}"))


def test_rows(dataset: str, source: SourceDraft) -> Iterator[dict[str, Value]]:
    """A record for each column that is a test, with its unit."""
    prefix = prefix_of(dataset)
    wanted = {name for e in source.rows if isinstance(e.said, list) for name in e.said}
    units = source.table.units
    has_unit = bool(units) or any(unit for _, _, unit in source.table.tests)
    for column, term, unit in source.table.tests:
        if column in wanted:
            row: dict[str, Value] = {f"{prefix}TESTCD": term, f"{prefix}ORRES": f"${column}"}
            if has_unit:
                constant: Value = units.get(column) or {"constant": None}
                row[f"{prefix}ORRESU"] = {"recode": f"${unit}"} if unit else constant
            yield row


def _entry(file: SkeletonFile, dataset: str, section: str, entry: Entry, indent: int) -> None:
    place = Place(dataset, section, entry.name)
    for refused in entry.refused:
        _remark(file, refused, indent)
    for said in entry.reasons[:_MOST_REASONS] if entry.is_todo else ():
        _remark(file, said, indent)
    if len(entry.reasons) > _MOST_REASONS and entry.is_todo:
        _remark(file, f"and {len(entry.reasons) - _MOST_REASONS} more: see proposals.html", indent)
    if entry.said is None:
        return
    line = f"{' ' * indent}{entry.name}: {_said(entry.said)}"
    if entry.reasons and not entry.is_todo:
        for reason in entry.reasons:
            _remark(file, reason, indent)
    if len(line) <= _WIDTH or not isinstance(entry.said, dict):
        file.add(line, place)
        return
    file.add(f"{' ' * indent}{entry.name}:", place)
    for key, value in entry.said.items():
        _key(file, key, value, indent + 2, place)


def _key(file: SkeletonFile, key: str, value: Value, indent: int, place: Place) -> None:
    line = f"{' ' * indent}{_column_key(key)}: {_said(value)}"
    if len(line) <= _WIDTH or not isinstance(value, dict):
        file.add(line, place)
        return
    file.add(f"{' ' * indent}{_column_key(key)}:", place)
    for name, told in value.items():
        _key(file, name, told, indent + 2, place)


def _said(value: Value) -> str:
    """YAML on one line; references stand without quotes, as people write them."""
    return _REFERENCE.sub(r"\1", yaml_text(value))


def _remark(file: SkeletonFile, text: str, indent: int = 0) -> None:
    """A comment, on as many lines as it needs."""
    for line in wrap(text, _WIDTH - indent - 2, subsequent_indent="  ", break_long_words=False):
        file.remark(line, indent)
