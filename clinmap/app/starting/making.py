"""`clinmap init`: a starting specification from a folder of raw exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from clinmap.app.skeleton.trial import check_new_folder, refusals, write_new
from clinmap.app.starting.discovery import Found, LeftOut, find_tables
from clinmap.app.starting.started import Started, StartOrder
from clinmap.problems import (
    InputError,
    SpecificationError,
)
from clinmap.profiling import Described
from mappings.proposals.models import StudyProposal
from mappings.proposals.writing import RawFile
from mappings.skeleton import Place, SkeletonFile

_MOST_ROUNDS = 40


def start_study(order: StartOrder) -> Started:
    """Profile, propose, check and write; `order.out` must be new or empty.

    Problems: InputError INP015 (no such folder), INP016 (nothing in it that can be read), those of
    readers for `order.odm`; OutputError OUT001, OUT002.
    """
    check_new_folder(order.out)
    started = started_study(order)
    write_new(started.files, order.out)
    return started


def started_study(order: StartOrder) -> Started:
    """The proposals and the files, not written yet."""
    from clinmap.app.starting.reading import profiles_of
    from mappings.proposals import propose

    is_file = order.raw.is_file()
    folder = order.raw.parent if is_file else order.raw
    found = find_tables(folder, (order.raw,) if is_file else ())
    profiles = profiles_of(found, folder, _metadata(order.odm, found))
    if not profiles:
        raise _nothing(order.raw, found)
    study = propose(profiles, order.study)
    files = {t.name: RawFile(t.path, _options(t.format, t.path, t.options)) for t in found.tables}
    return _checked(study, files, found.left_out)


def _metadata(odm: Path | None, found: Found) -> dict[str, Described]:
    """By the item group's name in small letters, what the ODM-XML files say."""
    said = {
        str(table.options.get("item_group", table.name)).casefold(): table.described
        for table in found.tables
        if table.format == "odm"
    }
    if odm is not None:
        from clinmap.readers.odm_descriptions import describe_item_groups

        if not odm.is_file():
            raise InputError("INP001", f"there is no file {odm.name}")
        groups = describe_item_groups(odm, odm.name)
        said |= {oid.rpartition(".")[2].casefold(): group for oid, group in groups.items()}
        said |= {group.label.casefold(): group for group in groups.values() if group.label}
    return said


def _options(fmt: str, path: str, options: Mapping[str, str | int]) -> dict[str, str | int]:
    """The keys of raw.yaml; the format itself where the name does not tell it."""
    from clinmap.raw_formats import format_of_name

    told = {} if format_of_name(path) == fmt else {"format": fmt}
    return {**told, **options}


def _nothing(raw: Path, found: Found) -> InputError:
    reasons = [f"{one.path}: {one.reason}" for one in found.left_out[:5]]
    return InputError(
        "INP016",
        f"{raw.name or raw} holds no raw table that can be read",
        hint="; ".join(reasons) or "Give the folder that holds the exports.",
    )


def _checked(
    study: StudyProposal, files: Mapping[str, RawFile], left_out: Sequence[LeftOut]
) -> Started:
    """The files as `clinmap check` accepts them: what it refuses becomes a question."""
    from clinmap.app.starting.report import report_files
    from mappings.proposals.drafts import drafts
    from mappings.proposals.undoing import undo
    from mappings.proposals.writing import proposal_files

    made = drafts(study)
    remarks = [
        "Proposed by `clinmap init`. What begins with TODO is not decided: map the column and",
        "take its line away, or write why it is not submitted.",
        *(f"not taken: {one.path}: {one.reason}" for one in left_out),
    ]
    errors: list[SpecificationError] = []
    for _ in range(_MOST_ROUNDS):
        written = proposal_files(study, made, files, remarks)
        errors = refusals({name: file.text for name, file in written.items()})
        reasons: dict[Place, str] = {}
        for error in errors:
            reasons.setdefault(_place(error, written), error.message)
        undone = [undo(made, place, reason) for place, reason in reasons.items()]
        if not any(undone):
            break
    texts = {name: file.text.encode() for name, file in written.items()}
    started = Started(study, made, texts, list(left_out), errors)
    started.files |= report_files(started)
    return started


def _place(error: SpecificationError, written: Mapping[str, SkeletonFile]) -> Place:
    """What the line of an error says."""
    name = error.location.file.partition("/")[2] if error.location else ""
    if error.location is None or name not in written:
        return Place()
    return written[name].place(error.location.line)
