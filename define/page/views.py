"""What the page shows, in the order in which it is shown; the template only lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from define.difference.difference import CHANGED
from define.document.model import CodeList, Dictionary
from define.page.links import Link
from define.page.marks import UNCHANGED, Mark


@dataclass(frozen=True, slots=True)
class Note:
    """A method or comment beside a variable; `more` says what else its own place has."""

    name: str
    text: str
    anchor: str = ""
    more: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """A codelist beside a variable: its first terms, and how many it has."""

    name: str
    anchor: str = ""
    first: str = ""
    count: int = 0
    dictionary: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: type and source, a description, pages."""

    words: str
    description: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A variable, or a value-level item of one: then `where` says for which records it holds."""

    anchor: str
    name: str
    label: str
    type: str
    size: str = ""
    format: str = ""
    key: int | None = None
    role: str = ""
    mandatory: bool = False
    badges: tuple[str, ...] = ()
    where: str = ""
    terms: Terms | None = None
    sources: tuple[Source, ...] = ()
    notes: tuple[Note, ...] = ()
    values: tuple[Row, ...] = ()
    mark: Mark = UNCHANGED


@dataclass(frozen=True, slots=True)
class DatasetView:
    """A dataset with its variables; `size` tells the browser how long it will be."""

    anchor: str
    name: str
    label: str
    cls: str
    domain: str
    structure: str
    purpose: str
    keys: str
    standard: str
    file: Link | None
    badges: tuple[str, ...]
    note: Note | None
    rows: tuple[Row, ...]
    roles: bool
    size: int
    removed: tuple[Mark, ...] = ()
    mark: Mark = UNCHANGED

    @property
    def touched(self) -> str:
        """How the dataset differs, also where only its variables do."""
        within = [row.mark for one in self.rows for row in (one, *one.values)]
        return self.mark.kind or (CHANGED if self.removed or any(m.kind for m in within) else "")


@dataclass(frozen=True, slots=True)
class ClassView:
    """The datasets of one class."""

    name: str
    datasets: tuple[DatasetView, ...]


@dataclass(frozen=True, slots=True)
class CodelistView:
    """A codelist: `code` is its C-code; `ranked` says whether its terms have ranks."""

    anchor: str
    codelist: CodeList
    code: str
    standard: str
    badges: tuple[str, ...]
    note: Note | None
    terms: tuple[TermView, ...]
    decoded: bool
    ranked: bool
    users: tuple[Link, ...]
    size: int
    mark: Mark = UNCHANGED


@dataclass(frozen=True, slots=True)
class TermView:
    """A permitted value."""

    value: str
    decode: str
    code: str
    rank: str
    extended: bool
    description: str


@dataclass(frozen=True, slots=True)
class DictionaryView:
    """An external codelist."""

    anchor: str
    name: str
    dictionary: Dictionary
    link: Link
    note: Note | None
    users: tuple[Link, ...]
    mark: Mark = UNCHANGED


@dataclass(frozen=True, slots=True)
class TextView:
    """A method or a comment, whole."""

    anchor: str
    name: str
    kind: str
    text: str
    code: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]
    users: tuple[Link, ...]
    size: int
    mark: Mark = UNCHANGED


@dataclass(frozen=True, slots=True)
class StandardView:
    """A standard that the document names."""

    words: str
    type: str
    status: str
    note: Note | None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document beside the define.xml."""

    link: Link
    kind: str
    href: str


@dataclass(frozen=True, slots=True)
class ReadView:
    """What an analysis reads of a dataset: its records and its variables."""

    dataset: Link
    where: str
    variables: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ResultView:
    """One analysis result."""

    anchor: str
    description: str
    about: tuple[tuple[str, str], ...]
    reads: tuple[ReadView, ...]
    join: Note | None
    documentation: str
    links: tuple[Link, ...]
    context: str
    code: str
    code_links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DisplayView:
    """A table, listing or figure with its results."""

    anchor: str
    name: str
    description: str
    links: tuple[Link, ...]
    results: tuple[ResultView, ...]
    mark: Mark = UNCHANGED
