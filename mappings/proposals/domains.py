"""Which SDTM domain a raw table is for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from clinmap.profiling import ColumnProfile, TableProfile
from clinmap.standards import sdtm_dataset, sdtm_datasets
from clinmap.terminology import Codelist
from mappings.proposals.models import Clue, together
from mappings.proposals.roles import bare, is_of_system, subject_column, unmarked
from mappings.proposals.values import Terms
from mappings.proposals.vocabulary import (
    BIRTH,
    COLUMN_WORDS,
    DOSE_UNITS,
    FORM_COLUMNS,
    FORM_WORDS,
    FRAGMENTS,
    SUBJECT_LEVEL,
    TEST_ABBREVIATIONS,
    UNITS_IN_NAMES,
)
from mappings.proposals.words import variables_of

_UNIT = re.compile(r"(?P<name>.*[^_ (])(?:[_ ]+|[_ ]*\()(?P<unit>[A-Za-z0-9%/^]+)\)?")
_LEFT_OUT = frozenset({"raw", "export", "data", "final", "log", "form", "crf", "v", "edc", "odm"})
_TOPICS = ("TERM", "TRT", "TESTCD", "TEST")
_CLASSES = ("INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT", "SPECIAL PURPOSE")
_SUBSTRING, _INITIAL, _SECOND = 0.42, 0.36, 0.8
NEEDS_SUBJECT = 0.3


@dataclass(slots=True)
class DomainScores:
    """Gathers the signs for each domain."""

    terms: Terms
    tables: Sequence[TableProfile]
    found: dict[str, list[Clue]] = field(default_factory=lambda: defaultdict(list))

    def of(self, table: TableProfile) -> list[tuple[str, float, tuple[str, ...]]]:
        """The domains with score and signs, the likeliest first."""
        self.found.clear()
        for domain, clue in self._clues(table):
            self.found[domain].append(clue)
        factor = 1.0 if subject_column(table) else NEEDS_SUBJECT
        ranked = [
            (domain, round(factor * together(clues), 3), tuple(clue.words for clue in clues))
            for domain, clues in self.found.items()
        ]
        return sorted(ranked, key=lambda item: (-item[1], item[0]))

    def _clues(self, table: TableProfile) -> Iterator[tuple[str, Clue]]:
        for name in table.domains:
            if known := sdtm_dataset(name.upper()[:2]):
                yield known.name, Clue(0.95, f"the file says that it is {name}")
        yield from _name_clues(table)
        own = [c for c in table.columns if not is_of_system(c, self.tables)]
        yield from _prefix_clues(own)
        yield from self._test_clues(own)
        yield from _subject_clues(table, own)
        yield from _dosing_clues(own)
        yield from _field_clues(own)
        for column in own:
            if domain := COLUMN_WORDS.get(bare(column.name)):
                yield domain, Clue(0.35, f"it has a column {bare(column.name)}")

    def _test_clues(self, columns: list[ColumnProfile]) -> Iterator[tuple[str, Clue]]:
        for domain in domains_of("FINDINGS"):
            codelist = self.tests_of(domain)
            if codelist is None:
                continue
            wide = [c for c in columns if self.test_of(c, domain)]
            if len(wide) >= 2:
                said = f"{len(wide)} columns are called like tests of {domain}"
                yield domain, Clue(min(0.7, 0.15 * len(wide)), said)
            for column in columns:
                met, of = self._tests_met(column, codelist)
                if met >= 3 and met >= 0.5 * of:
                    said = f"{met} of {of} values of {column.name} are tests of {domain}"
                    yield domain, Clue(round(0.6 * met / of, 2), said)

    def _tests_met(self, column: ColumnProfile, codelist: Codelist) -> tuple[int, int]:
        """How many values of a coded column are tests: by their code or by their name."""
        if column.kind not in ("coded", "text") or column.distinct > 200:
            return 0, 1
        return self.terms.share(codelist, column)

    def tests_of(self, domain: str) -> Codelist | None:
        """The codelist of a domain's tests by their codes, if it is the domain's own."""
        facts = variables_of(domain).get(f"{domain}TESTCD")
        codes = facts.codelists if facts else ()
        return self.terms.codelist(codes[0]) if len(codes) == 1 else None

    def test_of(self, column: ColumnProfile, domain: str) -> str:
        """The term of --TESTCD that a column is called like; nothing where it is none.

        A name that forms use for something else than a test is none: `METHOD`, `UNIT`. A unit at
        the end of the name is no part of it: `sbp_mmHg`, `FEV1 (L)`.
        """
        codelist = self.tests_of(domain)
        if codelist is None or column.formats or column.kind not in ("integer", "decimal"):
            return ""
        alone, _ = self.unit_in_name(column.name, domain)
        return self._test(column.name, domain, codelist) or self._test(alone, domain, codelist)

    def unit_in_name(self, name: str, domain: str) -> tuple[str, str]:
        """A column's name before the unit at its end, and the term of the unit; else nothing."""
        facts = variables_of(domain).get(f"{domain}ORRESU")
        codelist = self.terms.codelist(facts.codelists[0]) if facts and facts.codelists else None
        found = _UNIT.fullmatch(name)
        if codelist is None or found is None:
            return "", ""
        unit = UNITS_IN_NAMES.get(found["unit"].casefold(), found["unit"])
        term = self.terms.resolve(codelist, unit)
        return (found["name"], term.value) if term else ("", "")

    def _test(self, called: str, domain: str, codelist: Codelist) -> str:
        name = bare(unmarked(called)).removeprefix(domain) if called else ""
        if len(name) < 2 or name in FRAGMENTS:
            return ""
        short = TEST_ABBREVIATIONS.get(name, name)
        term = codelist.term(short) or self.terms.resolve(codelist, name)
        return term.value if term else ""


def domains_of(*classes: str) -> Iterable[str]:
    """The domains of some classes, in the order of the guide."""
    for name in sdtm_datasets():
        known = sdtm_dataset(name)
        if known is not None and known.cls in (classes or _CLASSES):
            yield name


def _name_clues(table: TableProfile) -> Iterator[tuple[str, Clue]]:
    """What the table, its label and its form are called."""
    said = [("the table", table.name), ("its label", table.label)]
    for column in table.columns:
        if bare(column.name) in FORM_COLUMNS and column.distinct == 1:
            said.append((f"the form in {column.name}", column.texts[0]))
    best: dict[str, Clue] = {}
    for what, text in said:
        for domain, clue in _called(what, text):
            if domain not in best or best[domain].score < clue.score:
                best[domain] = clue
    yield from best.items()


def _called(what: str, text: str) -> Iterator[tuple[str, Clue]]:
    words = [w for w in re.findall(r"[a-z]+", text.casefold()) if w not in _LEFT_OUT]
    known = set(domains_of())
    for word in words:
        if len(word) == 2 and word.upper() in known:
            yield word.upper(), Clue(0.8, f"{what} is called {word}")
    for word in dict.fromkeys([*words, "".join(words)]):
        for place, domain in enumerate(FORM_WORDS.get(word, ())):
            yield domain, Clue(0.7 * _SECOND**place, f"{what} is called {word}")
        if word not in FORM_WORDS and len(word) > 3:
            yield from _within(what, word, known)
    for domain in known:
        facts = sdtm_dataset(domain)
        if facts is not None and text.casefold() == facts.label.casefold():
            yield domain, Clue(0.9, f"{what} is called as the domain")


def _within(what: str, word: str, known: set[str]) -> Iterator[tuple[str, Clue]]:
    """Words of forms within a word (`centrallab`), and a domain's letters before it (`exdrug`)."""
    for part, domains in FORM_WORDS.items():
        if part in word and (len(part) > 2 or word.startswith(part)):
            yield domains[0], Clue(_SUBSTRING, f'the name of {what} holds "{part}"')
    if word[:2].upper() in known:
        yield word[:2].upper(), Clue(_INITIAL, f"the name of {what} begins with {word[:2]}")


def _prefix_clues(columns: list[ColumnProfile]) -> Iterator[tuple[str, Clue]]:
    """Columns that begin with a domain's letters and go on like its variables."""
    for domain in domains_of():
        fits = [c for c in columns if _fits(bare(unmarked(c.name)), domain)]
        topics = [c for c in fits if bare(c.name)[2:] in _TOPICS and domain != "DM"]
        if topics:
            yield domain, Clue(0.7, f"{topics[0].name} is the topic of {domain}")
        if len(fits) >= 2:
            share = len(fits) / max(1, len(columns))
            score = min(0.85, 0.1 * len(fits) + 0.5 * share)
            said = f"{len(fits)} of {len(columns)} columns are called like variables of {domain}"
            yield domain, Clue(round(score, 2), said)


def _fits(name: str, domain: str) -> bool:
    if not name.startswith(domain) or len(name) < 4:
        return False
    rest = name[2:]
    return name in variables_of(domain) or rest in FRAGMENTS or rest in (
        "DAT", "DT", "TIM", "STDAT", "ENDAT", "STDT", "ENDT", "STTIM", "ENTIM", "YN",
    )  # fmt: skip


def _subject_clues(table: TableProfile, columns: list[ColumnProfile]) -> Iterator[tuple[str, Clue]]:
    """One row for each subject, and what demographics ask: DM."""
    asked = {SUBJECT_LEVEL[n] for c in columns if (n := bare(unmarked(c.name))) in SUBJECT_LEVEL}
    asked |= {"BRTHDTC" for c in columns if any(word in bare(c.name) for word in BIRTH)}
    subject = table.column(subject_column(table))
    if len(asked) >= 2 and subject is not None:
        once = subject.distinct >= 0.9 * table.rows
        shown = ", ".join(sorted(asked))
        rows = ", and a row for each subject" if once else ""
        yield "DM", Clue(min(0.8, 0.2 * len(asked)) if once else 0.2, f"it has {shown}{rows}")


def _field_clues(columns: list[ColumnProfile]) -> Iterator[tuple[str, Clue]]:
    """Fields without a domain's letters (TERM, SEVERITY, OUTCOME) that together are of one."""
    ends = {end for c in columns if (end := FRAGMENTS.get(bare(unmarked(c.name))))}
    for domain in domains_of(*_CLASSES[:3]):
        known = variables_of(domain)
        own = [e for e in ends if (v := known.get(f"{domain}{e}")) and not v.model_only]
        if len(own) >= 4:
            said = f"{len(own)} columns are called like fields of {domain}"
            yield domain, Clue(min(0.5, round(0.07 * len(own), 2)), said)


def _dosing_clues(columns: list[ColumnProfile]) -> Iterator[tuple[str, Clue]]:
    """A dose with its unit, frequency or route, and a date: a treatment."""
    ends = {
        FRAGMENTS[tail]
        for column in columns
        for tail in FRAGMENTS
        if len(tail) >= 3 and bare(unmarked(column.name)).endswith(tail)
    } & {"DOSE", "DOSU", "DOSFRQ", "ROUTE", "DOSFRM", "LOT"}
    in_units = [c for c in columns if bare(c.name).endswith(DOSE_UNITS) and c.kind == "decimal"]
    ends |= {"DOSE"} if in_units else set()
    if ends and any(c.kind in ("date", "datetime") for c in columns):
        said = f"it has what is asked of a dose: {', '.join(sorted(ends))}"
        for domain, weight in (("EX", 0.25), ("EC", 0.2), ("CM", 0.2)):
            yield domain, Clue(min(0.5, weight * len(ends)), said)
