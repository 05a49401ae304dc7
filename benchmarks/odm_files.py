"""ODM files of a given size, and what reading one costs."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.alternating import cost_of, report

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
MEGABYTES = 200
ITEMS = 30
ROWS_OF_SUBJECT = 200


def write_large_odm(path: Path, megabytes: int) -> int:
    """Write a snapshot of at least this size, two item groups in turn; the rows written."""
    rows, subject = 0, 0
    with path.open("w", encoding="utf-8") as file:
        file.write(_study())
        while file.tell() < megabytes * 1_000_000:
            subject += 1
            file.write(_subject(subject))
            rows += ROWS_OF_SUBJECT
        file.write("</ClinicalData>\n</ODM>\n")
    return rows


def _study() -> str:
    groups = "".join(
        f'<ItemGroupDef OID="{group}" Name="{group}" Repeating="Yes">'
        + "".join(f'<ItemRef ItemOID="{group}.I{n}" Mandatory="No"/>' for n in range(ITEMS))
        + "</ItemGroupDef>\n"
        for group in ("one", "two")
    )
    items = "".join(
        f'<ItemDef OID="{group}.I{n}" Name="I{n}" DataType="text" Length="20"/>\n'
        for group in ("one", "two")
        for n in range(ITEMS)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ODM xmlns="{NAMESPACE}" FileType="Snapshot" '
        'FileOID="B" CreationDateTime="2016-01-01T00:00:00" ODMVersion="1.3.2">\n<Study OID="S">'
        "<GlobalVariables><StudyName>SYNTHETIC</StudyName><StudyDescription>x</StudyDescription>"
        '<ProtocolName>S</ProtocolName></GlobalVariables>\n<MetaDataVersion OID="M" Name="m">\n'
        f"{groups}{items}</MetaDataVersion></Study>\n"
        '<ClinicalData StudyOID="S" MetaDataVersionOID="M">\n'
    )


def _subject(number: int) -> str:
    groups = "".join(_row(number, key) for key in range(1, ROWS_OF_SUBJECT + 1))
    return (
        f'<SubjectData SubjectKey="{number:06d}"><SiteRef LocationOID="{number % 50}"/>\n'
        '<StudyEventData StudyEventOID="V1"><FormData FormOID="F" FormRepeatKey="1">\n'
        f"{groups}</FormData></StudyEventData></SubjectData>\n"
    )


def _row(subject: int, key: int) -> str:
    group = "one" if key % 2 else "two"
    items = "".join(
        f'<ItemData ItemOID="{group}.I{n}" Value="{(subject * key + n) % 9973}"/>'
        for n in range(ITEMS)
    )
    named = f'ItemGroupOID="{group}" ItemGroupRepeatKey="{key}"'
    return f"<ItemGroupData {named}>{items}</ItemGroupData>\n"


def odm_section(folder: Path, megabytes: int = MEGABYTES) -> list[str]:
    """The lines of the page on reading ODM-XML; every measurement is a process of its own."""
    path = folder / "large.xml"
    rows = write_large_odm(path, megabytes)
    lines = [
        f"A snapshot of {megabytes} MB: {rows:,} rows in two item groups, {ITEMS} items a row.",
        "Seconds are those of the processor; the memory is what was held beyond the frames given.",
        "",
        "| | CPU s | MB of file / s | rows / s | frames MB | beyond MB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    named = (("lxml alone, nothing kept", "parse"), ("one item group", "one"), ("both", "both"))
    for label, what in named:
        cost = cost_of("benchmarks.odm_files", str(path), what)
        frames = cost.said["frames"]
        lines.append(
            f"| {label} | {cost.seconds:.1f} | {megabytes / cost.seconds:.0f} | "
            f"{cost.rows / cost.seconds:,.0f} | {frames:.0f} | {cost.beyond - frames:.0f} |"
        )
    path.unlink()
    return lines


def main() -> None:
    """Read the file named on the command line; what it cost as JSON.

    `one` is the reader on one item group, `both` on two in one pass, `parse` lxml alone.
    """
    import pandas  # noqa: F401

    from clinmap.readers.odm import read_item_groups  # noqa: F401

    path, what = Path(sys.argv[1]), sys.argv[2]
    report(lambda: _parsed(path) if what == "parse" else _read(path, what))


def _parsed(path: Path) -> dict[str, float]:
    import lxml.etree

    rows = 0
    for _, element in lxml.etree.iterparse(str(path), tag=f"{{{NAMESPACE}}}ItemGroupData"):
        rows += 1
        element.clear()
    return {"rows": rows, "frames": 0.0}


def _read(path: Path, what: str) -> dict[str, float]:
    from clinmap.readers.odm import read_item_groups

    groups = ("one", "two") if what == "both" else ("one",)
    frames = [table.frame for table in read_item_groups(path, path.name, groups).values()]
    size = sum(frame.memory_usage(deep=True).sum() for frame in frames) / 2**20
    return {"rows": sum(map(len, frames)), "frames": float(size)}


if __name__ == "__main__":
    main()
