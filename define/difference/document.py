"""The documents themselves, compared: study, version, standards, and the files beside them."""

from __future__ import annotations

from collections.abc import Iterator

from define.difference.difference import ADDED, DOCUMENTS, REMOVED, Difference, Found
from define.difference.facts import Facts, Versions, fact_differences
from define.difference.pairs import Pairs, leaf_uses, standard_name
from define.difference.reading import Reading
from define.document.model import Leaf, Standard

PATH = "document"


def document_differences(old: Reading, new: Reading, versions: Versions) -> Iterator[Found]:
    """What the documents say of the study and of themselves.

    When and by which program a file was made is not compared.
    """
    yield from fact_differences(_said(old), _said(new), versions)


def _said(reading: Reading) -> Facts:
    define = reading.side.define
    study = Facts(PATH, define.study.line)
    study.put_text("study", define.study.name)
    study.put_text("description of the study", define.study.description)
    study.put_text("protocol", define.study.protocol)
    facts = Facts(PATH, define.file.line, None, study.said)
    facts.put("version", define.version)
    facts.put("context", define.file.context)
    facts.put_text("name of the metadata", define.name)
    facts.put_text("description of the metadata", define.description)
    reading.comment(facts, define.comment_oid)
    return facts


def standard_differences(
    pairs: Pairs[Standard], old: Reading, new: Reading, versions: Versions
) -> Iterator[Found]:
    """Standards that only one document names, and other versions of one standard.

    Define-XML 2.0 names but one: further ones of the other document are told with its version.
    """
    for standard in pairs.old:
        if versions.mixed and old.side.define.namespace == "2.1":
            versions.note("standards", _words(standard), "", _path(standard))
        else:
            yield Found(
                Difference(REMOVED, DOCUMENTS, _path(standard), "the standard",
                           _words(standard), old_line=standard.line)
            )  # fmt: skip
    for standard in pairs.new:
        if versions.mixed and new.side.define.namespace == "2.1":
            versions.note("standards", "", _words(standard), _path(standard))
        else:
            yield Found(
                Difference(ADDED, DOCUMENTS, _path(standard), "the standard",
                           new=_words(standard), new_line=standard.line)
            )  # fmt: skip
    for one, other in pairs.both:
        path = _path(other)
        facts = _of_standard(old, one, path), _of_standard(new, other, path)
        yield from fact_differences(*facts, versions)


def _of_standard(reading: Reading, standard: Standard, path: str) -> Facts:
    facts = Facts(path, standard.line)
    facts.put("name of the standard", standard_name(standard).casefold(), standard.name)
    facts.put("version", standard.version)
    facts.put("status", standard.status)
    reading.comment(facts, standard.comment_oid)
    return facts


def _path(standard: Standard) -> str:
    return f"standard {' '.join(filter(None, (standard_name(standard), standard.publishing_set)))}"


def _words(standard: Standard) -> str:
    words = (standard_name(standard), standard.publishing_set, standard.version)
    return " ".join(filter(None, words))


def leaf_differences(pairs: Pairs[Leaf], old: Reading, new: Reading) -> Iterator[Found]:
    """Documents that only one define.xml refers to; place, title and use of the others."""
    for leaf in pairs.old:
        words = leaf.href or leaf.title
        yield Found(
            Difference(REMOVED, DOCUMENTS, _leaf_path(leaf), "the document", words,
                       old_line=leaf.line)
        )  # fmt: skip
    for leaf in pairs.new:
        words = leaf.href or leaf.title
        yield Found(
            Difference(ADDED, DOCUMENTS, _leaf_path(leaf), "the document", new=words,
                       new_line=leaf.line)
        )  # fmt: skip
    was, now = leaf_uses(old.side.define), leaf_uses(new.side.define)
    for one, other in pairs.both:
        path = _leaf_path(other)
        facts = _of_leaf(one, path, was), _of_leaf(other, path, now)
        yield from fact_differences(*facts, Versions(mixed=False))


def _of_leaf(leaf: Leaf, path: str, uses: dict[str, str]) -> Facts:
    facts = Facts(path, leaf.line)
    facts.put("file", leaf.href)
    facts.put_text("title", leaf.title)
    facts.put("used as", uses.get(leaf.id, ""))
    return facts


def _leaf_path(leaf: Leaf) -> str:
    return f"document {leaf.title or leaf.href or leaf.id}"
