"""The codes of files that we were given, and of the place to write to."""

from __future__ import annotations

from clinmap.codes.code import ERROR, WARNING, Code

# fmt: off
FILE_CODES: tuple[Code, ...] = (
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
    Code("INP008", ERROR, "a column has no name",
         "Name the column in the export; for text, give the names as `names` in raw.yaml."),
    Code("INP009", ERROR, "a file has not what raw.yaml names in it",
         "Correct the sheet, line, pattern, field or format that raw.yaml names."),
    Code("INP010", ERROR, "a terminology file cannot be read",
         "Use the ODM-XML, text or Excel file as NCI EVS publishes it."),
    Code("INP011", ERROR, "a define.xml cannot be read",
         "Check that the file is well-formed Define-XML 2.0 or 2.1."),
    Code("INP012", ERROR, "a folder to be validated holds no dataset",
         "Name the folder of the datasets, or one above it."),
    Code("INP013", WARNING, "a dataset stands in two folders, and one of them is not read",
         "Validate the folders one after the other, or name the one that is meant."),
    Code("INP014", ERROR, "a former report cannot be read",
         "Give the file that `clinmap validate --format json --output FILE` wrote."),
    Code("INP015", ERROR, "there is no such folder of raw exports",
         "Give `clinmap init` the folder that holds the exports, or one ODM-XML file."),
    Code("INP016", ERROR, "a folder holds no raw table that can be read",
         "The message names what stands there and why it was not taken; export it as CSV, say."),
    Code("INP040", ERROR, "an ODM file is of a version that is not read",
         "Export it as ODM 1.3.2."),
    Code("INP041", ERROR, "an ODM file has no such item group",
         "Correct `item_group` in raw.yaml; the message names near ones."),
    Code("INP020", ERROR, "a sheet has merged cells, and nobody said what they mean",
         "Set `merged: fill` (the value holds for each of the cells) or `merged: blank`."),
    Code("INP021", ERROR, "a workbook would unpack to far more than its size",
         "Open it in its own program and save it anew; do not read it if you do not know it."),
    Code("INP022", ERROR, "a workbook is protected by a password",
         "Save it without a password in a folder that only you may read."),
    Code("INP023", ERROR, "a database cannot be read",
         "Set CLINMAP_DATABASE_<NAME> to its URL; `pip install clinmap[sql]` and its driver."),
    Code("OUT001", ERROR, "the output folder holds something else",
         "Choose another --out: a new folder, an empty one, or one that holds a package of ours."),
    Code("OUT002", ERROR, "the output folder cannot be written",
         "Check that the folder above it exists and that you may write there."),
    Code("OUT003", ERROR, "the finished package cannot be moved into its place",
         "Close what has the folder open, and build again; the former package is still there."),
)
# fmt: on
"""In the order of the docs."""
