"""Ways to damage a raw file: its bytes, its lines, its columns, its cells, its container."""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape, quoteattr

Kind = str
TEXTS = ("csv", "redcap", "odm", "dataset-json")


@dataclass(frozen=True)
class Subject:
    """A file to damage: its bytes, its format, how its text is written, bytes of other files."""

    data: bytes
    format: Kind
    delimiter: str = ","
    encoding: str = "utf-8"
    columns: tuple[str, ...] = ()
    others: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Damage:
    """A damaged file: `planted` is a text that a cell now holds, empty where none was planted."""

    how: str
    data: bytes
    planted: str = ""


Mutator = Callable[[Subject, random.Random], Damage | None]

AWKWARD = (
    "%s" * 3000,
    '=HYPERLINK("http://x/%s")',
    "@SUM(%s)",
    "2020-99-99",
    "31 FEB 2013",
    "1e999",
    "-1e-400",
    "NaN",
    "inf",
    "-Infinity",
    "%s \U0001f600",
    "\u202e%s\u200f",
    "%s\nsecond line",
    "%s\r\n%s",
    "<0.5",
    "--",
    "%s, %s",
    '%s "quoted" %s',
    "%s\t;|^~\\",
    "'; DROP TABLE ae; --%s",
    " ",
    "  %s  ",
    " %s",
    "0x1F",
    "\uff11\uff12\uff13",
    "1_000",
    "1.2.3",
    "1,234.5",
    "0000-00-00",
    "9999-12-31T23:59:60",
    "24:00",
    "25:61",
    "99999999999999999999999",
    "%s\x7f\x1b[31m",
    "{%s}",
    "<b>%s</b>&amp;",
    "null",
    "None",
    "TRUE",
    "#REF!",
    "é́%s",
    "%s" + "é" * 250,
    "../../../etc/passwd%s",
    "%%s %%d %%n%s",
    "-0",
    "+5",
    "5.",
    ".5",
    "\u0661\u0662",
)


def awkward(chance: random.Random) -> tuple[str, str]:
    """A text that few programs expect, and the marker in it (empty where it has none)."""
    marker = f"ZQ{chance.randrange(10**6):06d}XW"
    text = chance.choice(AWKWARD)
    count = text.count("%s")
    made = text.replace("%s", marker)
    return made, marker if count else ""


# ------------------------------------------------------------------------------------ any bytes


def cut_off(subject: Subject, chance: random.Random) -> Damage:
    """End the file at a random byte."""
    return Damage("cut off", subject.data[: chance.randrange(len(subject.data))])


def flip_bytes(subject: Subject, chance: random.Random) -> Damage:
    """Change a few bytes, or many."""
    data = bytearray(subject.data)
    for _ in range(chance.choice((1, 1, 2, 5, 50))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return Damage("bytes changed", bytes(data))


def flip_early_bytes(subject: Subject, chance: random.Random) -> Damage:
    """Change bytes near the beginning, where headers stand."""
    data = bytearray(subject.data)
    for _ in range(chance.choice((1, 2, 5))):
        data[chance.randrange(min(len(data), 1000))] = chance.randrange(256)
    return Damage("bytes of the header changed", bytes(data))


def insert_bytes(subject: Subject, chance: random.Random) -> Damage:
    """Put random bytes somewhere."""
    place = chance.randrange(len(subject.data) + 1)
    more = chance.randbytes(chance.choice((1, 2, 3, 16, 500)))
    return Damage("bytes inserted", subject.data[:place] + more + subject.data[place:])


def delete_bytes(subject: Subject, chance: random.Random) -> Damage:
    """Take bytes away somewhere."""
    place = chance.randrange(len(subject.data))
    size = chance.choice((1, 2, 3, 80, 700))
    return Damage("bytes deleted", subject.data[:place] + subject.data[place + size :])


def repeat_block(subject: Subject, chance: random.Random) -> Damage:
    """Repeat a block of bytes."""
    place, size = chance.randrange(len(subject.data)), chance.choice((80, 512, 4096))
    block = subject.data[place : place + size]
    return Damage("block repeated", subject.data[:place] + block + subject.data[place:])


def zero_bytes(subject: Subject, chance: random.Random) -> Damage:
    """Put NUL bytes somewhere, or in the place of a block, as after a disk was full."""
    place, size = chance.randrange(len(subject.data)), chance.choice((1, 4, 200))
    keep = chance.random() < 0.5
    after = subject.data[place if keep else place + size :]
    return Damage("NUL bytes", subject.data[:place] + bytes(size) + after)


def text_overwritten(subject: Subject, chance: random.Random) -> Damage | None:
    """A word between the bytes is another word of the same length."""
    if subject.format in TEXTS:
        return None
    words = list(re.finditer(rb"[ -~]{4,}", subject.data))
    start, end = chance.choice(words).span()
    size = chance.randrange(1, min(end - start, 12) + 1)
    new = (chance.choice((b"-", b"Q", b"9", b"~", b" ", b"%", b"'")) * size)[:size]
    return Damage("text overwritten", subject.data[:start] + new + subject.data[start + size :])


def empty(subject: Subject, chance: random.Random) -> Damage:
    """Nothing, or blanks only."""
    return Damage("empty file", chance.choice((b"", b"", b" ", b"\n\n\n", b"\xef\xbb\xbf")))


def another_file(subject: Subject, chance: random.Random) -> Damage:
    """Another file under this name."""
    return Damage("another file", chance.choice(subject.others))


# ----------------------------------------------------------------------------------------- text


def wrong_encoding(subject: Subject, chance: random.Random) -> Damage | None:
    """The text in another encoding than it is declared in."""
    if subject.format not in TEXTS:
        return None
    text = subject.data.decode(subject.encoding, "replace")
    name = chance.choice(("utf-16", "utf-16-le", "utf-32", "cp1252", "utf-8-sig", "utf-7", "cp037"))
    return Damage(f"written as {name}", text.encode(name, "replace"))


def byte_order_mark(subject: Subject, chance: random.Random) -> Damage | None:
    """A byte order mark in front that may not be true, or two of them."""
    if subject.format not in TEXTS:
        return None
    mark = chance.choice((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return Damage("byte order mark", mark * chance.choice((1, 2)) + subject.data)


def lines_deleted(subject: Subject, chance: random.Random) -> Damage | None:
    """Lines are missing; often the first one."""
    lines = _lines(subject)
    if len(lines) < 2:
        return None
    place = 0 if chance.random() < 0.3 else chance.randrange(len(lines))
    del lines[place : place + chance.choice((1, 1, 3))]
    return Damage("lines deleted", b"".join(lines))


def lines_repeated(subject: Subject, chance: random.Random) -> Damage | None:
    """Lines stand twice; at times the first one, in the middle."""
    lines = _lines(subject)
    if len(lines) < 2:
        return None
    source = 0 if chance.random() < 0.2 else chance.randrange(len(lines))
    lines.insert(chance.choice((source, chance.randrange(len(lines)))), lines[source])
    return Damage("lines repeated", b"".join(lines))


def lines_swapped(subject: Subject, chance: random.Random) -> Damage | None:
    """Two lines change places."""
    lines = _lines(subject)
    if len(lines) < 2:
        return None
    one, two = chance.randrange(min(3, len(lines))), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return Damage("lines swapped", b"".join(lines))


def line_ends(subject: Subject, chance: random.Random) -> Damage | None:
    """Other line ends, or none at all."""
    if subject.format not in TEXTS:
        return None
    end = chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\r", b" ", b"\x0b", b"\x85"))
    return Damage("other line ends", subject.data.replace(b"\n", end))


def quotes(subject: Subject, chance: random.Random) -> Damage | None:
    """A quote that is not closed, or stands in the middle of a cell."""
    if subject.format not in ("csv", "redcap"):
        return None
    place = chance.randrange(len(subject.data))
    mark = chance.choice((b'"', b'""', b',"', b'"x"', b"'"))
    return Damage("unbalanced quotes", subject.data[:place] + mark + subject.data[place:])


def other_delimiter(subject: Subject, chance: random.Random) -> Damage | None:
    """Another character between the cells."""
    if subject.format not in ("csv", "redcap"):
        return None
    known = [mark for mark in (";", "\t", "|", ",", ":", " ") if mark != subject.delimiter]
    old, new = subject.delimiter.encode(), chance.choice(known).encode()
    return Damage("other delimiter", subject.data.replace(old, new))


def _lines(subject: Subject) -> list[bytes]:
    return subject.data.splitlines(keepends=True) if subject.format in TEXTS else []


# ------------------------------------------------------------------------------ rows and columns


@dataclass
class Grid:
    """The cells of delimited text, with what stands above the column names."""

    above: list[list[str]]
    rows: list[list[str]]
    subject: Subject

    def written(self) -> bytes:
        """The file again."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.subject.delimiter, lineterminator="\n")
        writer.writerows([*self.above, *self.rows])
        return out.getvalue().encode(self.subject.encoding, "replace")


def grid_of(subject: Subject) -> Grid | None:
    """The cells of delimited text; None for other formats."""
    if subject.format not in ("csv", "redcap"):
        return None
    text = subject.data.decode(subject.encoding)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=subject.delimiter) if row]
    fitting = [n for n, row in enumerate(rows) if len(set(row) & set(subject.columns)) > 1]
    first = fitting[0] if fitting else 0
    return Grid(rows[:first], rows[first:], subject)


def columns_swapped(subject: Subject, chance: random.Random) -> Damage | None:
    """Two columns change places, with their names or without."""
    grid = grid_of(subject)
    if grid is None:
        return None
    one, two = (chance.randrange(len(grid.rows[0])) for _ in range(2))
    named = chance.random() < 0.5
    for row in grid.rows[0 if named else 1 :]:
        row[one], row[two] = row[two], row[one]
    return Damage("columns swapped" + ("" if named else ", not their names"), grid.written())


def column_renamed(subject: Subject, chance: random.Random) -> Damage | None:
    """A column has another name, that of another column, or none."""
    grid = grid_of(subject)
    if grid is None:
        return None
    names = grid.rows[0]
    place = chance.randrange(len(names))
    old = names[place]
    others = (old.lower(), old + "_1", " " + old, "", "X" * 300, chance.choice(names), "É" + old)
    names[place] = chance.choice(others)
    return Damage("column renamed", grid.written())


def column_dropped(subject: Subject, chance: random.Random) -> Damage | None:
    """A column is missing."""
    grid = grid_of(subject)
    if grid is None:
        return None
    place = chance.randrange(len(grid.rows[0]))
    for row in grid.rows:
        del row[place]
    return Damage("column dropped", grid.written())


def column_repeated(subject: Subject, chance: random.Random) -> Damage | None:
    """A column stands twice, under its name or a new one."""
    grid = grid_of(subject)
    if grid is None:
        return None
    place, new = chance.randrange(len(grid.rows[0])), chance.random() < 0.5
    for number, row in enumerate(grid.rows):
        row.append("NEW_COLUMN" if new and not number else row[place])
    return Damage("column repeated", grid.written())


def row_longer(subject: Subject, chance: random.Random) -> Damage | None:
    """A row has a cell more or fewer than there are columns."""
    grid = grid_of(subject)
    if grid is None or len(grid.rows) < 2:
        return None
    row = grid.rows[chance.randrange(1, len(grid.rows))]
    if chance.random() < 0.5:
        row.insert(chance.randrange(len(row) + 1), "x")
    else:
        row.pop()
    return Damage("ragged row", grid.written())


def rows_changed(subject: Subject, chance: random.Random) -> Damage | None:
    """Rows are missing, stand twice, or are none at all."""
    grid = grid_of(subject)
    if grid is None or len(grid.rows) < 2:
        return None
    place = chance.randrange(1, len(grid.rows))
    how = chance.choice(("deleted", "repeated", "all deleted"))
    if how == "deleted":
        del grid.rows[place]
    elif how == "repeated":
        grid.rows.insert(chance.randrange(1, len(grid.rows)), list(grid.rows[place]))
    else:
        del grid.rows[1:]
    return Damage(f"rows {how}", grid.written())


def cell_replaced(subject: Subject, chance: random.Random) -> Damage | None:
    """One cell holds an awkward text."""
    grid = grid_of(subject)
    if grid is None or len(grid.rows) < 2:
        return None
    text, marker = awkward(chance)
    if text != text.encode(subject.encoding, "ignore").decode(subject.encoding):
        return None
    row = grid.rows[chance.randrange(1, len(grid.rows))]
    row[chance.randrange(len(row))] = text
    return Damage("cell replaced", grid.written(), marker)


def column_filled(subject: Subject, chance: random.Random) -> Damage | None:
    """A whole column holds an awkward text, or is empty."""
    grid = grid_of(subject)
    if grid is None or len(grid.rows) < 2:
        return None
    text, marker = awkward(chance) if chance.random() < 0.7 else ("", "")
    if text != text.encode(subject.encoding, "ignore").decode(subject.encoding):
        return None
    place = chance.randrange(len(grid.rows[0]))
    for row in grid.rows[1:]:
        row[place] = text
    return Damage("column filled", grid.written(), marker)


# ------------------------------------------------------------------------------------------ XML

ENTITIES = (
    '<!DOCTYPE ODM [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=1)
    )
    + "]>"
)
EXTERNAL = '<!DOCTYPE ODM [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE ODM [<!ENTITY % i SYSTEM "http://127.0.0.1:9/x.dtd"> %i;]>'


def xml_entities(subject: Subject, chance: random.Random) -> Damage | None:
    """Entities that grow, or that name a file or an address."""
    if subject.format != "odm":
        return None
    text = subject.data.decode("utf-8")
    head = chance.choice((ENTITIES, EXTERNAL, PARAMETER))
    text = re.sub(r"(<ODM\b)", lambda found: head + found[0], text, count=1)
    values = list(re.finditer(r'Value="[^"]*"', text))
    if values and head != PARAMETER:
        start, end = chance.choice(values).span()
        text = text[:start] + 'Value="&i;"' + text[end:]
    return Damage("XML entities", text.encode())


def xml_broken(subject: Subject, chance: random.Random) -> Damage | None:
    """A tag, an attribute or an element is gone, stands twice, or has another name."""
    if subject.format != "odm":
        return None
    text = subject.data.decode("utf-8")
    tags = list(re.finditer(r"<[^<>]*>", text))
    start, end = chance.choice(tags).span()
    tag = text[start:end]
    new = chance.choice(
        (
            "",
            tag * 2,
            tag.replace("OID", "Oid"),
            re.sub(r'\s[\w:]+="[^"]*"', "", tag, count=1),
            re.sub(r'="[^"]*"', '=""', tag),
            tag.replace("ItemData", "ItemDatum"),
            tag.replace("/>", ">"),
            f"<!-- {tag} -->",
            f"<![CDATA[{tag}]]>",
        )
    )
    return Damage("XML broken", (text[:start] + new + text[end:]).encode())


def xml_namespace(subject: Subject, chance: random.Random) -> Damage | None:
    """Another namespace, or none."""
    if subject.format != "odm":
        return None
    known = rb'xmlns="[^"]*"'
    new = chance.choice(
        (b'xmlns="http://www.cdisc.org/ns/odm/v2.0"', b'xmlns=""', b"", b'xmlns="x"')
    )
    return Damage("XML namespace", re.sub(known, new, subject.data, count=1))


def xml_value(subject: Subject, chance: random.Random) -> Damage | None:
    """One value is awkward."""
    if subject.format != "odm":
        return None
    text = subject.data.decode("utf-8")
    values = list(re.finditer(r'(?<= Value=)"[^"]*"', text))
    if not values:
        return None
    start, end = chance.choice(values).span()
    made, marker = awkward(chance)
    made = quoteattr(re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", made))
    return Damage("XML value replaced", (text[:start] + made + text[end:]).encode(), marker)


# ----------------------------------------------------------------------------------------- JSON


def json_token(subject: Subject, chance: random.Random) -> Damage | None:
    """A value, name or bracket of the document is another one."""
    if subject.format != "dataset-json":
        return None
    text = subject.data.decode("utf-8")
    tokens = list(re.finditer(r'"[^"\\]*"|[\[\]{}]|\d+', text))
    start, end = chance.choice(tokens).span()
    new = chance.choice(('""', "null", "[]", "{}", "1e999", "NaN", '"\\ud800"', "[" * 3000, "true"))
    return Damage("JSON value replaced", (text[:start] + new + text[end:]).encode())


# ------------------------------------------------------------------------------------------ zip


def zip_part(subject: Subject, chance: random.Random) -> Damage | None:
    """A part of the workbook is gone, cut off, empty, or stands twice."""
    parts = _parts(subject)
    if not parts:
        return None
    name = chance.choice(list(parts))
    how = chance.choice(("gone", "cut off", "empty", "not XML", "entities"))
    if how == "gone":
        del parts[name]
    elif how == "cut off":
        parts[name] = parts[name][: chance.randrange(len(parts[name]))]
    elif how == "entities":
        parts[name] = ENTITIES.replace("ODM", "x").encode() + parts[name]
    else:
        parts[name] = b"" if how == "empty" else b"no XML"
    return Damage(f"part of the workbook {how}", _zipped(parts))


def zip_bomb(subject: Subject, chance: random.Random) -> Damage | None:
    """A part of the workbook unpacks to far more than it is."""
    parts = _parts(subject)
    if not parts or chance.random() < 0.7:
        return None
    parts[chance.choice([name for name in parts if "sheet" in name])] = _spaces()
    return Damage("workbook that unpacks to 80 MB", _zipped(parts))


def sheet_xml(subject: Subject, chance: random.Random) -> Damage | None:
    """A row, a cell or a tag of a sheet is gone, stands twice, or stands elsewhere."""
    parts = _parts(subject)
    if not parts:
        return None
    name = chance.choice([name for name in parts if name.startswith("xl/worksheets/sheet")])
    text = parts[name].decode("utf-8")
    found = list(re.finditer(r"<row .*?</row>|<c .*?</c>|<c [^>]*/>|<mergeCell [^>]*/>", text))
    if not found:
        return None
    start, end = chance.choice(found).span()
    part = text[start:end]
    new = chance.choice(
        (
            "",
            part * 2,
            re.sub(r' r="[A-Z]*\d+"', "", part, count=1),
            re.sub(r' r="([A-Z]*)\d+"', r' r="\g<1>1048576"', part, count=1),
            re.sub(r' t="\w+"', ' t="e"', part),
            re.sub(r"<v>.*?</v>", "<v>99999999</v>", part, count=1),
            re.sub(r' r="\w+"', ' r="XFD1"', part, count=1),
        )
    )
    parts[name] = (text[:start] + new + text[end:]).encode()
    return Damage("sheet changed", _zipped(parts))


def sheet_text(subject: Subject, chance: random.Random) -> Damage | None:
    """A text or number of the workbook is awkward."""
    parts = _parts(subject)
    if not parts:
        return None
    made, marker = awkward(chance)
    made = escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", made))
    name = chance.choice([n for n in parts if n.startswith("xl/worksheets/sheet")])
    if chance.random() < 0.6 and "xl/sharedStrings.xml" in parts:
        name = "xl/sharedStrings.xml"
    pattern = r"(?<=<t>)[^<]*" if name.endswith("Strings.xml") else r"(?<=<v>)[^<]*"
    text = parts[name].decode("utf-8")
    found = list(re.finditer(pattern, text))
    if not found:
        return None
    start, end = chance.choice(found).span()
    parts[name] = (text[:start] + made + text[end:]).encode()
    return Damage("text of the workbook replaced", _zipped(parts), marker)


def _parts(subject: Subject) -> dict[str, bytes]:
    if subject.format not in ("xlsx", "ods"):
        return {}
    with zipfile.ZipFile(io.BytesIO(subject.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@cache
def _spaces() -> bytes:
    return b"<worksheet>" + b" " * (80 << 20) + b"</worksheet>"


# -------------------------------------------------------------------------------------- all ways

ANY: tuple[Mutator, ...] = (
    cut_off, flip_bytes, flip_early_bytes, insert_bytes, delete_bytes, repeat_block, zero_bytes,
    text_overwritten, empty, another_file,
)  # fmt: skip
TEXT: tuple[Mutator, ...] = (
    wrong_encoding, byte_order_mark, lines_deleted, lines_repeated, lines_swapped, line_ends,
)  # fmt: skip
CELLS: tuple[Mutator, ...] = (
    quotes, other_delimiter, columns_swapped, column_renamed, column_dropped, column_repeated,
    row_longer, rows_changed, cell_replaced, cell_replaced, cell_replaced, cell_replaced,
    column_filled,
)  # fmt: skip
OF_FORMAT: Mapping[Kind, tuple[Mutator, ...]] = {
    "csv": (*TEXT, *CELLS),
    "redcap": (*TEXT, *CELLS),
    "odm": (*TEXT, xml_entities, xml_broken, xml_broken, xml_namespace, *[xml_value] * 6),
    "dataset-json": (*TEXT, *[json_token] * 6),
    "xlsx": (zip_part, zip_bomb, *[sheet_xml] * 4, *[sheet_text] * 6),
}


def damage(subject: Subject, chance: random.Random) -> Damage:
    """The file, damaged in one way that its format allows."""
    ways = (*ANY, *OF_FORMAT.get(subject.format, ()))
    while True:
        made = chance.choice(ways)(subject, chance)
        if made is not None and made.data != subject.data:
            return made
