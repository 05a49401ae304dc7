"""How the rows of the transactional ODM export came to be: entries, corrections, removals.

Of every row the text field that comes first was mistyped and corrected later, and the first empty
field held something that was taken out. The last adverse event of a folder was entered once too
often; the extra row was removed. What is left is the row of the CSV file.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from clinmap.simulation.formats.odm_study import USER, Form, element, item_oid, tag
from clinmap.simulation.forms.edc_rows import STANDARD_COLUMNS, Row

ENTERED_TWICE = "ae"
TYPING_ERROR = "typing error"
REMOVED = "9999"
"""The repeat key of the row that was entered once too often."""


def first_entries(form: Form, rows: Sequence[Row]) -> list[etree._Element]:
    """The rows of a form as they were first saved."""
    groups = [_entry(form, row, row["RECORDPOSITION"]) for row in rows]
    if form.name == ENTERED_TWICE:
        groups.append(_entry(form, rows[-1], REMOVED))
    return groups


def later_changes(form: Form, rows: Sequence[Row]) -> list[etree._Element]:
    """What was changed of the rows of a form after that."""
    groups = [_update(form, row) for row in rows]
    if form.name == ENTERED_TWICE:
        group = _group(form, REMOVED, "Remove")
        group.append(_audit(form, rows[-1]["LASTMODIFIED"], "entered twice"))
        groups.append(group)
    return groups


def _entry(form: Form, row: Row, key: str) -> etree._Element:
    group = _group(form, key, "Insert")
    group.append(_audit(form, _saved(row)))
    for column, value in _first_typed(form, row).items():
        if value:
            group.append(_item(form, column, "Insert", Value=value))
    return group


def _update(form: Form, row: Row) -> etree._Element:
    group = _group(form, row["RECORDPOSITION"], "Update")
    typed = _first_typed(form, row)
    for column, held in form.items.items():
        before, after = typed[column], row.get(held, "")
        if before == after:
            continue
        changed = (
            _item(form, column, "Update", Value=after) if after else _item(form, column, "Remove")
        )
        changed.append(_audit(form, row["LASTMODIFIED"], TYPING_ERROR))
        group.append(changed)
    return group


def _first_typed(form: Form, row: Row) -> Row:
    """The cells as they were saved first."""
    typed = {column: row.get(held, "") for column, held in form.items.items()}
    typed["LASTMODIFIED"] = _saved(row)
    open_ones = [c for c in typed if c not in STANDARD_COLUMNS and c not in form.decodes]
    filled = [column for column in open_ones if typed[column]]
    empty = [column for column in open_ones if not typed[column]]
    typed |= {column: f"{typed[column]} (?)" for column in filled[:1]}
    typed |= dict.fromkeys(empty[:1], "wrong field")
    return typed


def _saved(row: Row) -> str:
    """When the row was saved first: in the morning of the day that it is dated."""
    return f"{row['RECORDDATE']}T08:00:00"


def _group(form: Form, key: str, kind: str) -> etree._Element:
    named = {"ItemGroupOID": form.name, "ItemGroupRepeatKey": key, "TransactionType": kind}
    return element("ItemGroupData", named)


def _item(form: Form, column: str, kind: str, **value: str) -> etree._Element:
    named = {"ItemOID": item_oid(form.name, column), "TransactionType": kind, **value}
    return element("ItemData", named)


def _audit(form: Form, when: str, why: str = "") -> etree._Element:
    site = form.rows[0]["SITENUMBER"]
    record = element(
        "AuditRecord", {},
        element("UserRef", {"UserOID": USER}), element("LocationRef", {"LocationOID": site}),
    )  # fmt: skip
    etree.SubElement(record, tag("DateTimeStamp")).text = when
    if why:
        etree.SubElement(record, tag("ReasonForChange")).text = why
    return record
