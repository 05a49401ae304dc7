"""ODM-XML exports of the EDC rows that the CSV files hold: a snapshot, and one with a history.

The snapshot says the same as the CSV files, cell by cell. The transactional file tells how the rows
of the first subjects came to be: what was typed first, what was corrected, what was taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from lxml import etree

from clinmap.simulation.chance import steady_number
from clinmap.simulation.formats.odm_history import first_entries, later_changes
from clinmap.simulation.formats.odm_study import (
    CREATED,
    METADATA,
    NAMESPACE,
    NOTE,
    Form,
    admin_data,
    element,
    item_oid,
    study,
    tag,
)
from clinmap.simulation.forms.edc_rows import PROJECT, STANDARD_COLUMNS, Row

MOST_SUBJECTS = 200
"""Above this many subjects the exports are written only when they are asked for."""

WITH_HISTORY = 3
"""How many subjects the transactional file has."""

SNAPSHOT, HISTORY = "n2011-04_snapshot.xml", "n2011-04_transactional.xml"
FileType = Literal["Snapshot", "Transactional"]
Places = dict[str, dict[str, dict[str, list[Row]]]]
"""Subject: folder: form: rows."""


def write_odm(
    folder: Path, forms: Mapping[str, Sequence[Row]], columns: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    """Write both exports into ``folder``; relative file name -> ItemGroupData in it.

    ``columns`` are those of each form after the standard ones. The same rows give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = [Form(name, [*STANDARD_COLUMNS, *columns[name]], rows) for name, rows in forms.items()]
    places = _places(made)
    first = dict(list(places.items())[:WITH_HISTORY])
    by_name = {form.name: form for form in made}
    current = (_current(subject, held, by_name) for subject, held in places.items())
    history = _history(first, by_name)
    return {
        f"{folder.name}/{SNAPSHOT}": _write(folder / SNAPSHOT, "Snapshot", made, current),
        f"{folder.name}/{HISTORY}": _write(folder / HISTORY, "Transactional", made, history),
    }


def _places(forms: Sequence[Form]) -> Places:
    """The rows by subject, folder and form: subjects by name, folders by their number."""
    rows = [(row, form.name) for form in forms for row in form.rows]
    rows.sort(key=lambda item: (item[0]["SUBJECT"], int(item[0]["FOLDERSEQ"]), item[0]["FOLDER"]))
    places: Places = {}
    for row, form in rows:
        folders = places.setdefault(row["SUBJECT"], {})
        folders.setdefault(row["FOLDER"], {}).setdefault(form, []).append(row)
    return places


def _write(
    path: Path, kind: FileType, forms: Sequence[Form], subjects: Iterable[etree._Element]
) -> int:
    """Write one file, a subject at a time; the number of ItemGroupData in it."""
    root = {
        "FileType": kind,
        "FileOID": f"N2011-04.{kind.upper()}",
        "CreationDateTime": CREATED,
        "ODMVersion": "1.3.2",
        "Description": NOTE,
        "Originator": "clinmap simulate",
    }
    count = 0
    with etree.xmlfile(str(path), encoding="utf-8") as file:
        file.write_declaration()
        with file.element(tag("ODM"), root, {None: NAMESPACE}):
            for part in (study(forms), admin_data(forms)):
                file.write(part, pretty_print=True)
            about = {"StudyOID": PROJECT, "MetaDataVersionOID": METADATA}
            with file.element(tag("ClinicalData"), about):
                for subject in subjects:
                    count += sum(1 for _ in subject.iter(tag("ItemGroupData")))
                    file.write(subject, pretty_print=True)
    return count


def _current(
    subject: str, folders: Mapping[str, Mapping[str, list[Row]]], forms: Mapping[str, Form]
) -> etree._Element:
    """A subject of the snapshot."""
    events = []
    for folder, held in folders.items():
        pages = [
            element("FormData", {"FormOID": forms[name].oid, "FormRepeatKey": repeat}, *groups)
            for name, rows in held.items()
            for repeat, groups in _pages(forms[name], rows)
        ]
        events.append(element("StudyEventData", {"StudyEventOID": folder}, *pages))
    site = element("SiteRef", {"LocationOID": _site(folders)})
    return element("SubjectData", {"SubjectKey": subject}, site, *events)


def _pages(form: Form, rows: Sequence[Row]) -> Iterator[tuple[str, list[etree._Element]]]:
    """The item groups of each page of a form."""
    for repeat in dict.fromkeys(row["PAGEREPEAT"] for row in rows):
        yield repeat, [_group(form, row) for row in rows if row["PAGEREPEAT"] == repeat]


def _group(form: Form, row: Row) -> etree._Element:
    key = {"ItemGroupOID": form.name, "ItemGroupRepeatKey": row["RECORDPOSITION"]}
    group = element("ItemGroupData", key)
    cells = {item_oid(form.name, column): row.get(c, "") for column, c in form.items.items()}
    for oid in (oid for oid, value in cells.items() if not value and _says_null(row, oid)):
        group.append(element("ItemDataAny", {"ItemOID": oid, "IsNull": "Yes"}))
    for oid, value in cells.items():
        if value:
            etree.SubElement(group, tag("ItemDataString"), {"ItemOID": oid}).text = value
    return group


def _says_null(row: Row, oid: str) -> bool:
    """Every third empty cell is said to be null, the others are not spoken of."""
    return steady_number(row["SUBJECT"], row["RECORDPOSITION"], oid) % 3 == 0


def _site(folders: Mapping[str, Mapping[str, list[Row]]]) -> str:
    return next(row["SITENUMBER"] for held in folders.values() for r in held.values() for row in r)


def _history(places: Places, forms: Mapping[str, Form]) -> Iterator[etree._Element]:
    """The subjects of the transactional file: all first entries, then what was changed."""
    for make, kind in ((first_entries, "Insert"), (later_changes, "Context")):
        for subject, folders in places.items():
            events = []
            for folder, held in folders.items():
                pages = [
                    element(
                        "FormData",
                        {"FormOID": forms[name].oid, "FormRepeatKey": "1", "TransactionType": kind},
                        *groups,
                    )
                    for name, rows in held.items()
                    if (groups := make(forms[name], rows))
                ]
                key = {"StudyEventOID": folder, "TransactionType": kind}
                events += [element("StudyEventData", key, *pages)] if pages else []
            site = [element("SiteRef", {"LocationOID": _site(folders)})] if kind == "Insert" else []
            key = {"SubjectKey": subject, "TransactionType": kind}
            yield element("SubjectData", key, *site, *events)
