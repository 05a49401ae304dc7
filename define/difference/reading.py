"""What one document says of its datasets, variables and value-level items, as facts.

Source: Define-XML 2.1, section 5.3; what 2.0 says otherwise is in its section 5.3.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from define.difference.facts import UNDEFINED, Fact, Facts, ListUse
from define.difference.pairs import Marks, standard_name
from define.difference.side import Side, undefined
from define.document.model import (
    Alias,
    DocumentRef,
    FormalExpression,
    Item,
    ItemGroup,
    ItemOrigin,
    ItemRef,
    Leaf,
    Method,
    PageRef,
)

LONGEST_RANGE = 5_000
_TYPES_OF_20 = {"CRF": ("Collected", ""), "eDT": ("Collected", "Vendor")}


class Reading:
    """Makes facts of a document; `mixed` where the other document is of another version."""

    def __init__(self, side: Side, marks: Marks, mixed: bool) -> None:
        self.side = side
        self.marks = marks
        self.mixed = mixed

    def group(self, group: ItemGroup) -> Facts:
        """What is said of a dataset, without its variables."""
        facts = Facts(group.name, group.line)
        facts.put_text("label", group.label)
        facts.put("class", group.cls.casefold() if self.mixed else group.cls, group.cls)
        subclasses = sorted(f"{sub.parent} {sub.name}".strip() for sub in group.subclasses)
        facts.put("subclasses", ", ".join(subclasses))
        facts.put_text("structure", group.structure)
        facts.put("purpose", group.purpose)
        facts.put("domain", group.domain)
        facts.put("SAS name", group.sas_name or group.name)
        facts.flag("repeating", group.repeating)
        facts.flag("reference data", group.reference_data)
        facts.flag("no data", group.no_data)
        facts.flag("non-standard", group.non_standard)
        facts.put("aliases", *_aliases(group.aliases))
        self.standard(facts, group.standard_oid)
        self._file(facts, group.leaf)
        self.comment(facts, group.comment_oid)
        return facts

    def variable(self, group: ItemGroup, ref: ItemRef) -> Facts:
        """What is said of a variable."""
        item = self.side.item(ref.item_oid)
        facts = Facts(f"{group.name}.{item.name}", item.line or ref.line, item.oid)
        self._place(facts, ref, None)
        self._item(facts, item)
        values = self.side.value_list(item)
        if values:
            facts.put_text("description of the values", values.description)
        return facts

    def value(self, group: ItemGroup, variable: Item, ref: ItemRef) -> Facts:
        """What is said of a value-level item; its condition is one of the facts."""
        item = self.side.item(ref.item_oid)
        words = self.side.where(ref.where_oids, group)
        path = f"{group.name}.{variable.name} where {words}"
        facts = Facts(path, item.line or ref.line, item.oid)
        self._place(facts, ref, (variable.value_list_oid, ref.item_oid))
        self._item(facts, item)
        if "SAS name" in facts.said:
            facts.said["own SAS name"] = facts.said.pop("SAS name")
        facts.said["name"] = Fact(item.name, item.name, item.line, item.oid)
        clauses = [self.side.clauses[oid] for oid in ref.where_oids if oid in self.side.clauses]
        line = next((clause.line for clause in clauses), ref.line)
        meaning = self.side.condition(ref.where_oids, group)
        facts.said["condition"] = Fact(meaning, words, line, ref.where_oids)
        for clause in clauses[:1]:
            self.comment(facts, clause.comment_oid, "condition comment")
        return facts

    def _place(self, facts: Facts, ref: ItemRef, source: Hashable) -> None:
        """What the reference to an item says."""
        own = Facts(facts.path, ref.line, source)
        own.flag("mandatory", ref.mandatory)
        own.put("role", ref.role)
        own.flag("no data", ref.no_data)
        own.flag("non-standard", ref.non_standard)
        self._codelist(own, "role codelist", ref.role_codelist_oid)
        facts.said.update(own.said)
        self._method(facts, ref.method_oid)

    def _item(self, facts: Facts, item: Item) -> None:
        """What the definition of an item says."""
        own = Facts(facts.path, facts.line, item.oid)
        own.put_text("label", item.label)
        own.put("type", item.data_type)
        own.put_number("length", item.length)
        own.put_number("significant digits", item.significant_digits)
        own.put("SAS name", item.sas_name or item.name)
        own.put("display format", item.display_format)
        own.put("aliases", *_aliases(item.aliases))
        self._codelist(own, "codelist", item.codelist_oid)
        self._origins(own, item.origins)
        facts.said.update(own.said)
        self.comment(facts, item.comment_oid)

    def _codelist(self, facts: Facts, what: str, oid: str) -> None:
        if not oid:
            return
        codelist = self.side.codelists.get(oid)
        terms = codelist.terms if codelist and not codelist.external else None
        values = None if terms is None else frozenset(term.value for term in terms)
        use = ListUse(self.marks.codelists.get(oid, UNDEFINED), values)
        shown = codelist.name if codelist else undefined(oid)
        facts.said[what] = Fact(use, shown, facts.line, oid)

    def _origins(self, facts: Facts, origins: tuple[ItemOrigin, ...]) -> None:
        line = origins[0].line if origins else facts.line
        own = Facts(facts.path, line or facts.line, facts.source)
        words = sorted(" · ".join(filter(None, (o.type, o.source))) for o in origins)
        own.put("origin", frozenset(map(self._origin, origins)), "; ".join(words))
        texts = sorted(" ".join(o.description.split()) for o in origins if o.description)
        own.put("origin description", tuple(texts), "; ".join(texts))
        self.documents(own, "origin documents", [ref for o in origins for ref in o.documents])
        facts.said.update(own.said)

    def _origin(self, origin: ItemOrigin) -> Hashable:
        """Type and source; between two versions only what both can say."""
        if not self.mixed:
            return origin.type, origin.source
        vendor = "Vendor" if (origin.type, origin.source) == ("Collected", "Vendor") else ""
        return _TYPES_OF_20.get(origin.type, (origin.type, vendor))

    def _method(self, facts: Facts, oid: str) -> None:
        if not oid:
            return
        method = self.side.methods.get(oid) or Method(oid, "", undefined(oid), "")
        own = Facts(facts.path, method.line or facts.line, oid)
        own.said["method"] = _text_fact(method.text, own, oid in self.side.methods)
        own.put_text("method name", method.name)
        own.put("method type", method.type)
        own.put("method code", *_code(method.expressions))
        self.documents(own, "method documents", method.documents)
        facts.said.update(own.said)

    def comment(self, facts: Facts, oid: str, what: str = "comment") -> None:
        """Add a comment, with its documents."""
        if not oid:
            return
        found = self.side.comments.get(oid)
        own = Facts(facts.path, (found.line if found else 0) or facts.line, oid)
        text = found.text if found else undefined(oid)
        own.said[what] = _text_fact(text, own, found is not None)
        self.documents(own, f"{what} documents", found.documents if found else ())
        facts.said.update(own.said)

    def standard(self, facts: Facts, oid: str) -> None:
        """Add the standard that is followed."""
        if not oid:
            return
        standard = self.side.standards.get(oid)
        shown = f"{standard_name(standard)} {standard.version}" if standard else undefined(oid)
        meaning = ("standard", self.marks.standards.get(oid, UNDEFINED))
        facts.said["standard"] = Fact(meaning, shown, facts.line, oid)

    def _file(self, facts: Facts, leaf: Leaf | None) -> None:
        if leaf is None:
            return
        own = Facts(facts.path, leaf.line or facts.line)
        own.put("file", leaf.href)
        own.put_text("file title", leaf.title)
        facts.said.update(own.said)

    def documents(self, facts: Facts, what: str, refs: Iterable[DocumentRef]) -> None:
        """Add the documents that are referred to, with their pages."""
        found: dict[Hashable, set[Hashable]] = {}
        words = []
        for ref in refs:
            leaf = self.side.leaves.get(ref.leaf_id)
            name = (leaf.href or leaf.title) if leaf else undefined(ref.leaf_id)
            token = self.marks.leaves.get(ref.leaf_id, name if leaf else UNDEFINED)
            found.setdefault(token, set()).update(self._pages(ref.pages))
            words.append(" ".join(filter(None, (name, ", ".join(map(_page_words, ref.pages))))))
        value = frozenset((token, frozenset(pages)) for token, pages in found.items())
        facts.put(what, value, "; ".join(words))

    def _pages(self, pages: Iterable[PageRef]) -> Iterator[Hashable]:
        for page in pages:
            if page.title and not self.mixed:
                yield "title", page.title
            for number in page.pages.replace(",", " ").split():
                yield page.type, number
            yield from _range(page)


def _range(page: PageRef) -> Iterator[Hashable]:
    if page.first is None:
        return
    last = page.first if page.last is None else page.last
    if last - page.first > LONGEST_RANGE:
        yield page.type, page.first, last
    else:
        yield from ((page.type, str(number)) for number in range(page.first, last + 1))


def _page_words(page: PageRef) -> str:
    if page.first is None:
        return f"p. {page.pages}" if page.pages else ""
    return f"p. {page.first}" + (f"-{page.last}" if page.last is not None else "")


def _text_fact(text: str, facts: Facts, defined: bool) -> Fact:
    """A text that is there even where it is empty; texts that are not defined are all alike."""
    meaning = ("text", " ".join(text.split())) if defined else UNDEFINED
    return Fact(meaning, text.strip(), facts.line, facts.source)


def _aliases(aliases: Iterable[Alias]) -> tuple[frozenset[Hashable], str]:
    words = sorted(f"{alias.context}: {alias.name}" for alias in aliases)
    return frozenset(words), "; ".join(words)


def _code(expressions: Iterable[FormalExpression]) -> tuple[frozenset[Hashable], str]:
    """The code of a method; blanks at the end of a line mean nothing."""
    found = [(one.context, plain_code(one.text)) for one in expressions]
    return frozenset(found), "\n".join(f"{context}: {code}" for context, code in found)


def plain_code(text: str) -> str:
    """Code without blanks at the ends of its lines, and without empty lines around it.

    >>> plain_code("\\n x = 1;  \\n")
    ' x = 1;'
    """
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n")
