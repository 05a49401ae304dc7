"""Faults in specifications: slips that data managers make, planted into the shipped studies.

A kind of fault knows where it can be planted and with which codes `clinmap check` should answer.
The kinds were written from what goes wrong in practice, not from the rules.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import mappings
from clinmap.app.build.expected import reconcile, with_severities
from clinmap.app.errors import each_error
from clinmap.app.registry import registry
from clinmap.problems import ClinmapError, Problem
from clinmap.standards import sdtm_dataset, sdtm_variable
from mappings.compile import compile_study

STUDIES = ("n2011-04", "cdiscpilot01", "pharmaverse")
SHIPPED = Path(mappings.__file__).parent


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of one file that is replaced; an empty `file` after `renamed` moves the file."""

    file: str
    start: int
    end: int
    text: str
    renamed: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its name, the codes that find it, and the places where it can be planted."""

    name: str
    codes: frozenset[str]
    places: Callable[[StudyText, random.Random], Iterator[Edit]]


@dataclass(frozen=True, slots=True)
class Planted:
    """What became of one fault: where it was planted, and what was found."""

    study: str
    kind: str
    file: str
    line: int
    expected: tuple[str, ...]
    found: tuple[str, ...]
    placed: bool
    change: str = ""

    @property
    def is_found(self) -> bool:
        """Whether one of the expected codes came."""
        return bool(set(self.expected) & set(self.found))


@dataclass(slots=True)
class StudyText:
    """The files of a study as text."""

    name: str
    folder: Path
    files: dict[str, str] = field(default_factory=dict)

    def under(self, start: str) -> Iterator[tuple[str, str]]:
        """The files whose path begins so."""
        yield from ((f, text) for f, text in sorted(self.files.items()) if f.startswith(start))


class Faults:
    """Plants faults into copies of the shipped studies, one at a time, and checks them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "mappings"
        for part in ("studies", "projects", "organisations"):
            shutil.copytree(SHIPPED / part, self.folder / part)
        self.registry = registry()

    @cached_property
    def texts(self) -> dict[str, StudyText]:
        """The specifications as they are shipped."""
        return {name: self._text(name) for name in STUDIES}

    def _text(self, name: str) -> StudyText:
        folder = self.folder / "studies" / name
        paths = sorted(folder.rglob("*.yaml"))
        files = {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in paths}
        return StudyText(name, folder, files)

    def codes(self, study: str) -> list[Problem | ClinmapError]:
        """The unexplained findings of `clinmap check` in the study as it stands."""
        try:
            compiled = compile_study(str(self.texts[study].folder), self.registry)
        except ClinmapError as error:
            return list(each_error(error))
        plan = compiled.plan
        codes = {note.code for note in compiled.notes}
        rated = with_severities(compiled.notes, plan.severities)
        judged = reconcile(rated, [e for e in plan.expected if e.code in codes])
        return [note for note in judged if not note.explained]

    def plant(self, seed: str) -> Planted:
        """One fault, chosen by the seed; the study is as it was afterwards."""
        chance = random.Random(seed)
        while True:
            kind, study = chance.choice(KINDS), chance.choice(list(self.texts.values()))
            places = list(kind.places(study, chance))
            if places:
                return self._planted(study, kind, chance.choice(places))

    def _planted(self, study: StudyText, kind: Kind, edit: Edit) -> Planted:
        before = study.files[edit.file]
        path = study.folder / edit.file
        after = before[: edit.start] + edit.text + before[edit.end :]
        target = study.folder / (edit.renamed or edit.file)
        try:
            path.unlink()
            target.write_text(after, encoding="utf-8")
            found = self.codes(study.name)
        finally:
            target.unlink(missing_ok=True)
            path.write_text(before, encoding="utf-8")
        line = before[: edit.start].count("\n") + 1
        lines = range(line - 3, line + edit.text.count("\n") + 3)
        own = [one for one in found if one.code in kind.codes and one.location]
        placed = any(
            one.location.file.endswith((target.name, path.name)) and one.location.line in lines
            for one in own
            if one.location
        )
        old = before[edit.start : edit.end].strip().splitlines() or [""]
        new = edit.text.strip().splitlines() or [""]
        return Planted(
            study.name, kind.name, edit.file, line, tuple(sorted(kind.codes)),
            tuple(sorted({one.code for one in found})), placed,
            f"{old[0][:60]} -> {new[0][:60]}" if edit.text else f"without {old[0][:60]}",
        )  # fmt: skip


def _each(pattern: str, text: str) -> Iterator[re.Match[str]]:
    yield from re.finditer(pattern, text, re.MULTILINE)


def _is_comment(text: str, place: int) -> bool:
    """Whether a place stands in a comment or in quoted words."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return (
        "#" in line
        or line.count('"') % 2 == 1
        or re.search(r"(method|comment|reason|label|says):", line) is not None
    )


def _misspelt(word: str, chance: random.Random) -> str:
    """The word with two letters swapped, one doubled, or one left out."""
    at = chance.randrange(1, len(word))
    swapped = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    doubled = word[:at] + word[at - 1] + word[at:]
    options = [w for w in (swapped, doubled, word[:at] + word[at + 1 :]) if w != word]
    return chance.choice(options)


def misspelt(pattern: str, *under: str, code: str, name: str, more: tuple[str, ...] = ()) -> Kind:
    """A kind that misspells the group `word` of a pattern in the files under these paths."""

    def places(study: StudyText, chance: random.Random) -> Iterator[Edit]:
        for start in under:
            for file, text in study.under(start):
                for match in _each(pattern, text):
                    if not _is_comment(text, match.start("word")):
                        first, end = match.span("word")
                        yield Edit(file, first, end, _misspelt(match["word"], chance))

    return Kind(name, frozenset({code, *more}), places)


def replaced(
    pattern: str, by: str, *under: str, codes: tuple[str, ...], name: str, unless: str = ""
) -> Kind:
    """A kind that replaces what a pattern matches; `by` may hold groups."""

    def places(study: StudyText, chance: random.Random) -> Iterator[Edit]:
        for start in under:
            for file, text in study.under(start):
                for match in _each(pattern, text):
                    new = match.expand(by)
                    left_out = unless and re.search(unless, match[0])
                    if new != match[0] and not left_out and not _is_comment(text, match.start()):
                        yield Edit(file, match.start(), match.end(), new)

    return Kind(name, frozenset(codes), places)


def _entries(text: str, section: str) -> Iterator[tuple[str, int, int]]:
    """The entries of a top-level section: name, where it starts, where the next begins."""
    begin = re.search(rf"^{section}:\s*$", text, re.MULTILINE)
    if begin is None:
        return
    rest = text[begin.end() :]
    stop = re.search(r"^\S", rest.lstrip("\n"), re.MULTILINE)
    whole = rest[: stop.start() + len(rest) - len(rest.lstrip("\n"))] if stop else rest
    found = list(re.finditer(r"^  ([A-Z][A-Z0-9]+):", whole, re.MULTILINE))
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(whole)
        yield match[1], begin.end() + match.start(), begin.end() + end


def _left_out(core: str) -> Callable[[StudyText, random.Random], Iterator[Edit]]:
    """Variables of a core status that are made, left out."""

    def places(study: StudyText, chance: random.Random) -> Iterator[Edit]:
        for file, text in study.under("sdtm/"):
            facts = sdtm_dataset(Path(file).stem.upper())
            wanted = {v.name for v in facts.variables if v.core == core} if facts else set()
            for name, start, end in _entries(text, "variables"):
                if name in wanted and text[start:end].count("\n") == 1:
                    yield Edit(file, start, end, "")

    return places


def _doubled(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A variable that stands twice."""
    for folder in ("sdtm/", "adam/"):
        for file, text in study.under(folder):
            for _, start, end in _entries(text, "variables"):
                own = text[start:end]
                if own.count("\n") == 1:
                    yield Edit(file, start, end, own + own)


def _of_itself(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A variable that is made from itself."""
    for folder in ("sdtm/", "adam/"):
        for file, text in study.under(folder):
            for name, start, end in _entries(text, "variables"):
                own = text[start:end]
                match = re.search(r"\{\w+: (\.[A-Z][A-Z0-9]+)[,}]", own)
                if match and own.count("\n") == 1 and match[1] != f".{name}":
                    first, last = match.span(1)
                    yield Edit(file, start + first, start + last, f".{name}")


def _renamed(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A file whose name is not read."""
    for folder in ("sdtm/", "adam/"):
        for file, _ in study.under(folder):
            yield Edit(file, 0, 0, "", renamed=file.removesuffix(".yaml") + ".yml")


def _unclosed(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A bracket or brace that is not closed."""
    for folder in ("sdtm/", "adam/", "raw"):
        for file, text in study.under(folder):
            for match in _each(r"[}\]]$", text):
                if not _is_comment(text, match.start()):
                    yield Edit(file, match.start(), match.end(), "")


def _column_more(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A raw column that nobody maps; SDTM datasets that are given may have any."""
    if study.name == "pharmaverse":
        return
    for file, text in study.under("raw"):
        for match in _each(r"columns: \[", text):
            if not _is_comment(text, match.start()):
                yield Edit(file, match.end(), match.end(), "NEWCOLX, ")


def _column_less(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A raw column that is no longer declared."""
    read = {name for _, text in study.under("") for name in re.findall(r"\$(?:\w+/)?(\w+)", text)}
    for file, text in study.under("raw"):
        for match in _each(r"columns: \[[^\]]*\]", text):
            columns = [c for c in re.findall(r"\b[A-Z][A-Z0-9_]{3,}, ", match[0]) if c[:-2] in read]
            if columns and not _is_comment(text, match.start()):
                gone = chance.choice(columns)
                at = match.start() + match[0].index(gone)
                yield Edit(file, at, at + len(gone), "")


def _with_attribute(said: str, unless: str) -> Callable[..., Iterator[Edit]]:
    """An attribute more for a variable that is written on one line."""

    def places(study: StudyText, chance: random.Random) -> Iterator[Edit]:
        for file, text in study.under("sdtm/"):
            for name, start, end in _entries(text, "variables"):
                own = text[start:end]
                plain = re.fullmatch(r"  [A-Z0-9]+: \{[^{}\n]*\}\n", own)
                if plain and not re.search(f"{unless}|convention:", own) and name != "DOMAIN":
                    yield Edit(file, end - 2, end - 2, f", {said}")

    return places


def _other_codelist(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A codelist that is not the one that the standard names."""
    for file, text in study.under("sdtm/"):
        for name, start, end in _entries(text, "variables"):
            facts = sdtm_variable(Path(file).stem.upper(), name)
            match = re.fullmatch(r"  \w+: \{recode: \$[A-Z_0-9.]+\}\n", text[start:end])
            if match and facts and facts.codelists:
                at = start + match.end() - 2
                yield Edit(file, at, at, ", codelist: LOC" if name != "LOC" else "")


def _repeated_branch(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A branch of a conditional that stands twice: the second is never reached."""
    for folder in ("sdtm/", "adam/"):
        for file, text in study.under(folder):
            for match in _each(r"^      - \{when: [^{}\n]+, then: [^{}\n]+\}\n", text):
                yield Edit(file, match.end(), match.end(), match[0])


def _two_values(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A condition that asks one variable for two values at once."""
    for folder in ("sdtm/", "adam/"):
        for file, text in study.under(folder):
            for match in _each(r"when: ((\.[A-Z0-9]+|\$[A-Z0-9_]+) == '[^'\n]+'), then", text):
                first, end = match.span(1)
                yield Edit(file, first, end, f"{match[1]} and {match[2]} == 'OTHER'")


def _other_flag(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A population flag, or one of records, that becomes YES."""
    for file, text in study.under("adam/"):
        if re.search(r"^submitted: false", text, re.MULTILINE):
            continue
        for name, start, end in _entries(text, "variables"):
            for match in re.finditer(r"\b(then|else|constant): (Y|N)\b", text[start:end]):
                if name.endswith("FL"):
                    yield Edit(file, start + match.start(2), start + match.end(2), "YES")


def _long_code(study: StudyText, chance: random.Random) -> Iterator[Edit]:
    """A PARAMCD over 8 characters, in a dataset that is submitted."""
    for file, text in study.under("adam/"):
        if not re.search(r"^submitted: false", text, re.MULTILINE):
            for match in _each(r"PARAMCD: ([A-Z][A-Z0-9]{2,7})\b", text):
                yield Edit(file, match.end(), match.end(), "LONGCODE")


_ANY = ("sdtm/", "adam/")
_OPERATIONS = (
    "recode|datetime|study_day|sequence|element_at|visit|standard_result|assign|conditional|"
    "combine|lookup|compute|relative_day|analysis_date|change|baseline|decode|extract|known|part"
)
KINDS: tuple[Kind, ...] = (
    misspelt(
        r"^(?P<word>variables|keys|from|rows|sources|joins|drop|work|supp|copy|label):",
        *_ANY,
        code="SPC002",
        name="a key of a dataset misspelt",
    ),
    misspelt(
        rf"\{{(?P<word>{_OPERATIONS}): ",
        *_ANY,
        code="SPC010",
        name="an operation misspelt",
        more=("SPC002",),
    ),
    misspelt(
        r"\$(?P<word>[A-Z][A-Z0-9_]{3,})\b",
        *_ANY,
        code="SPC011",
        name="a column of the source misspelt",
    ),
    misspelt(
        r"[ \[(]\.(?P<word>[A-Z][A-Z0-9]{3,})\b",
        *_ANY,
        code="SPC011",
        name="a variable of the dataset misspelt",
    ),
    misspelt(
        r"^  (?P<word>(?!DOMAIN)[A-Z]{4,8}): [^\n]*$",
        "sdtm/",
        code="SPC012",
        name="a variable's name misspelt",
        more=("SPC011", "SPC015"),
    ),
    misspelt(r"codelist: (?P<word>[A-Z]{3,})\b", *_ANY, code="SPC013", name="a codelist misspelt"),
    misspelt(
        r"formats: \[?(?:DD[ -])?(?P<word>YYYY|MON)",
        "sdtm/",
        code="SPC004",
        name="a date format misspelt",
    ),
    misspelt(
        r"\b(?P<word>present|missing|starts|contains|number)\(",
        *_ANY,
        code="SPC004",
        name="a function misspelt",
        more=("SPC011",),
    ),
    misspelt(r"take: (?P<word>first|last|one|all)\b", *_ANY, code="SPC004", name="take misspelt"),
    misspelt(
        r"type: (?P<word>float|integer|text|date|datetime)\b",
        *_ANY,
        code="SPC004",
        name="a data type misspelt",
        more=("SPC011",),
    ),
    misspelt(
        r"code: (?P<word>[A-Z]{3}\d{3})",
        "problems",
        code="SPC011",
        name="the code of an expected problem misspelt",
    ),
    misspelt(
        r"table: (?P<word>[A-Za-z_]{3,})",
        *_ANY,
        code="SPC011",
        more=("SPC004",),
        name="a joined table misspelt",
    ),
    misspelt(r"^from: (?P<word>[A-Za-z_]{2,})$", *_ANY, code="SPC011", name="a source misspelt"),
    misspelt(
        r"^  [A-Z]{2,6}: \[(?:[A-Z0-9]+, )*(?P<word>[A-Z]{4,8})(?=[,\]])",
        "adam/",
        code="SPC011",
        more=("SPC004",),
        name="a copied variable misspelt",
    ),
    misspelt(
        r"^keys: \[(?:[A-Z0-9]+, )*(?P<word>[A-Z]{5,8})(?=[,\]])",
        *_ANY,
        code="SPC011",
        name="a key misspelt",
    ),
    misspelt(
        r"^  (?P<word>[A-Z]{5,8}): [a-z][^\n{}$]+$",
        "sdtm/",
        code="SPC011",
        name="a variable that is not collected misspelt",
        more=("SPC012", "SPC016"),
    ),
    Kind("a Required variable left out", frozenset({"SPC015", "SPC011"}), _left_out("Req")),
    Kind("an Expected variable left out", frozenset({"SPC016", "SPC011"}), _left_out("Exp")),
    Kind("a variable that stands twice", frozenset({"SPC003"}), _doubled),
    Kind("a variable made from itself", frozenset({"SPC020"}), _of_itself),
    Kind("a file that is not read", frozenset({"SPC005"}), _renamed),
    Kind("a bracket that is not closed", frozenset({"SPC001"}), _unclosed),
    Kind("a raw column that nobody maps", frozenset({"SPC018"}), _column_more),
    Kind("a branch that stands twice", frozenset({"SPC045"}), _repeated_branch),
    Kind("a condition with two values", frozenset({"SPC044"}), _two_values),
    replaced(
        r"^(  [A-Z]{4,8}): \$([A-Z][A-Z0-9_]{3,})$",
        r"\1: \2",
        "sdtm/",
        codes=("SPC019", "SPC014", "SPC017", "SPC004"),
        name="a forgotten $",
    ),
    Kind("a raw column that is no longer declared", frozenset({"SPC011", "SPC004"}), _column_less),
    Kind(
        "a label over 40 characters",
        frozenset({"SPC035", "SPC033", "SPC004"}),
        _with_attribute("label: A label that is much longer than forty characters are", r"label:"),
    ),
    Kind(
        "a length over 200",
        frozenset({"SPC031"}),
        _with_attribute("length: 300", r"length:|SEQ|DY|NUM|STRESN"),
    ),
    replaced(
        r"path: (\S*/)", r"path: ../\1", "raw", codes=("SPC060",), name="a path that leads out"
    ),
    replaced(
        r"(VSTESTCD|EGTESTCD|LBTESTCD|TRTESTCD|PCTESTCD|ISTESTCD|MITESTCD|RSTESTCD): ([A-Z0-9]+)",
        r"\1: \2XX",
        "sdtm/",
        codes=("SPC014", "SPC017", "SPC036"),
        name="a test that is no term",
    ),
    Kind("a PARAMCD over 8 characters", frozenset({"SPC027", "SPC036"}), _long_code),
    Kind("a flag with another value", frozenset({"SPC026", "SPC014", "SPC017"}), _other_flag),
    replaced(
        r"^as_of: .*$",
        "as_of: last Friday",
        "study",
        codes=("SPC004",),
        name="a stamp that is none",
    ),
    misspelt(
        r"^(?P<word>study|title|as_of|conventions|terminology|parameters|extends):",
        "study",
        code="SPC002",
        name="a key of study.yaml misspelt",
        more=("SPC004",),
    ),
    misspelt(
        r"^    (?P<word>[A-Z]{3,8}):\n      ",
        "study",
        code="SPC013",
        name="a list under terminology misspelt",
        more=("SPC010", "SPC011", "SPC012"),
    ),
    replaced(r" == '", " = '", *_ANY, codes=("SPC004",), name="an equals sign too few"),
    Kind("another codelist than the standard's", frozenset({"SPC039"}), _other_codelist),
    replaced(
        r"by: \{USUBJID: \$USUBJID, ",
        "by: {",
        "adam/",
        codes=("SPC022",),
        name="a join without the subject",
    ),
    replaced(
        r"^keys: \[STUDYID, USUBJID, ",
        "keys: [STUDYID, USUBJID, USUBJID, ",
        *_ANY,
        codes=("SPC043",),
        name="a key that stands twice",
    ),
)
"""Every kind of fault; a kind is chosen first, then one of its places."""
