"""Which variable each column of a raw table feeds: candidates, scored, and each used once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from clinmap.profiling import ColumnProfile, TableProfile
from clinmap.profiling.profiles import DATED
from clinmap.standards import sdtm_dataset
from mappings.proposals.dates import date_clues
from mappings.proposals.domains import DomainScores
from mappings.proposals.making import mapping_of
from mappings.proposals.models import (
    SHOWN,
    WRITTEN,
    Clue,
    ColumnProposal,
    Proposal,
    State,
    TableProposal,
    together,
)
from mappings.proposals.roles import (
    bare,
    date_part_of,
    form_letters,
    is_of_system,
    mark,
    site_column,
    study_column,
    subject_column,
    unmarked,
    visit_column,
)
from mappings.proposals.values import LOOKED_AT, YES_NO, Terms, value_factor
from mappings.proposals.vocabulary import (
    FORM_NAMES,
    FRAGMENTS,
    RECORD_NUMBERS,
    REMARKS,
    SUBJECT_LEVEL,
)
from mappings.proposals.words import name_clues, prefix_of, variables_of

_DATE_KINDS = (*DATED, "time")
_CLOSE = 0.03
_DOUBT = 0.35
"""How far a doubtful domain makes the variables of it doubtful."""

_BY_VALUES = 0.46
_UNIT_ENDS = ("U", "UNIT", "UNITS", "ORRESU")


@dataclass(slots=True)
class Assigner:
    """Proposes for one table after another."""

    tables: Sequence[TableProfile]
    terms: Terms = field(default_factory=Terms)
    scores: DomainScores = field(init=False)

    def __post_init__(self) -> None:
        self.scores = DomainScores(self.terms, self.tables)

    def table(self, profile: TableProfile) -> TableProposal:
        """The domain of a table, and what is proposed for each of its columns."""
        made = TableProposal(profile)
        ranked = self.scores.of(profile)
        if ranked and ranked[0][1] >= SHOWN:
            made.domain, made.score, made.evidence = ranked[0]
        made.others = tuple((name, score) for name, score, _ in ranked if name != made.domain)[:3]
        made.subject, made.site = subject_column(profile), site_column(profile)
        made.study, made.visit = study_column(profile), visit_column(profile)
        made.tests = list(self._tests(made)) if made.domain else []
        found = [p for c in profile.columns for p in self._candidates(made, c)]
        made.columns = self._decided(made, found)
        return made

    def _tests(self, table: TableProposal) -> Iterator[tuple[str, str, str]]:
        """Columns that are each a test, with the column of the unit beside."""
        if f"{table.domain}TESTCD" not in variables_of(table.domain):
            return
        names = {bare(c.name): c.name for c in table.profile.columns}
        for column in table.profile.columns:
            seen = _in_form(table, column)
            term = self.scores.test_of(seen, table.domain)
            if term and not is_of_system(column, self.tables):
                units = (names.get(f"{bare(column.name)}{end}", "") for end in _UNIT_ENDS)
                beside = next(filter(None, units), "")
                _, unit = self.scores.unit_in_name(seen.name, table.domain)
                table.units |= {column.name: unit} if unit and not beside else {}
                yield column.name, term, beside

    def _candidates(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        """What a column may feed, with scores."""
        name = column.name
        if name in (table.subject, table.site, table.study, table.visit):
            yield from self._by_role(table, name)
            if name != table.visit:
                return
        if date_part_of(name, table.profile.names):
            return
        if is_of_system(column, self.tables):
            yield from self._record_identifier(table, column)
            return
        if column.kind in _DATE_KINDS:
            yield from self._dates(table, column)
            return
        yield from self._of_subject(table, column)
        if table.domain:
            yield from self._tested(table, column)
            yield from self._named(table, column)
            yield from self._result(table, column)
            yield from self._topic(table, column)

    def _record_identifier(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        """The form and the number of the record, which together identify a record at its source."""
        spid = f"{table.domain}SPID"
        numbered = any(bare(n) in RECORD_NUMBERS for n in table.profile.names)
        has_it = bool(table.domain) and spid in variables_of(table.domain)
        if numbered and has_it and bare(column.name) in RECORD_NUMBERS | FORM_NAMES:
            words = "the form and the number of a record identify it in the EDC system"
            yield self._proposal(table, column, f"{table.domain}.{spid}", [Clue(0.52, words)])

    def _by_role(self, table: TableProposal, name: str) -> Iterator[Proposal]:
        domain = table.domain
        column = table.profile.column(name)
        if column is None:
            return
        if name == table.subject:
            words = "the column that says whose row it is"
            yield self._proposal(table, column, f"{domain or 'DM'}.USUBJID", [Clue(0.95, words)])
        elif name == table.site and domain == "DM":
            yield self._proposal(table, column, "DM.SITEID", [Clue(0.93, "the column of the site")])
        elif name == table.visit and domain:
            facts = sdtm_dataset(domain)
            visitnum = facts.variable("VISITNUM") if facts else None
            wanted = visitnum is not None and visitnum.core != "Perm"
            if "VISITNUM" in variables_of(domain):
                called = "VISIT" in bare(name) or "INSTANCE" in bare(name)
                score = 0.9 if wanted else 0.8 if called else 0.5
                words = "its values are called like visits"
                yield self._proposal(table, column, f"{domain}.VISITNUM", [Clue(score, words)])

    def _dates(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        others = [
            _in_form(table, c).name for c in table.profile.columns
            if c.kind in _DATE_KINDS and c.name != column.name
        ]  # fmt: skip
        seen = _in_form(table, column)
        found = date_clues(seen, table.domain, table.name, others) if table.domain else {}
        if not table.domain:
            found = {k: v for k, v in date_clues(column, "DM", "").items() if k != "DM.DMDTC"}
        for target, clue in found.items():
            clues = [clue]
            if column.kind == "time":
                clues = [Clue(round(clue.score - 0.05, 2), clue.words.replace("a date", "a time"))]
            yield self._proposal(table, column, target, clues)

    def _of_subject(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        """Sex, race and the like on any form."""
        if bare(column.name) in REMARKS and column.kind in ("text", "coded"):
            words = "its name is what forms call a comment"
            yield self._proposal(table, column, "CO.COVAL", [Clue(0.5, words)])
        name = SUBJECT_LEVEL.get(bare(unmarked(_in_form(table, column).name)))
        facts = variables_of("DM").get(name or "")
        if facts is None:
            return
        factor, clue = value_factor(column, facts, self.terms)
        score = 0.9 if table.domain == "DM" else 0.6
        clues = [Clue(score, f"its name is one that forms use for {facts.label}")]
        clues += [clue] if clue and table.domain == "DM" else []
        yield self._proposal(table, column, f"DM.{facts.name}", clues, factor)

    def _tested(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        """A column of one test's results, or of its unit."""
        prefix = table.domain
        for name, term, unit in table.tests:
            if column.name == name:
                words = f"its name is test {term} of codelist {prefix}TESTCD"
                yield self._proposal(table, column, f"{prefix}.{prefix}ORRES", [Clue(0.9, words)])
            elif column.name == unit:
                words = f"its name is that of {name} with the ending of a unit"
                yield self._proposal(table, column, f"{prefix}.{prefix}ORRESU", [Clue(0.9, words)])

    def _topic(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        """A column most of whose values are tests of the domain."""
        codelist = self.scores.tests_of(table.domain)
        if codelist is None or not column.is_coded:
            return
        met, of = self.terms.share(codelist, column)
        if met >= 3 and met >= 0.5 * of:
            words = f"{met} of {of} values are tests of codelist {codelist.name}"
            target = f"{table.domain}.{table.domain}TESTCD"
            yield self._proposal(table, column, target, [Clue(round(0.9 * met / of, 2), words)])

    def _result(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        """In findings without a column of tests each other column may be a test."""
        prefix, known = table.domain, variables_of(table.domain)
        if f"{prefix}TESTCD" not in known or column.name in (n for n, _, _ in table.tests):
            return
        ends = {FRAGMENTS.get(bare(unmarked(n)).removeprefix(prefix)) for n in table.profile.names}
        name = bare(unmarked(_in_form(table, column).name)).removeprefix(prefix)
        if ends & {"TEST", "TESTCD"} or name in FRAGMENTS or column.kind in ("text", "empty"):
            return
        words = "a form of findings without a column of tests: this may be the result of one"
        yield self._proposal(table, column, f"{prefix}.{prefix}ORRES", [Clue(0.52, words)])

    def _named(self, table: TableProposal, column: ColumnProfile) -> Iterator[Proposal]:
        """What the name, the label and the values of a column say."""
        if any(column.name in (name, unit) for name, _, unit in table.tests):
            return
        clues = _name_clues(table, column)
        for name, facts in variables_of(table.domain).items():
            named = clues.get(name)
            if named is None and (facts.model_only or not facts.codelists):
                continue
            factor, by_values = value_factor(column, facts, self.terms)
            target = f"{name}CD" if name == f"{table.domain}TEST" else name
            if named is None:
                if by_values is None or not self._is_telling(column, facts.codelists):
                    continue
                clue = Clue(_BY_VALUES, by_values.words)
                yield self._proposal(table, column, f"{table.domain}.{target}", [clue])
                continue
            found = [named, *([by_values] if by_values else [])]
            yield self._proposal(table, column, f"{table.domain}.{target}", found, factor)

    def _is_telling(self, column: ColumnProfile, codes: Sequence[str]) -> bool:
        """Whether values alone may speak for a variable: several, and all terms of its codelist."""
        codelist = self.terms.codelist(codes[0]) if codes else None
        if codelist is None or codelist.name == YES_NO or column.kind != "coded":
            return False
        met, of = self.terms.share(codelist, column)
        return of >= 2 and met == of <= LOOKED_AT

    def _proposal(
        self, table: TableProposal, column: ColumnProfile, target: str,
        clues: list[Clue], factor: float = 1.0,
    ) -> Proposal:  # fmt: skip
        dataset, _, variable = target.partition(".")
        sure = table.score**_DOUBT if dataset == table.domain else 1.0
        score = round(together(clues) * factor * sure, 2)
        words = tuple(clue.words for clue in clues)
        if factor < 0.8:
            words = (*words, "but its values are not what the variable holds")
        said = mapping_of(column, dataset, variable, self.terms)
        return Proposal(table.name, column.name, dataset, variable, score, words, said)

    def _decided(self, table: TableProposal, found: list[Proposal]) -> list[ColumnProposal]:
        """Each column with its proposals; a variable goes to the column that fits it best."""
        decided: dict[str, ColumnProposal] = {}
        winners = _winners(table, found)
        for column in table.profile.columns:
            own = sorted((p for p in found if p.column == column.name), key=lambda p: -p.score)
            own = [p for p in own if p.score >= 0.2][:4]
            own.sort(key=lambda p: winners.get(p.target, ()) != () and p not in winners[p.target])
            state, reason = self._state(table, column, own, winners)
            decided[column.name] = ColumnProposal(
                table.name, column.name, state, tuple(own), reason
            )
        return list(decided.values())

    def _state(
        self, table: TableProposal, column: ColumnProfile, own: list[Proposal],
        winners: dict[str, tuple[Proposal, ...]],
    ) -> tuple[State, str]:  # fmt: skip
        if reason := self._explained(table, column, own):
            return "explained", reason
        if not own or own[0].score < SHOWN:
            return "open", _not_known(table, column)
        best = own[0]
        if best not in winners.get(best.target, ()):
            return "asked", f"another column fits {best.target} better"
        if len(winners[best.target]) > 1 and not _may_share(table, best, winners[best.target]):
            return "asked", f"several columns fit {best.target} alike"
        if clash := clashing(column):
            return "asked", f"day or month first cannot be told: {' or '.join(clash)}"
        is_subject = column.name == table.subject
        written = best.score >= WRITTEN and best.dataset == table.domain
        return ("mapped" if written or (is_subject and table.domain) else "asked"), ""

    def _explained(self, table: TableProposal, column: ColumnProfile, own: list[Proposal]) -> str:
        """Why a column is left out that no variable needs; nothing where that is not known."""
        name, names = column.name, table.profile.names
        if name == table.study:
            return "the study identifier is a constant"
        if name == table.site and table.domain != "DM":
            return "the site stands in DM"
        if whole := date_part_of(name, names):
            return f"part of the date in {whole}"
        if is_of_system(column, self.tables) and not own:
            return "administration of the EDC system"
        decoded = [n for n in names if n != name and bare(n) in (bare(unmarked(name)),)]
        if mark(name) in ("STD", "CODE") and decoded:
            return f"code of the decode in {decoded[0]}"
        return ""


def _letters(table: TableProposal, name: str) -> str:
    """The letters of the form that a column's name begins with, if they are not the domain's."""
    letters = form_letters(table.profile.names)
    own = letters.rstrip("_").upper() == table.domain
    return letters if letters and not own and name.startswith(letters) else ""


def _in_form(table: TableProposal, column: ColumnProfile) -> ColumnProfile:
    """The column with the letters of the domain in the place of those of its form."""
    letters = _letters(table, column.name)
    if not letters:
        return column
    prefix = prefix_of(table.domain)
    rest = column.name.removeprefix(letters)
    return replace(column, name=f"{prefix}_{rest}" if prefix else rest)


def _name_clues(table: TableProposal, column: ColumnProfile) -> dict[str, Clue]:
    """The likeliest sign for each variable, of the whole name or without the form's letters."""
    found = name_clues(column, table.domain)
    if letters := _letters(table, column.name):
        for name, clue in name_clues(_in_form(table, column), table.domain).items():
            if name not in found or clue.score > found[name].score:
                words = clue.words.replace("the domain's letters and ", "")
                words = words.replace("its name", f"its name without {letters}", 1)
                found[name] = Clue(clue.score, words)
    return found


def _winners(table: TableProposal, found: list[Proposal]) -> dict[str, tuple[Proposal, ...]]:
    """By variable, the proposal that gets it; several where their scores are as good as equal."""
    taken: set[str] = set()
    winners: dict[str, tuple[Proposal, ...]] = {}
    for best in sorted(found, key=lambda p: (-p.score, p.column)):
        shares = best.target in winners and _may_share(table, best, winners[best.target])
        if best.column in taken or best.score < SHOWN:
            continue
        if best.target not in winners or shares:
            winners[best.target] = (*winners.get(best.target, ()), best)
            taken.add(best.column)
        elif winners[best.target][0].score - best.score <= _CLOSE:
            winners[best.target] = (*winners[best.target], best)
            taken.add(best.column)
    return winners


def _may_share(table: TableProposal, one: Proposal, others: Sequence[Proposal]) -> bool:
    """Whether columns feed a variable together: tests of a form, the date and its time."""
    tested = {column for name, _, unit in table.tests for column in (name, unit)}
    if one.column in tested and all(other.column in tested for other in others):
        return True
    if one.variable.endswith("SPID"):
        return True
    kinds = [
        column.kind
        for proposal in {p.column: p for p in (one, *others)}.values()
        if (column := table.profile.column(proposal.column)) is not None
    ]
    return len(kinds) == 2 and kinds.count("time") == 1 and kinds.count("date") == 1


def clashing(column: ColumnProfile) -> tuple[str, ...]:
    """Formats that read the same dates with another day and month.

    >>> clashing(ColumnProfile("D", 1, 0, 1, "date", formats=("MM/DD/YYYY", "DD/MM/YYYY")))
    ('MM/DD/YYYY', 'DD/MM/YYYY')
    """
    found = (*column.formats, *column.other_formats)
    starts = {text[:2] for text in found}
    return found if {"MM", "DD"} <= starts and len(found) > 1 else ()


def _not_known(table: TableProposal, column: ColumnProfile) -> str:
    if column.kind == "empty":
        return "no row has a value"
    if not table.domain:
        return "no domain was found for the table"
    return "no variable was found that is like it"
