"""What the compiler refuses of a proposed study becomes a question, with the reason beside it."""

from __future__ import annotations

from mappings.proposals.drafts import TODO, DatasetDraft, Entry, todo
from mappings.proposals.words import variables_of
from mappings.skeleton import Place, yaml_text


def undo(drafts: list[DatasetDraft], place: Place, reason: str) -> bool:
    """Take back what a line says; whether something was taken back.

    A mapping becomes a `todo` that shows it; a refused `todo` goes; a line of the dataset itself
    takes the dataset with it. The columns that were read are open questions again.
    """
    draft = next((d for d in drafts if d.name == place.dataset and not d.out), None)
    if draft is None:
        return False
    if place.section.startswith("row"):
        return _undo_rows(draft, int(place.section[3:]), reason)
    entry = _entry_at(draft, place)
    if entry is None:
        _undo_dataset(draft, reason)
    elif entry.is_todo:
        entry.said = None
        entry.refused.append(f"{entry.name} was left out: {reason}")
    else:
        _undo_entry(draft, entry, reason)
    return True


def _entry_at(draft: DatasetDraft, place: Place) -> Entry | None:
    if place.section.startswith("source"):
        parts = [draft.sources[int(place.section[6:])].entries]
    else:
        parts = [draft.entries, *(source.entries for source in draft.sources[:1])]
    return next((e for part in parts for e in part if e.name == place.variable and e.said), None)


def _undo_entry(draft: DatasetDraft, entry: Entry, reason: str) -> None:
    facts = variables_of(draft.name).get(entry.name)
    label = facts.label if facts else entry.name
    entry.refused.append(f"{entry.name}: {yaml_text(entry.said)} was not accepted: {reason}")
    entry.said = todo(f"{label}; the proposed mapping was not accepted", facts)
    for source in draft.sources:
        for column in source.table.columns:
            best = column.best
            if column.state == "mapped" and best and best.variable == entry.name:
                source.table.set_state(column.column, "asked", "the mapping was not accepted")


def _undo_rows(draft: DatasetDraft, number: int, reason: str) -> bool:
    source = draft.sources[number]
    for column, _, unit in source.table.tests:
        for name in filter(None, (column, unit)):
            source.table.set_state(name, "asked", f"the record was not accepted: {reason}")
    source.rows = []
    asked = {f"{draft.name}TESTCD", f"{draft.name}ORRES"} - draft.names
    source.entries += [Entry(name, {TODO: "one of several columns"}) for name in sorted(asked)]
    return True


def _undo_dataset(draft: DatasetDraft, reason: str) -> None:
    draft.out = reason
    for source in draft.sources:
        for column in source.table.columns:
            if column.state == "mapped":
                source.table.set_state(column.column, "asked", f"{draft.name} was not accepted")
