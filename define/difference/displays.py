"""Analysis displays and results of two documents, compared.

Source: Analysis Results Metadata 1.0 for Define-XML 2, section 4.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from define.difference.difference import ADDED, CHANGED, DERIVATION, REMOVED, Difference, Found
from define.difference.facts import Facts, Versions, fact_differences
from define.difference.pairs import by_keys
from define.difference.reading import Reading, plain_code
from define.document.model import AnalysisDataset, AnalysisResult, Display, ItemGroup

UNKNOWN = ItemGroup("", "")


def display_differences(old: Reading, new: Reading, versions: Versions) -> Iterator[Found]:
    """The differences of displays by name, and of their results by description."""
    pairs = by_keys(
        old.side.define.displays,
        new.side.define.displays,
        lambda display: display.name or display.oid,
        lambda display: _plain(display.description),
    )
    for gone in pairs.old:
        words, path = gone.description, f"display {gone.name}"
        yield Found(Difference(REMOVED, DERIVATION, path, "the display", words, "", gone.line))
    for come in pairs.new:
        words, path = come.description, f"display {come.name}"
        yield Found(Difference(ADDED, DERIVATION, path, "the display", "", words, 0, come.line))
    for one, other in pairs.both:
        path = f"display {other.name}"
        yield from fact_differences(_said(old, one, path), _said(new, other, path), versions)
        yield from _results((old, one), (new, other), path, versions)


def _said(reading: Reading, display: Display, path: str) -> Facts:
    facts = Facts(path, display.line)
    facts.put_text("name", display.name)
    facts.put_text("description", display.description)
    reading.documents(facts, "documents", display.documents)
    return facts


def _results(
    old: tuple[Reading, Display], new: tuple[Reading, Display], path: str, versions: Versions
) -> Iterator[Found]:
    """Results meet by description; of those left, the first with the first."""
    pairs = by_keys(
        old[1].results,
        new[1].results,
        lambda result: _plain(result.description),
        lambda result: ("left", bool(result)),
    )
    for gone in pairs.old:
        words = _name(gone)
        yield Found(
            Difference(CHANGED, DERIVATION, path, "result removed", words, "", gone.line,
                       new[1].line)
        )  # fmt: skip
    for come in pairs.new:
        words = _name(come)
        yield Found(
            Difference(CHANGED, DERIVATION, path, "result added", "", words, old[1].line,
                       come.line)
        )  # fmt: skip
    for one, other in pairs.both:
        names = {name for name, _ in _datasets(old[0], one)}
        names &= {name for name, _ in _datasets(new[0], other)}
        facts = (_of_result(old[0], one, path, names), _of_result(new[0], other, path, names))
        for found, _ in fact_differences(*facts, versions):
            yield Found(_named(found, other))


def _named(found: Difference, result: AnalysisResult) -> Difference:
    what = f"{found.what} of the result {_name(result)}"
    return Difference(
        found.kind, found.group, found.path, what, found.old, found.new, found.old_line,
        found.new_line,
    )  # fmt: skip


def _of_result(reading: Reading, result: AnalysisResult, path: str, names: set[str]) -> Facts:
    """What is said of a result; records and variables of the datasets that both results read."""
    facts = Facts(path, result.line)
    facts.put_text("description", result.description)
    facts.put("reason", result.reason)
    facts.put("purpose of the analysis", result.purpose)
    parameter = result.parameter_oid
    facts.put("parameter", reading.side.name(parameter, UNKNOWN) if parameter else "")
    found = dict(_datasets(reading, result))
    facts.put("datasets", frozenset(found), ", ".join(found))
    for name, dataset in found.items():
        if name in names:
            _read(reading, facts, name, dataset)
    reading.comment(facts, result.comment_oid)
    facts.put_text("documentation", result.documentation or "")
    reading.documents(facts, "documents", result.documents)
    _code(reading, facts, result)
    return facts


def _datasets(reading: Reading, result: AnalysisResult) -> Iterator[tuple[str, AnalysisDataset]]:
    for dataset in result.datasets:
        group = reading.side.groups.get(dataset.group_oid)
        yield (group.name if group else dataset.group_oid), dataset


def _read(reading: Reading, facts: Facts, name: str, dataset: AnalysisDataset) -> None:
    """Which records and variables of a dataset are read."""
    group = reading.side.groups.get(dataset.group_oid, UNKNOWN)
    own = Facts(facts.path, dataset.line or facts.line)
    meaning: Hashable = reading.side.condition(dataset.where_oids, group)
    own.put(f"records of {name}", meaning, reading.side.where(dataset.where_oids, group))
    variables = [reading.side.item(oid).name for oid in dataset.variable_oids]
    own.put(f"variables of {name}", frozenset(variables), ", ".join(variables))
    facts.said.update(own.said)


def _code(reading: Reading, facts: Facts, result: AnalysisResult) -> None:
    code = result.code
    if code is None:
        return
    own = Facts(facts.path, code.line or facts.line)
    own.put("code", ("code", plain_code(code.text or "")), plain_code(code.text or ""))
    own.put("code context", code.context)
    reading.documents(own, "code documents", code.documents)
    facts.said.update(own.said)


def _name(result: AnalysisResult) -> str:
    return _plain(result.description) or result.oid


def _plain(text: str) -> str:
    return " ".join(text.split())
