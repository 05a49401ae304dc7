"""The manifest of a package: what it was made from, what it holds, and how it came out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clinmap import __version__
from clinmap.app.build.completeness import column_accounts
from clinmap.app.build.pipeline import BuiltStudy
from clinmap.app.build.status import tally
from clinmap.app.package.parts import part_file
from clinmap.app.places import study_places

FORMAT = 1


def manifest(built: BuiltStudy, folder: Path, paths: Mapping[str, str]) -> dict[str, object]:
    """The manifest of the package whose files stand in `folder`; `paths` are those of datasets."""
    from clinmap.writers.package import TOOL, listing

    plan = built.plan
    return {
        "tool": TOOL,
        "version": __version__,
        "format": FORMAT,
        "study": plan.study,
        "stamp": built.stamp.isoformat(),
        "standards": [f"{s.name} {s.version}" for s in plan.standards if s.type != "CT"],
        "terminology": [
            f"{s.publishing_set} CT {s.version}" for s in plan.standards if s.type == "CT"
        ],
        "specification": _specification(built),
        "inputs": [
            {"table": name, "file": i.file, "sha256": i.sha256, "rows": i.rows}
            for name, i in sorted(built.inputs.items())
        ],
        "outputs": list(listing(folder)),
        "datasets": {
            status.name: {
                "label": status.label,
                "purpose": built.datasets[status.name].plan.purpose,
                "keys": list(built.datasets[status.name].plan.keys),
                "rows": status.rows,
                "variables": status.variables,
                "status": status.state,
                "file": paths.get(status.name, ""),
                **_parts(built, status.name),
            }
            for status in built.statuses
        },
        "fingerprints": _fingerprints(built),
        "completeness": _completeness(built),
        "failed": [status.name for status in built.statuses if status.state == "FAILED"],
        "problems": tally(built.problems),
    }


def _fingerprints(built: BuiltStudy) -> dict[str, str]:
    """By dataset, what tells whether it is unchanged; of those that were built."""
    if built.kept is None:
        return {}
    known = built.kept.fingerprints.datasets
    return {name: known[name] for name in built.datasets if known.get(name)}


def _completeness(built: BuiltStudy) -> dict[str, dict[str, object]]:
    """By raw table, what became of its columns, and of its rows where the whole study was built."""
    found: dict[str, dict[str, object]] = {
        account.table: {
            "columns": {
                "mapped": account.mapped,
                "declared": account.declared,
                "silent": list(account.silent),
            }
        }
        for account in column_accounts(built.plan)
    }
    for rows in built.accounts:
        found[rows.table]["rows"] = {
            "read": rows.rows,
            "used": rows.used,
            "left_out": rows.left_out,
            "unaccounted": len(rows.lost),
        }
    return found


def _parts(built: BuiltStudy, name: str) -> dict[str, object]:
    """The parts that a large dataset is given in, with what they hold; most datasets have none."""
    parts = [{"name": p.name, "holds": p.holds, "rows": len(p.rows), "file": part_file(p)}
             for p in built.parts.get(name, ())]  # fmt: skip
    return {"parts": parts} if parts else {}


def _specification(built: BuiltStudy) -> list[dict[str, str]]:
    """The files of the specification with their digests, named from the study's folder."""
    from clinmap.writers.package import sha256_of

    places = study_places(str(built.compiled.folder))
    found = []
    for file in built.plan.sources:
        path = places.path(file)
        found.append({"file": file, "sha256": sha256_of(path) if path else ""})
    return found
