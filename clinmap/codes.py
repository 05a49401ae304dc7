"""The catalogue of codes: everything that can be wrong, what it means and how to mend it.

The docs' page of codes is made from here. A code never changes its meaning; a retired one is not
used again. `INP`: a file that we were given. `OUT`: the place to write to. `SPC`: the specification.
`RAW`, `DTC`, `TRM`, `MRG`, `ROW`, `DUP`, `TYP`, `RES`: the data on the way. `VAL`: the finished
datasets. `XPT`, `DEF`: the files written. `EXP`: what was expected and did not come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clinmap.problems import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its severity (where it is a problem), what it means, and how to mend it."""

    id: str
    severity: Severity
    title: str
    fix: str
    reference: str = ""


CODES: tuple[Code, ...] = (
    Code("INP001", ERROR, "a raw file is missing",
         "Put the file into the folder given with --raw, or correct `path` in raw.yaml."),
    Code("INP002", ERROR, "a raw file is empty",
         "Ask the sender for the file again; declare the table `optional` if it may be absent."),
    Code("INP003", ERROR, "a file is not in the declared encoding",
         "Set `encoding` of the table to the one the sender uses."),
    Code("INP004", ERROR, "a declared column is missing",
         "Correct the name in raw.yaml, or ask the sender for the column."),
    Code("INP005", ERROR, "a column came that nobody declared",
         "Add it to `columns` (and map it or list it under `not_submitted`), or set "
         "`unexpected: report`."),
    Code("INP006", ERROR, "a file is damaged, or not of its format",
         "Open the file in its own program; ask the sender for it again."),
    Code("INP007", ERROR, "two columns have the same name",
         "Rename one of the columns in the export."),
    Code("INP010", ERROR, "a terminology file cannot be read",
         "Use the ODM-XML, text or Excel file as NCI EVS publishes it."),
    Code("INP011", ERROR, "a define.xml cannot be read",
         "Check that the file is well-formed Define-XML 2.0 or 2.1."),
    Code("OUT001", ERROR, "the output folder holds something else",
         "Choose another --out: a new folder, an empty one, or one that holds a package of ours."),
    Code("OUT002", ERROR, "the output folder cannot be written",
         "Check that the folder above it exists and that you may write there."),
    Code("SPC001", ERROR, "a specification file is not the YAML that we read",
         "Correct the YAML at the line given."),
    Code("SPC002", ERROR, "a key is not known here",
         "Correct the key; the message names near ones."),
    Code("SPC003", ERROR, "a key stands twice",
         "Remove one of the two."),
    Code("SPC004", ERROR, "a value does not fit",
         "Write what the message asks for."),
    Code("SPC005", ERROR, "a file of the specification is missing",
         "Create the file, or correct the name."),
    Code("SPC006", ERROR, "there is no such study",
         "Name a folder with study.yaml, or a shipped study (`clinmap check --help` lists them)."),
    Code("SPC010", ERROR, "there is no such operation",
         "Correct the operation's name; docs/reference/operations.md lists them."),
    Code("SPC011", ERROR, "a reference points at nothing",
         "Correct the reference; the message names near ones."),
    Code("SPC012", ERROR, "a variable is not in the standard",
         "Correct the name, or put it under `supp` or `work`; in ADaM give it a label."),
    Code("SPC013", ERROR, "there is no such codelist",
         "Correct the name; `clinmap terminology NAME` shows near ones."),
    Code("SPC014", ERROR, "a term is not in its codelist",
         "Use a term of the codelist; declare an extension, or an exception with its reason."),
    Code("SPC015", ERROR, "a Required variable is not made",
         "Give the variable; Required variables cannot be left out.", "SDTMIG 3.4 section 4.1.5"),
    Code("SPC016", WARNING, "an Expected variable is neither made nor explained",
         "Give the variable, or list it under `not_collected` with the reason.",
         "SDTMIG 3.4 section 4.1.5"),
    Code("SPC017", ERROR, "a codelist must not be extended",
         "Use a term of the codelist, or declare an exception with its guide section and reason."),
    Code("SPC020", ERROR, "a circular reference",
         "Derive one of the variables from the raw data or from another variable."),
    Code("SPC021", ERROR, "a selection matches nothing",
         "Correct the name given with --select."),
    Code("RAW001", WARNING, "a raw table has no rows",
         "Check the export."),
    Code("RAW002", WARNING, "columns came that nobody declared",
         "Map them, or list them under `not_submitted` with the reason."),
    Code("RAW003", NOTE, "rows of a raw table are identical",
         "Check the export for records that were sent twice."),
    Code("RAW004", NOTE, "rows of a raw table are in no dataset",
         "Check the `where` of the sources that read the table."),
    Code("DTC001", ERROR, "a date or time cannot be read",
         "Add the format to `formats`, or have the value corrected at its source.",
         "SDTMIG 3.4 section 4.4.1"),
    Code("DTC002", WARNING, "an end before its start was corrected by rule",
         "Check the correction against the source document."),
    Code("DTC003", WARNING, "a time without its date was left out",
         "Have the date completed at its source.", "SDTMIG 3.4 section 4.4.2"),
    Code("TRM001", ERROR, "a value has no term in the codelist",
         "Add the value to `map`, or to `terminology: synonyms` or `extend` of study.yaml.",
         "SDTMIG 3.4 section 4.3"),
    Code("MRG001", ERROR, "several rows meet where one was stated",
         "Declare the join under `joins`, with `take: first` or `last` and an order."),
    Code("MRG002", WARNING, "a row meets none where one was stated",
         "Check the keys of the join, or the other table for the missing row."),
    Code("ROW001", NOTE, "rows were left out by a rule of the specification",
         "Nothing, if the rule is meant."),
    Code("DUP001", WARNING, "rows that say the same were left out by rule",
         "Check the rows against the source; the rule names the one that is kept."),
    Code("TYP001", ERROR, "a value is not a number",
         "Standardise the value first, or keep it in a character variable."),
    Code("TXT001", WARNING, "a text holds characters outside ASCII",
         "Use `ascii` to transliterate it; XPT files hold ASCII."),
    Code("TXT002", NOTE, "a text was transliterated to ASCII",
         "Nothing; the raw text stays as it is."),
    Code("TXT003", ERROR, "a text is longer than the variables made for it",
         "Make a variable for the next part of the text."),
    Code("RES001", ERROR, "a result cannot be standardised",
         "Extend the rule for such results, or have the value corrected at its source."),
    Code("RES002", ERROR, "a unit has no conversion",
         "Add the conversion to the study's unit table."),
    Code("RES003", WARNING, "two collected values disagree by more than the tolerance",
         "Query the site; the rule says which of the two is used."),
    Code("RES004", NOTE, "a number was written with a comma",
         "Nothing, if the comma was read as meant: thousands where groups of three digits follow."),
    Code("RES005", NOTE, "a reference range was taken from the study's table",
         "Nothing, if the laboratory reports no ranges."),
    Code("CHK001", WARNING, "a check of the specification found rows",
         "As the check's own text says."),
    Code("CHK002", NOTE, "a check of the specification found rows to know of",
         "As the check's own text says."),
    Code("CHK003", ERROR, "a check of the specification found rows that cannot be right",
         "As the check's own text says."),
    Code("EXP001", ERROR, "an expected problem did not occur",
         "Remove it from problems.yaml, or correct its count."),
    Code("EXP002", ERROR, "an expected problem occurred in another number",
         "Correct its count in problems.yaml, once you know why it changed."),
    Code("DEP001", WARNING, "a dataset was made from one that failed",
         "Mend the dataset that it was made from."),
)
"""Every code, in the order of the docs."""


@cache
def _by_id() -> dict[str, Code]:
    return {code.id: code for code in CODES}


def find_code(identifier: str) -> Code | None:
    """The code of that id, or None."""
    return _by_id().get(identifier)


def severity_of(identifier: str) -> Severity:
    """The severity of a code; a code that the catalogue has not is our own fault (KeyError)."""
    return _by_id()[identifier].severity
