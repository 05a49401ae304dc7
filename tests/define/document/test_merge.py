"""Nothing is lost: what was read is written as it was, and a change changes only what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from define.document.model import Comment, Define, Item, Term
from define.document.read import define_of, read_define
from define.document.write import define_bytes, write_define
from tests.define.document.samples import ANALYSIS, FOREIGN, canonical

SAMPLES = {"foreign": FOREIGN, "analysis": ANALYSIS}


def read(text: str | bytes) -> Define:
    """The document in a text."""
    content = text.encode() if isinstance(text, str) else text
    return define_of(etree.fromstring(content, etree.XMLParser(strip_cdata=False)))


def lines(text: str | bytes) -> list[bytes]:
    """The lines of the canonical XML."""
    return canonical(text.encode() if isinstance(text, str) else text).splitlines()


def changed_lines(before: str, define: Define) -> tuple[list[bytes], list[bytes]]:
    """The lines of a file that writing the changed document drops and adds."""
    old, new = lines(before), lines(define_bytes(define))
    return [x for x in old if x not in new], [x for x in new if x not in old]


@pytest.mark.parametrize("name", SAMPLES)
def test_unchanged_is_canonically_equal(name: str, tmp_path: Path) -> None:
    """Comments, processing instructions, languages, vendors' things and the order."""
    path = tmp_path / "define.xml"
    path.write_text(SAMPLES[name], encoding="utf-8")
    write_define(read_define(path), path)
    assert canonical(path.read_bytes()) == canonical(SAMPLES[name].encode())


def test_ours_is_equal_byte_for_byte(sdtm: Define, adam: Define) -> None:
    """A file of our own, read and written again."""
    for define in (sdtm, adam):
        content = define_bytes(define)
        assert define_bytes(read(content)) == content


def test_another_encoding_is_written_as_utf_8() -> None:
    """The characters stay what they were."""
    text = FOREIGN.replace("Reported Term", "Gemeldet für Ærø")
    other = text.replace("UTF-8", "UTF-16").encode("utf-16")
    assert canonical(define_bytes(read(other))) == canonical(text.encode())


def test_one_attribute() -> None:
    """A length."""
    define = read(FOREIGN)
    items = (replace(define.items[0], length=25), *define.items[1:])
    old, new = changed_lines(FOREIGN, replace(define, items=items))
    assert len(old) == len(new) == 1
    assert new[0] == old[0].replace(b'" 20 "', b'"25"')
    assert b'owner="DM"' in new[0]


def test_one_text_in_its_language() -> None:
    """The label that was read is French; the English one stays."""
    define = read(FOREIGN)
    assert (define.language, define.item_groups[0].label) == ("fr", "Evenements")
    group = replace(define.item_groups[0], label="Effets")
    old, new = changed_lines(FOREIGN, replace(define, item_groups=(group,)))
    assert [x.strip() for x in new] == [
        b'<o:TranslatedText xml:lang="fr">Effets</o:TranslatedText>'
    ]
    assert len(old) == 1


def test_an_oid_with_all_that_is_in_the_element() -> None:
    """What a vendor wrote into the element stays in it."""
    define = read(FOREIGN)
    items = (replace(define.items[0], oid="IT.NEW"), *define.items[1:])
    old, new = changed_lines(FOREIGN, replace(define, items=items))
    assert [new[0]] == [old[0].replace(b'"IT.1"', b'"IT.NEW"')]
    assert len(new) == 1


def test_a_removed_term() -> None:
    """Only its line is gone."""
    define = read(FOREIGN)
    codelist = define.codelists[0]
    kept = replace(codelist, terms=(codelist.terms[0], codelist.terms[1]))
    old, new = changed_lines(FOREIGN, replace(define, codelists=(kept,)))
    assert b'CodedValue="C"' in old[0]
    assert (len(old), new) == (1, [])


def test_terms_in_another_order() -> None:
    """Both sorts of terms are one list; the vendor's note moves with its term."""
    define = read(FOREIGN)
    codelist = define.codelists[0]
    turned = replace(define, codelists=(replace(codelist, terms=codelist.terms[::-1]),))
    root = etree.fromstring(define_bytes(turned))
    values = root.xpath("//@CodedValue")
    assert values == ["C", "B", "A"]
    note = root.find(".//{urn:vendor:extension}Note")
    assert note is not None
    assert note.getparent().get("CodedValue") == "A"  # type: ignore[union-attr]


def test_what_is_added_stands_in_its_place() -> None:
    """An item after the last item, a comment after the methods, a term with the file's prefixes."""
    define = read(FOREIGN)
    term = Term("D", "Four")
    codelist = replace(define.codelists[0], terms=(*define.codelists[0].terms, term))
    more = replace(
        define,
        items=(*define.items, Item("IT.3", "AESER", "text", 1, label="Serious Event")),
        codelists=(codelist,),
        comments=(Comment("COM.1", "Why"),),
    )
    old, new = changed_lines(FOREIGN, more)
    assert old == []
    assert b"      <o:ItemDef" in new[0]
    assert not any(b"xmlns" in line for line in new)
    version = etree.fromstring(define_bytes(more)).find(".//{*}MetaDataVersion")
    assert version is not None
    names = [etree.QName(e).localname for e in version.iterchildren(tag=etree.Element)]
    assert names[-4:] == ["CodeList", "MethodDef", "CommentDef", "leaf"]
    assert read(define_bytes(more)) == more


def test_another_version_is_written_anew(sdtm: Define) -> None:
    """What was read as 2.1 and is 2.0 now."""
    older = replace(read(define_bytes(sdtm)), namespace="2.0", version="2.0.0")
    again = read(define_bytes(older))
    assert (again.namespace, again.faults) == ("2.0", ())
    assert [g.cls for g in again.item_groups] == [g.cls for g in sdtm.item_groups]


def test_the_file_that_was_read_is_not_touched() -> None:
    """Writing a change twice gives the same; what was read stays as it was."""
    define = read(FOREIGN)
    other = replace(define, items=define.items[:1], name="New")
    assert define_bytes(other) == define_bytes(other)
    assert canonical(define_bytes(define)) == canonical(FOREIGN.encode())


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).filter(
    lambda text: "\ufffe" not in text and "\uffff" not in text
)
_UNTOUCHED = ("line", "language", "namespace", "version", "kept", "original", "faults", "unknown")


def change(part: Any, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    """The part with one thing in it changed, somewhere."""
    usable = [
        field.name
        for field in fields(part)
        if field.name not in _UNTOUCHED and getattr(part, field.name) not in (None, ())
    ]
    name = draw(st.sampled_from(usable))
    value = getattr(part, name)
    if isinstance(value, bool):
        new: Any = not value
    elif isinstance(value, str):
        new = draw(_TEXTS)
    elif isinstance(value, int):
        new = draw(st.none() | st.integers(0, 999))
    elif is_dataclass(value):
        new = change(value, draw)
    else:
        new = change_list(value, draw)
    return replace(part, **{name: new})


def change_list(parts: tuple[Any, ...], draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    """A list with one member changed, taken out or put in again, or in another order."""
    place = draw(st.integers(0, len(parts) - 1))
    how = draw(st.sampled_from(["change", "remove", "repeat", "turn"]))
    if how == "remove":
        return parts[:place] + parts[place + 1 :]
    if how == "repeat":
        return (*parts, parts[place])
    if how == "turn":
        return parts[place:] + parts[:place]
    member = parts[place]
    new = draw(_TEXTS) if isinstance(member, str) else change(member, draw)
    return (*parts[:place], new, *parts[place + 1 :])


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_change_is_what_is_read_again(name: str, data: st.DataObject) -> None:
    """And what stands before the document stays; the texts are of one language here."""
    text = SAMPLES[name].replace('lang="fr"', 'lang="en"')
    define = read(text)
    changed = define
    for _ in range(data.draw(st.integers(1, 3))):
        changed = change(changed, data.draw)
    standards = changed.standards if define.namespace == "2.1" else define.standards
    changed = replace(changed, standards=standards)
    again = read(define_bytes(changed))
    assert replace(again, language=define.language) == changed
    assert prologue(define_bytes(changed)) == prologue(text.encode())


def prologue(content: bytes) -> list[bytes]:
    """What stands before the root."""
    root = etree.fromstring(content)
    return [etree.tostring(node, with_tail=False) for node in root.itersiblings(preceding=True)]


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_one_number_changes_one_attribute(data: st.DataObject) -> None:
    """Whatever number: of all attributes of the file only one is another."""
    define = read(ANALYSIS)
    place = data.draw(st.integers(0, len(define.items) - 1))
    item = replace(define.items[place], length=data.draw(st.integers(9, 10**6)))
    items = (*define.items[:place], item, *define.items[place + 1 :])
    old, new = changed_lines(ANALYSIS, replace(define, items=items))
    assert len(old) == len(new) == 1
    assert old[0].replace(b'Length="8"', b'Length="%d"' % (item.length or 0)) == new[0]
