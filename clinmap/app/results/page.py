"""The page of results: the answer to each objective, and from every number the way to the raw rows.

One file that needs no other and no network. A number leads to its analysis records, a record to
the records of the tabulations and the cells of the raw files that it came from; what the page's
script shows is data in the page, read when it is asked for.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any
from urllib.parse import quote

from clinmap import __version__
from clinmap.app.package.package_files import PackageFiles
from clinmap.app.results.computing import SYNTHETIC, Made, results_of
from clinmap.app.results.files import FOLDER, files_of
from clinmap.app.results.page_data import NOT_NAMED, PageData
from clinmap.plan import Plan
from clinmap.results.plans import DisplayPlan, Objective, ResultPlan
from clinmap.results.rounding import significant_text
from clinmap.results.shown import FigureShown, Marks, Panel, TableShown

FIRST_SCRIPT = 'document.documentElement.className = "js";'
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_AS_IT_IS = " !$()*+,-./:;=?@[]^_{|}~"
PURPOSES = ("PRIMARY", "SECONDARY", "EXPLORATORY")
Picture = Callable[[FigureShown], bytes]
"""How a figure is drawn, as SVG."""


@dataclass(frozen=True)
class ResultView:
    """One analysis result: what is read, for whom, and how."""

    title: str
    dataset: str
    file: str
    where: str
    population: str
    by: str
    method: str
    reason: str
    variables: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DisplayView:
    """A table or figure on the page: its HTML, its files, and what is behind it."""

    id: str
    kind: str
    title: str
    table: str
    picture: str
    alt: str
    notes: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    results: tuple[ResultView, ...]
    numbers: int


@dataclass(frozen=True)
class ObjectiveView:
    """An objective with its displays, and what its answer rests on."""

    objective: Objective
    assumptions: tuple[str, ...]
    displays: tuple[DisplayView, ...]


def results_page(
    plan: Plan, made: Sequence[Made], package: PackageFiles, picture: Picture | None = None
) -> str:
    """The page, as HTML. Every text is escaped; its policy lets only its own script and style run.

    Raw values are shown where the package was opened with the folder of raw exports. `picture`
    draws a figure where `clinmap.drawing` shall not do so again. Problems: InputError INP001 where
    the package has no lineage. Source: ARM 1.0 for Define-XML, section 4, for what is told of a
    result.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    results = results_of(plan)
    data = PageData(package, read_variables(one.plan for one in made))
    figures: dict[str, Any] = {}
    views = {one.plan.id: _display(one, package, data, figures, picture) for one in made}
    script, style = _text("js"), _style()
    document = {**data.document(), "figures": figures, "package": package.folder.name}
    page = environment.from_string(_text("html.j2")).render(
        plan=plan,
        stamp=package.manifest["stamp"],
        synthetic=SYNTHETIC if results.synthetic else "",
        groups=_groups([_objective(o, plan, made, views) for o in results.objectives]),
        raw_shown=package.raw_folder is not None,
        version=__version__,
        safe=Markup,
        style=style,
        first_script=FIRST_SCRIPT,
        script=script,
        data=packed(document),
        policy=_policy(style, FIRST_SCRIPT, script),
    )
    return _TURNING.sub(lambda mark: f"⟨U+{ord(mark[0]):04X}⟩", page)


def packed(document: Mapping[str, Any]) -> str:
    """A document as JSON, compressed, as letters and digits: nothing in it can be taken for a tag.

    >>> unpacked(packed({"a": "</script>"}))
    {'a': '</script>'}
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")


def unpacked(text: str) -> Any:
    """The document that was packed."""
    return json.loads(gzip.decompress(base64.b64decode(text)))


def picture_address(svg: bytes) -> str:
    """A picture as an address that holds it; shorter than in base 64.

    >>> picture_address(b'<svg>\\n <path d="M 0 1"/>\\n</svg>')
    'data:image/svg+xml,%3Csvg%3E %3Cpath d=%22M 0 1%22/%3E %3C/svg%3E'
    """
    text = " ".join(svg.decode("utf-8").split())
    return f"data:image/svg+xml,{quote(text, safe=_AS_IT_IS)}"


def read_variables(displays: Iterable[DisplayPlan]) -> dict[str, tuple[str, ...]]:
    """The variables of each dataset that the results read in it."""
    found: dict[str, dict[str, None]] = {}
    for display in displays:
        for result in display.results:
            own = (n for n, d in result.described.items() if d.owner == result.dataset)
            found.setdefault(result.dataset, {}).update(dict.fromkeys(own))
    return {name: tuple(variables) for name, variables in found.items()}


def _objective(
    objective: Objective, plan: Plan, made: Sequence[Made], views: Mapping[str, DisplayView]
) -> ObjectiveView:
    results = results_of(plan)
    own = [one.plan for one in made if one.plan.objective == objective.id]
    named = (*objective.assumes, *(name for display in own for name in display.assumes))
    texts = [results.assumptions[n] for n in dict.fromkeys(named) if n in results.assumptions]
    return ObjectiveView(objective, tuple(texts), tuple(views[display.id] for display in own))


def _groups(views: Iterable[ObjectiveView]) -> list[tuple[str, list[ObjectiveView]]]:
    """The objectives by purpose, primary ones first; in each as people count, S2 before S10."""

    def place(view: ObjectiveView) -> tuple[int, str, int, str]:
        purpose, name = view.objective.purpose, view.objective.id
        letters = name.rstrip("0123456789")
        rank = next((i for i, word in enumerate(PURPOSES) if purpose.startswith(word)), 9)
        return rank, letters, int(name[len(letters) :] or 0), name

    ordered = sorted(views, key=place)
    found = groupby(ordered, key=lambda view: view.objective.purpose)
    return [(purpose.capitalize(), list(group)) for purpose, group in found]


def _display(
    made: Made,
    package: PackageFiles,
    data: PageData,
    figures: dict[str, Any],
    picture: Picture | None,
) -> DisplayView:
    shown = made.shown
    links = tuple((n.rsplit(".", 1)[1].upper(), f"{FOLDER}/{n}") for n in files_of(made))
    behind = tuple(_result(result, package) for result in made.plan.results)
    about = (made.plan.id, made.plan.shown, made.plan.title)
    if isinstance(shown, TableShown):
        return DisplayView(*about, _table(shown, data), "", "", (), links, behind, made.values)
    from clinmap.drawing import figure_alt, figure_svg

    figures[made.plan.id] = [_panel(panel, data) for panel in shown.panels]
    address = picture_address((picture or figure_svg)(shown))
    return DisplayView(
        *about, "", address, figure_alt(shown), shown.footnotes, links, behind, made.values
    )


def _table(shown: TableShown, data: PageData) -> str:
    """The table, each number that has records with a link to them."""
    from clinmap.drawing import table_fragment

    def link(row: int, column: int) -> str:
        number = data.number_of(shown.rows[row].values[column].records)
        return "" if number == NOT_NAMED else f"#records-{number}"

    return table_fragment(shown, link)


def _result(result: ResultPlan, package: PackageFiles) -> ResultView:
    described = package.manifest["datasets"].get(result.dataset, {})
    return ResultView(
        result.title,
        result.dataset,
        str(described.get("file", "")),
        result.where.text if result.where is not None else "",
        result.population,
        ", ".join(result.by),
        result.method.name.replace("_", " "),
        result.reason.lower(),
        tuple((f"{d.owner}.{name}", d.label) for name, d in sorted(result.described.items())),
    )


def _panel(panel: Panel, data: PageData) -> dict[str, Any]:
    return {
        "title": panel.title,
        "x": panel.x_label,
        "y": panel.y_label,
        "marks": [
            {"label": marks.label, "kind": marks.kind, "rows": _numbers(marks, data)}
            for marks in panel.marks
        ],
    }


def _numbers(marks: Marks, data: PageData) -> list[list[Any]]:
    """For each mark its place, its interval, its text, and the number of its records."""
    rows = []
    for place, (x, y) in enumerate(zip(marks.x, marks.y, strict=False)):
        low, high = _at(marks.low, place), _at(marks.high, place)
        between = "" if low is None and high is None else f"{_said(low)} to {_said(high)}"
        shade, text = _at(marks.shade, place), _at(marks.texts, place) or ""
        said = text or ("" if shade is None else _said(shade))
        records = data.number_of(_at(marks.records, place))
        rows.append([_said(x), _said(y), between, said, records])
    return rows


def _at(values: Sequence[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _said(value: float | str | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else significant_text(float(value), 4)


def _policy(style: str, *scripts: str) -> str:
    """What the browser may do: this style, these scripts, figures that stand in the page."""
    run = " ".join(_digest(script) for script in scripts)
    return (
        f"default-src 'none'; style-src-elem {_digest(style)}; style-src-attr 'unsafe-inline'; "
        f"img-src data:; script-src {run}; base-uri 'none'; form-action 'none'"
    )


def _style() -> str:
    from clinmap.drawing import TABLE_STYLE

    return f"{TABLE_STYLE}\n{_text('css')}"


def _text(kind: str) -> str:
    name = f"page.{kind}"
    return files("clinmap.app.results").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
