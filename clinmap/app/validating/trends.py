"""This report against a former one: which findings are new, which are gone, which stay.

A finding is matched by code, dataset and variable, and each of its records by its keys. Where the
keys of a dataset are others than before, those count that both reports have.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clinmap.app.validating.report import Change, Finding, Gone, Records, Trend
from clinmap.problems import InputError, Location

FORMAT = "clinmap validation report"
Identity = tuple[str, str, str]
Values = tuple[str | None, ...]


@dataclass(slots=True)
class Former:
    """What a former report had of one identity: the keys, and the records by their values."""

    keys: tuple[str, ...]
    records: list[Values]
    without_records: int = 0


def read_former(path: Path) -> tuple[str, dict[Identity, list[Former]]]:
    """The title of a former report, and its findings.

    Problems: InputError INP014 for a file that is no report of ours, written as JSON.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ValueError
        return str(document["title"]), _former(document["findings"])
    except OSError:
        raise InputError("INP001", f"the former report cannot be opened: {path.name}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "INP014",
            "this is no report of `clinmap validate` as JSON",
            location=Location(path.name),
            hint="Give the file that `clinmap validate --format json --output FILE` wrote.",
        ) from None


def _former(findings: Iterable[Mapping[str, Any]]) -> dict[Identity, list[Former]]:
    found: dict[Identity, list[Former]] = defaultdict(list)
    for one in findings:
        identity = str(one["code"]), str(one["dataset"]), str(one["variable"])
        names = [str(name) for name in one["record_columns"]]
        keys = tuple(map(str, one["keys"]))
        places = [names.index(name) for name in keys]
        records = [tuple(record[place] for place in places) for record in one["records"]]
        found[identity].append(Former(keys, records, 0 if records else 1))
    return found


def with_trend(
    findings: Sequence[Finding],
    records: Mapping[str, Records],
    title: str,
    former: Mapping[Identity, Sequence[Former]],
    datasets: Iterable[str] = (),
) -> tuple[list[Finding], Trend]:
    """The findings with what is new of them, and the counts; of `datasets` only, where given."""
    wanted = set(datasets)
    own: dict[Identity, list[int]] = defaultdict(list)
    for number, one in enumerate(findings):
        own[one.identity].append(number)
    told = list(findings)
    changes: dict[tuple[str, str], Change] = defaultdict(Change)
    gone: list[Gone] = []
    for identity in dict.fromkeys([*own, *former]):
        if wanted and identity[1] not in wanted:
            continue
        mine = [findings[number] for number in own[identity]]
        marked, lost = _compared(identity, mine, records, former.get(identity, ()))
        for number, one in zip(own[identity], marked, strict=True):
            told[number] = one
        gone += lost
        changes[identity[1], identity[0]] += _change(marked, lost)
    return told, Trend(title, dict(sorted(changes.items())), tuple(sorted(gone, key=_place)))


def _place(gone: Gone) -> tuple[str, str, str]:
    return gone.dataset, gone.code, gone.variable


def _change(findings: Iterable[Finding], gone: Iterable[Gone]) -> Change:
    found = Change(gone=sum(one.count for one in gone))
    for one in findings:
        if one.new is None or not len(one.places):
            found += Change(new=1) if one.state == "new" else Change(staying=1)
        else:
            new = int(one.new.sum())
            found += Change(new=new, staying=len(one.places) - new)
    return found


def _compared(
    identity: Identity,
    mine: Sequence[Finding],
    records: Mapping[str, Records],
    former: Sequence[Former],
) -> tuple[list[Finding], list[Gone]]:
    """The findings of one identity, marked, and what of the former ones is no more."""
    keys = _shared_keys([one.keys for one in mine if len(one.places)], former)
    left = Counter(values for one in former for values in _values_of(one, keys))
    bare = sum(one.without_records for one in former)
    marked: list[Finding] = []
    for one in mine:
        if len(one.places):
            marked.append(_marked(one, records[one.problem.dataset], keys, left))
        else:
            marked.append(replace(one, state="staying" if bare > 0 else "new"))
            bare -= 1
    lost = sorted(left.elements(), key=lambda values: tuple(map(str, values)))
    count = len(lost) + max(bare, 0)
    return marked, [Gone(*identity, keys, tuple(lost), count)] if count else []


def _shared_keys(mine: Sequence[tuple[str, ...]], former: Sequence[Former]) -> tuple[str, ...]:
    """The keys that all sides have; where nothing is on one of the sides, those of the other."""
    sides = [*mine, *(one.keys for one in former if one.records)]
    return tuple(key for key in sides[0] if all(key in one for one in sides)) if sides else ()


def _values_of(former: Former, keys: Iterable[str]) -> list[Values]:
    places = [former.keys.index(key) for key in keys if key in former.keys]
    return [tuple(record[place] for place in places) for record in former.records]


def _marked(
    finding: Finding, records: Records, keys: Iterable[str], left: Counter[Values]
) -> Finding:
    """The finding with its new records marked; each former record answers for one."""
    import numpy as np

    columns = [records.columns[key].at(finding.places) for key in keys]
    lines = zip(*columns, strict=True) if columns else iter([()] * len(finding.places))
    new = np.zeros(len(finding.places), dtype=np.bool_)
    for place, values in enumerate(lines):
        if left[values] > 0:
            left[values] -= 1
        else:
            new[place] = True
    state = "new" if new.all() else "mixed" if new.any() else "staying"
    return replace(finding, new=new, state=state)
