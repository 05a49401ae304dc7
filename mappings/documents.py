"""Compiling `define` of study.yaml: the files beside define.xml, comments, what standards add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from clinmap.metadata import PlanDocument, StandardUse
from clinmap.plan import Origin, Plan, VariablePlan
from clinmap.problems import Location, SpecificationError, near_match
from mappings.inside import outside
from mappings.load import LoadedStudy
from mappings.models import DefineSpec
from mappings.nodes import Node

ANNOTATED_CRF = "acrf"
PURPOSES = {"sdtm": "Tabulation", "adam": "Analysis"}


def study_documents(
    loaded: LoadedStudy, errors: list[SpecificationError]
) -> tuple[tuple[PlanDocument, ...], dict[str, Path]]:
    """The documents and their files, by id; a file that is not there is refused (SPC005).

    A file is looked for where `extends` leads, too.
    """
    found: dict[str, PlanDocument] = {}
    files: dict[str, Path] = {}
    for document, written, place in _written(loaded.study.define, loaded.study_node):
        path = next(
            (folder / written for folder in loaded.folders if (folder / written).is_file()), None
        )
        wrong = list(outside("the document", written, place, loaded.folders))
        if wrong:
            errors += wrong
            continue
        said, hint, code = "", "", "SPC004"
        if path is None:
            said, code = f"there is no file {written}", "SPC005"
            hint = "Write its path from the study's folder; what is not written yet is not named."
        elif document.id in found or document.file in (other.file for other in found.values()):
            said = f"the document {document.id} is named twice"
            hint = "Every document has an id and a file name of its own."
        if said:
            errors.append(SpecificationError(code, said, location=place, hint=hint))
        elif path is not None:
            found[document.id], files[document.id] = document, path
    return tuple(found.values()), files


def _written(spec: DefineSpec, node: Node) -> Iterator[tuple[PlanDocument, str, Location]]:
    """Each document with the path that is written of it, and its place."""
    if spec.annotated_crf:
        file = Path(spec.annotated_crf).name
        place = node.at(("define", "annotated_crf"))
        crf = PlanDocument(ANNOTATED_CRF, file, "Annotated CRF", "Tabulation", annotated_crf=True)
        yield crf, spec.annotated_crf, place
    for number, written in enumerate(spec.documents):
        path = Path(written.file)
        made = PlanDocument(
            written.id or path.stem, path.name, written.title or path.stem, PURPOSES[written.of]
        )
        yield made, written.file, node.at(("define", "documents", number, "file"))


def with_remarks(
    standards: Iterable[StandardUse],
    loaded: LoadedStudy,
    errors: list[SpecificationError],
) -> tuple[StandardUse, ...]:
    """The standards with the status and the comment that the study states."""
    uses, spec, node = tuple(standards), loaded.study.define, loaded.study_node
    names = {name for use in uses for name in _names(use)}
    for name in spec.standards:
        if name not in names:
            place = node.at(("define", "standards", name))
            said = f"the study follows no standard {name!r}"
            hint = near_match(name, names) or f"It follows {', '.join(sorted(names))}."
            errors.append(SpecificationError("SPC011", said, location=place, hint=hint))
    return tuple(_with_remark(use, spec) for use in uses)


def _names(use: StandardUse) -> tuple[str, ...]:
    """What a standard is called: a guide by its name, terminology by its publishing set."""
    return (f"{use.publishing_set} CT",) if use.publishing_set else (use.name,)


def _with_remark(use: StandardUse, spec: DefineSpec) -> StandardUse:
    said = next((spec.standards[name] for name in _names(use) if name in spec.standards), None)
    return replace(use, status=said.status, comment=said.comment) if said else use


def page_errors(plan: Plan) -> Iterator[SpecificationError]:
    """Pages of documents that the study has not."""
    for dataset in plan.datasets:
        known = {d.id: d for d in plan.documents if d.purpose == dataset.purpose}
        for variable in dataset.variables:
            for origin in _origins(variable):
                for document in {page.document or ANNOTATED_CRF for page in origin.pages}:
                    if document not in known:
                        yield _unknown(document, variable, known)


def _origins(variable: VariablePlan) -> Iterator[Origin]:
    yield from (variable.origin, *variable.further_origins)
    yield from (source.origin for source in variable.per_source)
    yield from (item.origin for item in variable.items if item.origin)


def _unknown(document: str, variable: VariablePlan, known: Iterable[str]) -> SpecificationError:
    said = f"{variable.name} names pages of the document {document!r}, which the study has not"
    hint = near_match(document, known) or (
        "State the file under `define` of study.yaml: annotated_crf, or documents."
    )
    return SpecificationError("SPC011", said, location=variable.location, hint=hint)
