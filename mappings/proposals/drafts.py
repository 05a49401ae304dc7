"""Datasets as they are proposed: variables with mappings, with questions, and without a source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from clinmap.standards import VariableStandard, sdtm_dataset
from clinmap.terminology import load_packaged
from mappings.proposals.models import SHOWN, Proposal, StudyProposal, TableProposal
from mappings.proposals.roles import bare
from mappings.proposals.words import prefix_of, variables_of
from mappings.skeleton import Value

TODO = "todo"
_AUTOMATIC = frozenset({"STUDYID", "DOMAIN"})
_KEYS = ("TESTCD", "TRT", "DECOD", "TERM", "STDTC", "DTC")


@dataclass(slots=True)
class Entry:
    """A variable: what is written of it, the reasons beside it, and what else was proposed."""

    name: str
    said: Value
    reasons: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def is_todo(self) -> bool:
        """Whether a person must still write it."""
        return isinstance(self.said, dict) and TODO in self.said

    @property
    def is_made(self) -> bool:
        """Whether it is made of something."""
        return self.said is not None and not self.is_todo


@dataclass(slots=True)
class SourceDraft:
    """The rows of a raw table in a dataset: variables, and a record for each test."""

    table: TableProposal
    entries: list[Entry] = field(default_factory=list)
    rows: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class DatasetDraft:
    """A dataset: its sources, the variables of all of them, and what a copy is made of."""

    name: str
    sources: list[SourceDraft] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    copied_from: str = ""
    out: str = ""

    @property
    def names(self) -> set[str]:
        """The variables that are made, or asked about."""
        parts = (self.entries, *(s.entries for s in self.sources), *(s.rows for s in self.sources))
        return {entry.name for part in parts for entry in part}

    @property
    def made(self) -> set[str]:
        """The variables that get values in every row."""
        whole = [
            {e.name for e in (*s.entries, *s.rows) if e.is_made} for s in self.sources
        ] or [set()]  # fmt: skip
        return {e.name for e in self.entries if e.is_made} | set.intersection(*whole)

    @property
    def keys(self) -> list[Value]:
        """What identifies a record: subject, topic, date, and the sequence number."""
        prefix = prefix_of(self.name)
        found: list[Value] = ["STUDYID", "USUBJID"]
        found += [f"{prefix}{end}" for end in _KEYS if prefix and f"{prefix}{end}" in self.made]
        found += ["VISITNUM"] if self.name == "SV" and "VISITNUM" in self.made else []
        sequence = f"{prefix}SEQ"
        return [*found, sequence] if prefix and sequence in self.names else found


def drafts(study: StudyProposal) -> list[DatasetDraft]:
    """The datasets of a study: one for each domain, with the tables that were found for it."""
    by_domain: dict[str, list[TableProposal]] = defaultdict(list)
    for table in study.tables:
        if table.is_written and table.subject:
            by_domain[table.domain].append(table)
    if len(by_domain.get("DM", ())) > 1:
        _best_demographics(by_domain["DM"])
        by_domain["DM"] = [table for table in by_domain["DM"] if table.domain]
    made = [_draft(name, tables, study) for name, tables in by_domain.items()]
    names = {draft.name: draft for draft in made}
    if "EC" in names and "EX" not in names:
        made.append(_exposure(names["EC"]))
    if demographics := names.get("DM"):
        _periods(demographics, {draft.name: draft for draft in made})
    else:
        made.append(_without_rows("DM"))
    for draft in made:
        _finish(draft, _asked(draft, study))
    return sorted(made, key=lambda draft: draft.name)


def _best_demographics(tables: list[TableProposal]) -> None:
    """DM has one source: the likeliest table; the others become open."""
    best = max(tables, key=lambda t: (t.score, -t.profile.rows))
    for table in tables:
        if table is not best:
            table.domain = ""
            for column in table.columns:
                if column.state != "explained":
                    table.set_state(column.column, "open", "another table is the source of DM")


def _draft(name: str, tables: list[TableProposal], study: StudyProposal) -> DatasetDraft:
    draft = DatasetDraft(name)
    for table in tables:
        source = SourceDraft(table)
        source.entries = [*_subject(table, study), *_mapped(table)]
        source.rows = list(_tested(table))
        draft.sources.append(source)
        set_there = {entry.name for entry in source.rows}
        source.entries = [entry for entry in source.entries if entry.name not in set_there]
    return draft


def _tested(table: TableProposal) -> Iterator[Entry]:
    """What the records of tests set: the test, its result, and the unit where a column has it."""
    states = {column.column: column.state for column in table.columns}
    prefix = prefix_of(table.domain)
    rows = [row for row in table.tests if states[row[0]] == "mapped"]
    for end in ("TESTCD", "ORRES") if rows else ():
        yield Entry(f"{prefix}{end}", [column for column, _, _ in rows])
    if table.units or any(unit for _, _, unit in rows):
        yield Entry(f"{prefix}ORRESU", [unit for _, _, unit in rows])


def _subject(table: TableProposal, study: StudyProposal) -> Iterator[Entry]:
    """USUBJID where the table's column is another than that of the study's convention."""
    if table.subject != subject_of(study):
        yield Entry("USUBJID", subject_mapping(table.subject, study.study))


def subject_of(study: StudyProposal) -> str:
    """The subject column that most tables have."""
    counts: dict[str, int] = defaultdict(int)
    for table in study.tables:
        if table.subject:
            counts[table.subject] += 1
    return max(counts, key=lambda name: counts[name], default="")


def subject_mapping(column: str, study: str) -> Value:
    """USUBJID of a subject column: as it is where the column is called so."""
    if bare(column) == "USUBJID":
        return f"${column}"
    return {"combine": [study, f"${column}"], "separator": "-"}


def _mapped(table: TableProposal) -> Iterator[Entry]:
    """The variables of the mapped columns; a date gets the time that goes with it."""
    found: dict[str, list[Proposal]] = defaultdict(list)
    tested = {name for column, _, unit in table.tests for name in (column, unit)}
    for column in table.columns:
        best = column.best
        if column.state != "mapped" or best is None or column.column in tested:
            continue
        if best.variable != "USUBJID":
            found[best.variable].append(best)
    for variable, proposals in found.items():
        yield Entry(variable, _joined(table, proposals), list(map(reason, proposals)))
        if variable in ("VISITNUM", "VISIT"):
            other = "VISIT" if variable == "VISITNUM" else "VISITNUM"
            give = "name" if other == "VISIT" else "number"
            yield Entry(other, {"visit": f"${proposals[0].column}", "give": give})
    if table.domain == "DM" and table.subject:
        yield Entry("SUBJID", f"${table.subject}", ["the column that says whose row it is"])


def reason(proposal: Proposal) -> str:
    """A proposal in a line of comment.

    >>> reason(Proposal("ae", "SEV", "AE", "AESEV", 0.93, ("its name is SEV",)))
    'proposed 0.93: $SEV, its name is SEV'
    """
    return f"proposed {proposal.score:.2f}: ${proposal.column}, {'; '.join(proposal.evidence)}"


def _joined(table: TableProposal, proposals: list[Proposal]) -> Value:
    """The mapping of one column, or of a date with its time."""
    first = proposals[0]
    kinds = {p.column: c.kind for p in proposals if (c := table.profile.column(p.column))}
    dates = [p for p in proposals if kinds.get(p.column) in ("date", "datetime")]
    times = [p for p in proposals if kinds.get(p.column) == "time"]
    if len(dates) != 1 or len(times) != 1:
        return first.said
    formats: list[Value] = []
    for proposal in (*dates, *times):
        said = proposal.said.get("formats") if isinstance(proposal.said, dict) else None
        formats += said if isinstance(said, list) else [said]
    return {"datetime": [f"${dates[0].column}", f"${times[0].column}"], "formats": formats}


def _exposure(collected: DatasetDraft) -> DatasetDraft:
    """EX as a copy of what was collected (SDTMIG 3.4, EC and EX)."""
    draft = DatasetDraft("EX", copied_from="EC")
    known = variables_of("EX")
    for name in sorted(collected.names):
        own = f"EX{name[2:]}" if name.startswith("EC") else name
        if own in known and own != "EXSEQ" and own not in ("USUBJID", "EXMOOD"):
            draft.entries.append(Entry(own, f"${name}"))
    return draft


def _without_rows(name: str) -> DatasetDraft:
    """A dataset that every study has and no table was found for."""
    return DatasetDraft(name, copied_from=TODO)


def _periods(demographics: DatasetDraft, drafts: dict[str, DatasetDraft]) -> None:
    """The reference dates of DM from exposure, where it has dates."""
    taken = {entry.name for source in demographics.sources for entry in source.entries}
    for name in ("EX", "EC"):
        if name in drafts and f"{name}STDTC" in drafts[name].names:
            end = "ENDTC" if f"{name}ENDTC" in drafts[name].names else "STDTC"
            first, last = f"{name}.{name}STDTC", f"{name}.{name}{end}"
            made = {"RFSTDTC": {"earliest": first}, "RFXSTDTC": {"earliest": first},
                    "RFXENDTC": {"latest": last}}  # fmt: skip
            words = ["proposed from the dates of exposure"]
            entries = [Entry(n, dict(s), list(words)) for n, s in made.items() if n not in taken]
            demographics.entries += entries
            break
    if "DTHDTC" in taken and "DTHFL" not in taken:
        said: Value = {"constant": "Y", "when": "present(.DTHDTC)"}
        demographics.entries.append(Entry("DTHFL", said, ["where there is a date of death"]))


def _finish(draft: DatasetDraft, asked: dict[str, list[Proposal]]) -> None:
    """What is derived, and what the guide requires or expects and nothing was found for."""
    prefix, known = prefix_of(draft.name), variables_of(draft.name)
    made = draft.made
    if prefix and f"{prefix}SEQ" in known:
        order: list[Value] = [f".{key}" for key in draft.keys if str(key)[2:] in _KEYS]
        draft.entries.append(Entry(f"{prefix}SEQ", {"sequence": order or [".USUBJID"]}))
    for end in ("DTC", "STDTC", "ENDTC"):
        day = f"{prefix}{end.replace('DTC', 'DY')}"
        if f"{prefix}{end}" in made and day in known:
            draft.entries.append(Entry(day, {"study_day": f".{prefix}{end}"}))
    if prefix and f"{prefix}ORRES" in made and f"{prefix}STRESC" in known:
        draft.entries.append(Entry(f"{prefix}STRESC", {"standard_result": f".{prefix}ORRES"}))
    if prefix and f"{prefix}ORRES" in made and f"{prefix}STRESN" in known:
        said: Value = {"standard_result": f".{prefix}STRESC", "give": "number"}
        draft.entries.append(Entry(f"{prefix}STRESN", said))
    draft.entries += [entry for entry in _usual(prefix, made) if entry.name not in draft.names]
    _ask_for_the_rest(draft, asked)
    place = {name: number for number, name in enumerate(known)}
    draft.entries.sort(key=lambda entry: place.get(entry.name, len(place)))


def _usual(prefix: str, made: set[str]) -> Iterator[Entry]:
    """What most studies derive alike: the age at consent, the last result before exposure."""
    if not prefix and {"BRTHDTC", "RFICDTC"} <= made:
        words = "proposed from the dates of birth and consent"
        yield Entry("AGE", {"age": ".BRTHDTC", "at": ".RFICDTC"}, [words])
        yield Entry("AGEU", "YEARS")
    date, flag = f"{prefix}DTC", f"{prefix}LOBXFL"
    known = sdtm_dataset(prefix) if prefix else None
    facts = known.variable(flag) if known else None
    if facts and facts.core == "Exp" and {date, f"{prefix}ORRES", f"{prefix}TESTCD"} <= made:
        by: list[Value] = [f".{prefix}TESTCD"]
        result = f".{prefix}ORRES"
        words = "proposed from the date of the result and DM.RFXSTDTC"
        yield Entry(flag, {"last_before_exposure": f".{date}", "by": by, "result": result}, [words])


def _ask_for_the_rest(draft: DatasetDraft, asked: dict[str, list[Proposal]]) -> None:
    facts = sdtm_dataset(draft.name)
    wanted = {v.name: v for v in (facts.variables if facts else ()) if v.core != "Perm"}
    known = variables_of(draft.name)
    wanted |= {name: known[name] for name in asked if name in known}
    for name, variable in wanted.items():
        if name in _AUTOMATIC or name in draft.names or _is_paired(name):
            continue
        if name == "USUBJID" and draft.copied_from != TODO:
            continue
        entry = Entry(name, todo(_question(variable, asked.get(name, [])), variable))
        entry.reasons = [
            f"{reason(p)}{' - ' + said if (said := _as_written(p)) else ''}"
            for p in asked.get(name, [])
        ]  # fmt: skip
        draft.entries.append(entry)
    _ask_in_sources(draft, wanted)


def _ask_in_sources(draft: DatasetDraft, wanted: dict[str, VariableStandard]) -> None:
    """A Required variable that one of several sources has not is asked there."""
    if len(draft.sources) < 2:
        return
    everywhere = {entry.name for entry in draft.entries}
    for source in draft.sources:
        own = {entry.name for entry in (*source.entries, *source.rows)}
        for name in sorted((draft.names - everywhere - own) & set(wanted)):
            if name != "USUBJID" and wanted[name].core == "Req":
                said = todo(_question(wanted[name], []), wanted[name])
                source.entries.append(Entry(name, said))


def todo(question: str, facts: VariableStandard | None) -> dict[str, Value]:
    """A question in the place of a mapping; of several codelists the guide's first is named."""
    codes = facts.codelists if facts else ()
    found = load_packaged("SDTM").codelist(codes[0]) if len(codes) > 1 else None
    return {TODO: question, **({"codelist": found.name} if found else {})}


def _is_paired(name: str) -> bool:
    """--TEST follows from --TESTCD."""
    return name.endswith("TEST") and len(name) == 6


def _question(variable: VariableStandard, asked: list[Proposal]) -> str:
    core = {"Req": "Required", "Exp": "Expected"}.get(variable.core, "Permissible")
    found = ", ".join(dict.fromkeys(f"{p.table}/{p.column}" for p in asked))
    return f"{core}: {variable.label}; {f'perhaps from {found}' if found else 'nothing was found'}"


def _as_written(proposal: Proposal) -> str:
    from mappings.skeleton import yaml_text

    return yaml_text(proposal.said) if isinstance(proposal.said, dict) else ""


def _asked(draft: DatasetDraft, study: StudyProposal) -> dict[str, list[Proposal]]:
    """What was proposed for a variable and is too doubtful to be written."""
    found: dict[str, list[Proposal]] = defaultdict(list)
    for table in study.tables:
        for column in table.columns:
            best = column.best
            if best is None or column.state != "asked" or best.dataset != draft.name:
                continue
            if best.score >= SHOWN:
                found[best.variable].append(best)
    return found
