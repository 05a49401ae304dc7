"""The codelists of a study: published ones with the study's terms and synonyms, and its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from clinmap.fixes import sure_name
from clinmap.plan import PlanCodelist, PlanTerm
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.readers.terminology import read_terminology
from clinmap.terminology import (
    Codelist,
    Kind,
    Term,
    Terminology,
    load_packaged,
    planned_codelist,
)
from mappings.inside import outside
from mappings.models import CodelistSpec, TerminologySpec, TermSpec
from mappings.nodes import Node

PACKAGES: tuple[Kind, ...] = ("SDTM", "ADaM")


@dataclass(slots=True)
class Codelists:
    """Finds codelists by C-code or short name, as the study uses them; keeps which were used."""

    spec: TerminologySpec
    node: Node | None
    packages: dict[str, Terminology]
    errors: list[SpecificationError] = field(default_factory=list)
    used: dict[str, PlanCodelist] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sections = ("extend", self._extend), ("synonyms", self._synonyms), ("comments", self._known)
        for section, read in sections:
            node = self.node.get(section) if self.node else None
            for name, entry in node.items() if node else ():
                read(name, entry, node.keys[name] if node else entry.location)

    def find(self, name: str) -> PlanCodelist | None:
        """The codelist of that C-code, short name or sponsor name; None where there is none."""
        if name in self.used:
            return self.used[name]
        if name in self.spec.codelists:
            made = _sponsor(name, self.spec.codelists[name])
        else:
            package, found = self._published(name)
            if found is None:
                return None
            made = replace(planned_codelist(found, package), comment=self._comment(found))
        return self.used.setdefault(made.id, made)

    def need(self, name: str, place: Location) -> PlanCodelist | None:
        """The same; an unknown name is an error with near matches."""
        found = self.find(name)
        if found is None:
            near = [hit for package in self.packages.values() for hit in package.near(name)]
            hint = near_match(name, [*self.spec.codelists, *near]) or (
                f"Near: {', '.join(near)}." if near else "Correct the name."
            )
            hint += " Or declare your own under terminology: codelists."
            self.errors.append(
                SpecificationError(
                    "SPC013",
                    f"there is no codelist {name!r}",
                    location=place,
                    hint=hint,
                    fix=sure_name(name, [*self.spec.codelists, *near], place),
                )
            )
        return found

    def _comment(self, codelist: Codelist) -> str:
        names = (codelist.code, codelist.name)
        return next((self.spec.comments[n] for n in names if n in self.spec.comments), "")

    def exceptions(self, dataset: str, variable: str) -> tuple[str, ...]:
        """The values of a variable that may stand outside its codelist, each with its reason."""
        return tuple(self.spec.exceptions.get(f"{dataset}.{variable}", ()))

    def _published(self, name: str) -> tuple[Terminology, Codelist | None]:
        for package in self.packages.values():
            found = package.codelist(name)
            if found is not None:
                return package, found
        return next(iter(self.packages.values())), None

    def _extend(self, name: str, node: Node, place: Location) -> None:
        package, found = self._published(name)
        if found is None:
            self.need(name, place)
            return
        if not found.extensible:
            self.errors.append(
                SpecificationError(
                    "SPC017",
                    f"codelist {name} must not be extended",
                    location=place,
                    hint="Use its terms, or declare an exception for one variable, with reason.",
                )
            )
            return
        terms = [
            Term("", value, str(decode.value or ""))
            for value, decode in node.items()
            if not found.term(value)
        ]
        self.packages[package.package] = package.extend(name, terms)

    def _known(self, name: str, node: Node, place: Location) -> None:
        """Refuse a comment on a codelist that there is not."""
        if self._published(name)[1] is None:
            self.need(name, place)

    def _synonyms(self, name: str, node: Node, place: Location) -> None:
        package, found = self._published(name)
        if found is None:
            self.need(name, place)
            return
        texts: dict[str, list[str]] = {}
        for text, term in node.items():
            value = str(term.value)
            if found.term(value) is None:
                self.errors.append(
                    SpecificationError(
                        "SPC014",
                        f"codelist {name} has no term {value!r}",
                        location=node.keys[text],
                        hint=f"Near: {', '.join(found.near(value))}." if found.near(value) else "",
                    )
                )
            else:
                texts.setdefault(value, []).append(text)
        self.packages[package.package] = package.with_synonyms(name, texts)


def packages_of(
    spec: TerminologySpec, date: str, node: Node, folders: Iterable[Path]
) -> dict[str, Terminology]:
    """The terminology packages of a study: from its own files, else the packaged ones of a date."""
    found = {package.package: package for package in _from_files(spec, node, tuple(folders))}
    place = node.at(("standards", "terminology"))
    try:
        packaged = {str(k): load_packaged(k, date) for k in PACKAGES if k not in found}
    except LookupError as error:
        raise SpecificationError(
            "SPC005", str(error), location=place, hint="Name its files under terminology: files."
        ) from None
    return {**packaged, **found}


def _from_files(
    spec: TerminologySpec, node: Node, folders: tuple[Path, ...]
) -> Iterator[Terminology]:
    """The packages that the study brings itself; a file is looked for where `extends` leads too."""
    for number, name in enumerate(spec.files):
        place = node.at(("terminology", "files", number))
        for error in outside("the terminology file", name, place, folders):
            raise error
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if path is None:
            raise SpecificationError(
                "SPC005",
                f"there is no terminology file {name}",
                location=place,
                hint="Write its path from the study's folder.",
            )
        yield read_terminology(path)


def _own_term(value: str, said: TermSpec | str | None, order: int | None) -> PlanTerm:
    if not isinstance(said, TermSpec):
        return PlanTerm(value, str(said or ""), order=order)
    aliases = tuple(said.aliases.items())
    return PlanTerm(
        value, said.decode, rank=said.rank, order=order, aliases=aliases,
        description=said.description,
    )  # fmt: skip


def _sponsor(name: str, spec: CodelistSpec) -> PlanCodelist:
    pairs = spec.terms.items() if isinstance(spec.terms, dict) else [(t, "") for t in spec.terms]
    terms = tuple(
        _own_term(value, said, number if spec.ordered else None)
        for number, (value, said) in enumerate(pairs, start=1)
    )
    label = spec.label or name
    return PlanCodelist(
        id=name,
        name=name,
        label=label,
        extensible=spec.extensible,
        terms=terms,
        external=spec.dictionary,
        version=spec.version,
        href=spec.href,
        format=spec.format,
        description=spec.description,
        comment=spec.comment,
        resolver=Codelist(
            "", name, label, spec.extensible, tuple(Term("", t.value, t.decode) for t in terms)
        ),
    )
