"""ODM-XML 1.3: the rows of item groups, from a snapshot or replayed from transactions.

Columns, in this order: `PROJECT` (the study's name), `SITENUMBER` (LocationOID of the subject's
site), `SUBJECT`, `FOLDER` (the study event), `FOLDERSEQ` (its order in the protocol), `FORMOID`,
`RECORDPOSITION` (repeat key of the item group), `PAGEREPEAT` (repeat key of the form), and
`FOLDERREPEAT` (repeat key of the study event) where the rows have one; then one for each item of
the item group, called by the ItemDef's Name. An item with a code list that has decodes gives two,
as EDC systems export it: `X` is the decode, `X_STD` the code as it stands in the file. An item in
measurement units gives `X_UNITS`, the unit's Name. Two items of one Name, or one that is called
like a column above, get their whole OID instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.codes import severity_of
from clinmap.problems import InputError, Location, Problem, near_match
from clinmap.readers.odm_frames import decode, item_group_frame
from clinmap.readers.odm_metadata import FOLDER_REPEAT, Definitions
from clinmap.readers.odm_rows import (
    AuditRecord,
    ItemGroupReader,
    Replay,
    Row,
    RowChunks,
    Step,
    audit_record,
)
from clinmap.readers.odm_xml import OdmHeader, odm_elements, odm_header

if TYPE_CHECKING:
    import pandas as pd
    from lxml import etree

SHOWN = 12
DEPTH = 3
"""Subject, study event and form: what a row stands in."""

NOWHERE: Step = ("", "")
"""Reference data stand in no subject, study event or form."""


@dataclass(frozen=True, slots=True)
class OdmTable:
    """The rows of an item group, and what was odd about them.

    `null_flags` counts the cells of each column that the file says are null (IsNull), which is more
    than not speaking of them; `undecoded` holds the rows whose code is not in the code list;
    `repeated` counts items that stand twice in a row of a snapshot, `misfits` the transactions that
    do not fit the rows (an Insert of what is there, an Update or Remove of what is not).
    """

    frame: pd.DataFrame
    null_flags: Mapping[str, int]
    undecoded: Mapping[str, tuple[int, ...]]
    repeated: int
    misfits: int


def read_odm(
    path: Path, file: str, item_group: str, missing: Collection[str] = (), audit: bool = False
) -> pd.DataFrame:
    """The rows of one item group of an ODM file as text: `read_item_groups` for one group.

    >>> read_odm(Path("study.xml"), "study.xml", "ae")  # doctest: +SKIP
    """
    return read_item_groups(path, file, (item_group,), missing=missing, audit=audit)[
        item_group
    ].frame


def read_item_groups(
    path: Path,
    file: str,
    groups: Collection[str],
    *,
    missing: Collection[str] = (),
    audit: bool = False,
) -> dict[str, OdmTable]:
    """The rows of several item groups, in one reading of the file: one row per ItemGroupData.

    A group is given by its OID, or by the Name of its ItemGroupDef where no OID is called so.
    Rows stand in the order of the file; those of a Transactional file are what is left when its
    transactions are replayed in order (the last value holds, Remove takes away the item, row, form,
    event or subject). `audit` adds AUDIT_DATETIME, AUDIT_USER and AUDIT_REASON of the latest audit
    record of a row and its items. Missing values: absent items, IsNull, empty values, and every
    value that is one of `missing`. A unit that does not stand beside a value is the only one that
    the ItemDef lists, else missing.

    Memory: the frames, and some thousand rows; of a Transactional file, the rows as Python objects.

    Problems: InputError INP001, INP002, INP003, INP006 (no XML, cut off, a DOCTYPE, not ODM),
    INP040 (another version of ODM), INP041 (no such item group). See `odm_problems` for the others.
    Source: ODM 1.3.2, sections 2.4 (transactions) and 3.1.4 (clinical data).

    >>> read_item_groups(Path("study.xml"), "study.xml", ["ae", "dm"])  # doctest: +SKIP
    """
    found = _read(path, file, groups, audit)
    return {group: found.table(group, missing) for group in groups}


def read_each_group(
    path: Path,
    file: str,
    groups: Collection[str],
    *,
    missing: Collection[str] = (),
    audit: bool = False,
) -> dict[str, OdmTable | InputError]:
    """The same, with the error INP041 in the place of a group that the file does not know."""
    reading = _read(path, file, groups, audit)
    found: dict[str, OdmTable | InputError] = {}
    for group in groups:
        try:
            found[group] = reading.table(group, missing)
        except InputError as error:
            found[group] = error
    return found


def _read(path: Path, file: str, groups: Collection[str], audit: bool) -> _Reading:
    """Read the file once, for these item groups."""
    header = odm_header(path, file)
    records = _audit_records(path, file, header) if audit else None
    reading = _Reading(header, file, frozenset(groups), records)
    for event, name, element in odm_elements(path, file, header):
        reading.take(event, name, element)
    return reading


def odm_problems(found: OdmTable, table: str, file: str) -> Iterator[Problem]:
    """What was odd about the rows, as problems of a raw table: RAW040 and RAW041."""
    place = Location(file)
    for column, rows in found.undecoded.items():
        yield Problem(
            "RAW040", severity_of("RAW040"), f"codes of {column} are not in its code list",
            dataset=table, variable=column, count=len(rows),
            rows=tuple(f"{table}:{row + 1}" for row in rows[:1000]), location=place,
            hint="The decode is missing in these rows; the code stands in the _STD column.",
        )  # fmt: skip
    for count, said in (
        (found.repeated, "items that stand twice in one row; the last of them was taken"),
        (found.misfits, "transactions that do not fit the rows before them; they were followed"),
    ):
        if count:
            yield Problem(
                "RAW041", severity_of("RAW041"), said, dataset=table, count=count, location=place
            )


class _Reading:
    """The state of one reading: where we are in the file, and the rows so far."""

    def __init__(
        self, header: OdmHeader, file: str, groups: Collection[str],
        records: Mapping[str, AuditRecord] | None,
    ) -> None:  # fmt: skip
        self.header, self.file, self.groups, self.records = header, file, groups, records
        self.definitions = Definitions()
        self.readers: dict[str, ItemGroupReader] = {}
        self.chunks = {group: RowChunks() for group in groups}
        self.replays = {group: Replay() for group in groups}
        self.wanted = {group: group for group in groups}
        self.seen: dict[str, None] = {}
        self.sites: dict[Step, str] = {}
        self.place: Row = {}
        self.path: tuple[Step, ...] = ()

    def take(self, event: str, name: str, element: etree._Element) -> None:
        """Take in one event of the stream."""
        if event == "start":
            if name in ("ClinicalData", "ReferenceData"):
                self.place = {"PROJECT": element.get("StudyOID")}
                self.path = () if name == "ClinicalData" else (NOWHERE,) * DEPTH
            elif name == "SubjectData":
                self._subject(element)
            elif name == "StudyEventData":
                self._study_event(element)
            elif name == "FormData":
                self._form(element)
        elif name == "ItemGroupData":
            self._row(element)
        elif name == "Study":
            self._metadata(element)

    def _metadata(self, element: etree._Element) -> None:
        if self.readers:
            raise InputError(
                "INP006", "a Study element stands behind the data that it describes",
                location=Location(self.file, element.sourceline or 0),
                hint="Export the file again as ODM-XML 1.3.2.",
            )  # fmt: skip
        self.definitions.add_study(element, self.header)
        self.wanted = {self.definitions.group_oid(group): group for group in self.groups}

    def _subject(self, element: etree._Element) -> None:
        step = (self.place.get("PROJECT") or "", element.get("SubjectKey", ""))
        self.place = {"PROJECT": step[0], "SUBJECT": step[1]}
        self._enter(element, (step,))

    def _study_event(self, element: etree._Element) -> None:
        """A study event; the site stands before the first one of its subject."""
        subject = element.getparent()
        self._within(element, 1)
        site = subject.find(self.header.tag("SiteRef")) if subject is not None else None
        if site is not None:
            self.sites[self.path[0]] = site.get("LocationOID", "")
        step = (element.get("StudyEventOID", ""), element.get("StudyEventRepeatKey", ""))
        kept = {name: self.place.get(name) for name in ("PROJECT", "SUBJECT")}
        self.place = {**kept, "SITENUMBER": self.sites.get(self.path[0]), "FOLDER": step[0]}
        self.place[FOLDER_REPEAT] = step[1]
        self._enter(element, (self.path[0], step))

    def _form(self, element: etree._Element) -> None:
        self._within(element, 2)
        step = (element.get("FormOID", ""), element.get("FormRepeatKey", ""))
        self.place |= {"FORMOID": step[0], "PAGEREPEAT": step[1]}
        self._enter(element, (*self.path[:2], step))

    def _enter(self, element: etree._Element, path: tuple[Step, ...]) -> None:
        self.path = path
        if element.get("TransactionType") == "Remove":
            for replay in self.replays.values():
                replay.remove(path)

    def _row(self, element: etree._Element) -> None:
        oid = element.get("ItemGroupOID", "")
        self.seen.setdefault(oid)
        group = self.wanted.get(oid, "")
        if not group:
            return
        self._within(element, DEPTH)
        key = element.get("ItemGroupRepeatKey", "")
        place = {**self.place, "RECORDPOSITION": key}
        reader = self._reader(group)
        if not self.header.transactional:
            row: Row = {name: value for name, value in place.items() if value}
            reader.fill(row, element)
            self.chunks[group].add(row)
            return
        kind, path = element.get("TransactionType", ""), (*self.path, (group, key))
        replay = self.replays[group]
        if kind == "Remove":
            replay.misfits += not replay.remove(path)
        elif kind != "Context" or len(element):
            known: Row = {name: value for name, value in place.items() if value}
            reader.fill(replay.row(path, kind, known), element)

    def _within(self, element: etree._Element, depth: int) -> None:
        """Refuse an element that stands in less than it has to."""
        if len(self.path) < depth:
            name = str(element.tag).rpartition("}")[2]
            raise InputError(
                "INP006", f"a {name} does not stand where ODM has it",
                location=Location(self.file, element.sourceline or 0),
                hint="Export the file again as ODM-XML 1.3.2.",
            )  # fmt: skip

    def _reader(self, group: str) -> ItemGroupReader:
        if group not in self.readers:
            oid = self.definitions.group_oid(group)
            self.readers[group] = ItemGroupReader(
                oid, self.definitions, self.header, self.file, self.records
            )
        return self.readers[group]

    def _check(self, group: str) -> None:
        """Refuse an item group that the file does not know."""
        known = {**self.definitions.groups, **self.seen}
        if self.definitions.group_oid(group) in known:
            return
        names = dict.fromkeys(self.definitions.group_names.values())
        listed = ", ".join(list(known)[:SHOWN]) or "no item group"
        raise InputError(
            "INP041", f"there is no item group {group} in the file",
            location=Location(self.file),
            hint=near_match(group, {**known, **names}) or f"The file has {listed}",
        )  # fmt: skip

    def table(self, group: str, missing: Collection[str]) -> OdmTable:
        """The finished table of an item group; its rows are given out only once."""
        self._check(group)
        chunks, reader = self.chunks[group], self._reader(group)
        for row in self.replays[group].rows():
            chunks.add(row)
        frame = item_group_frame(
            chunks.table(), reader.items, self.definitions, audit=self.records is not None
        )
        undecoded = decode(frame, reader.items.values(), missing)
        if missing:
            frame = frame.mask(frame.isin(list(missing)))
        return OdmTable(
            frame, dict(chunks.null_flags), undecoded, reader.repeated, self.replays[group].misfits
        )


def _audit_records(path: Path, file: str, header: OdmHeader) -> dict[str, AuditRecord]:
    """The audit records that stand apart from the data, by their ID."""
    found: dict[str, AuditRecord] = {}
    for event, name, element in odm_elements(path, file, header):
        if event == "end" and name == "AuditRecord" and element.get("ID"):
            found[element.get("ID", "")] = audit_record(element, header.tag(""))
    return found
