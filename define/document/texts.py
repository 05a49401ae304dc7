"""Texts of a define.xml: what an element itself says, and which of several languages is read."""

from __future__ import annotations

from lxml import etree

from define.document.xml_names import ODM, XML

_TRANSLATED = f"{{{ODM}}}TranslatedText"
_LANGUAGE = f"{{{XML}}}lang"


def own_text(element: etree._Element) -> str:
    """The text that stands in an element itself, around comments and other elements in it.

    >>> own_text(etree.fromstring("<a>one<!-- no --> two</a>"))
    'one two'
    """
    text = element.text or ""
    return text + "".join(child.tail or "" for child in element) if len(element) else text


def translated(holder: etree._Element, language: str) -> etree._Element | None:
    """The TranslatedText that is read: the first in the language, else without one, else any."""
    texts = holder.findall(_TRANSLATED)
    if len(texts) < 2:
        return texts[0] if texts else None
    wanted = (language, None)
    ranked = (text for name in wanted for text in texts if text.get(_LANGUAGE) == name)
    return next(ranked, texts[0])
