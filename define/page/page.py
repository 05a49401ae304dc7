"""A define.xml as one page: everything that a reviewer reads, in a single file of HTML.

The page needs no network and no other file; its policy lets the browser run the page's own script
and style and nothing else. Without the script it is the same page, all unfolded and unsearched.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from importlib.resources import files

from clinmap import __version__
from define.difference.difference import Difference
from define.document.model import Define
from define.page.datasets import class_views
from define.page.definitions import (
    codelist_views,
    comment_views,
    dictionary_views,
    document_views,
    method_views,
    standard_views,
)
from define.page.index import Index
from define.page.marks import Marks
from define.page.results import display_views

FIRST_SCRIPT = 'document.documentElement.className = "js";'
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def define_page(define: Define, differences: Iterable[Difference] = (), old: str = "") -> str:
    """The page of a define.xml of version 2.0 or 2.1, as HTML.

    What it shows: datasets by class with their variables and value-level items, codelists,
    dictionaries, methods, comments, standards, documents and analysis results. What the document
    leaves out is left empty; a reference to nothing says "not defined". `differences` from the
    version named `old` are marked where they are, and listed.

    Every text is escaped; links lead only into the page, to files beside it, or to the web. Marks
    that turn the direction of writing are shown by their number.

    Problems: none. Source: Define-XML 2.1, section 5.3.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    marks = Marks(differences)
    style, script = _text("page.css"), _text("page.js")
    page = environment.from_string(_text("page.html.j2")).render(
        **_shown(define, marks),
        marks=marks,
        old=old,
        version=__version__,
        style=style,
        first_script=FIRST_SCRIPT,
        script=script,
        policy=content_policy(style, FIRST_SCRIPT, script),
    )
    return _TURNING.sub(lambda mark: f"⟨U+{ord(mark[0]):04X}⟩", page)


def content_policy(style: str, *scripts: str) -> str:
    """What the browser may do with the page: use this style, run these scripts, nothing else.

    >>> content_policy("", "").split("; ")[0]
    "default-src 'none'"
    """
    run = " ".join(_digest(script) for script in scripts)
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {run}; "
        "base-uri 'none'; form-action 'none'"
    )


def _shown(define: Define, marks: Marks) -> dict[str, object]:
    index = Index(define)
    classes = class_views(index, marks)
    datasets = [dataset for one in classes for dataset in one.datasets]
    return {
        "define": define,
        "note": index.comment(define.comment_oid),
        "classes": classes,
        "datasets": datasets,
        "holds": _holds(define, sum(len(dataset.rows) for dataset in datasets)),
        "codelists": codelist_views(index, marks),
        "dictionaries": dictionary_views(index, marks),
        "methods": method_views(index, marks),
        "comments": comment_views(index, marks),
        "standards": standard_views(index),
        "documents": document_views(define),
        "displays": display_views(index, marks),
    }


def _holds(define: Define, variables: int) -> str:
    """How much a document defines, in words."""
    codelists = sum(codelist.external is None for codelist in define.codelists)
    counts = {
        "dataset": len(define.item_groups),
        "variable": variables,
        "codelist": codelists,
        "method": len(define.methods),
    }
    return ", ".join(f"{n:,} {noun}{'' if n == 1 else 's'}" for noun, n in counts.items())


def _text(name: str) -> str:
    return files("define.page").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
