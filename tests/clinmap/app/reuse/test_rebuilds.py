"""A rebuild makes only what changed, and gives the same bytes as a full build."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clinmap.app.conftest import Tiny

Capsys = pytest.CaptureFixture[str]
Touch = Callable[[Tiny], object]
CORRECTION = (
    "id,table,key,field,old,new,reason,approver,date\n"
    "C1,events,SUBJ=0002; TERM=Rash,BEGAN,2024-03-09,2024-03-10,slip,A. Person,2024-05-01\n"
)
SYNONYM = "terminology: {synonyms: {AESEV: {Terrible: SEVERE}}}"
EVENTS = {"AE", "SUPPAE", "ADAE"}
ALL = {"DM", "ADSL", *EVENTS}


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def rebuilt(tiny: Tiny, capsys: Capsys) -> tuple[set[str], str]:
    """The datasets that a rebuild makes, and what it says of reuse; held to a full build."""
    capsys.readouterr()
    assert tiny.build("--fail-on", "never") == 0
    said = capsys.readouterr().out
    after = files(tiny.out)
    full = Tiny(tiny.base)
    assert full.build("--fail-on", "never", "--full") == 0
    assert files(tiny.out) == after
    made = re.search(r"; built: ([A-Z, ]+)", said)
    return set(made[1].replace(" ", "").split(",")) if made else set(), said


def spoil(tiny: Tiny) -> None:
    """Give AE a value without a term: a problem that has a place."""
    tiny.change("raw/events.csv", "SEVERE", "TERRIBLE")


def in_file(file: str, old: str, new: str) -> Touch:
    return lambda tiny: tiny.change(file, old, new)


def write(file: str, text: str) -> Touch:
    return lambda tiny: (tiny.base / file).write_text(text, encoding="utf-8")


TOUCHES: dict[str, tuple[Touch, set[str]]] = {
    "nothing": (lambda _: None, set()),
    "a mapping": (
        in_file("study/sdtm/ae.yaml", "AETERM: $TERM", "AETERM: {assign: $TERM, case: upper}"),
        EVENTS,
    ),
    "a mapping that nothing reads": (
        in_file("study/sdtm/ae.yaml", "AESEV: {recode: $SEV}", "AESEV: {assign: $SEV}"),
        {"AE", "SUPPAE"},
    ),
    "a mapping of an analysis dataset": (
        in_file("study/adam/adsl.yaml", "Placebo", "Verum"),
        {"ADSL"},
    ),
    "a label": (
        in_file("study/adam/adae.yaml", "Analysis Start Date", "Start Date of Analysis"),
        set(),
    ),
    "the label of a qualifier": (
        in_file("study/sdtm/ae.yaml", "Note of the Investigator", "Note"),
        set(),
    ),
    "a cell": (in_file("raw/events.csv", "left arm", "right arm"), EVENTS),
    "a cell of subjects": (
        in_file("raw/subjects.csv", "0002,10,M", "0002,10,F"),
        {"DM", "ADSL", "ADAE"},
    ),
    "a correction": (write("study/corrections.csv", CORRECTION), EVENTS),
    "a synonym": (
        in_file("study/study.yaml", "as_of:", f"{SYNONYM}\nas_of:"),
        {"AE", "SUPPAE"},
    ),
    "an expectation": (
        lambda tiny: tiny.expect("TRM001", "AE", "AESEV", 1),
        set(),
    ),
    "a line above": (
        in_file("study/sdtm/ae.yaml", "dataset: AE", "# moved\n\ndataset: AE"),
        set(),
    ),
    "the order of records": (
        in_file("study/sdtm/ae.yaml", "USUBJID, AETERM, AESTDTC]", "USUBJID, AESTDTC, AETERM]"),
        EVENTS,
    ),
    "the rule for subjects": (in_file("study/study.yaml", "[TINY-01, $SUBJ]", "[T, $SUBJ]"), ALL),
}


@pytest.mark.parametrize("name", TOUCHES)
def test_a_rebuild_makes_what_changed(tiny: Tiny, capsys: Capsys, name: str) -> None:
    """Only what rests on the change is made, and every byte is that of a full build."""
    touch, wanted = TOUCHES[name]
    spoil(tiny)
    assert tiny.build("--fail-on", "never") == 0
    touch(tiny)
    assert rebuilt(tiny, capsys)[0] == wanted


@pytest.mark.parametrize("seed", range(6))
def test_any_chain_of_touches_gives_the_bytes_of_full_builds(
    tiny: Tiny, capsys: Capsys, seed: int
) -> None:
    """Reuse of what was itself reused is as good as reuse of what was built."""
    assert tiny.build("--fail-on", "never") == 0
    chosen = random.Random(seed).sample([n for n in TOUCHES if n != "nothing"], 4)
    spoil(tiny)
    for name in chosen:
        TOUCHES[name][0](tiny)
        assert tiny.build("--fail-on", "never") == 0
    assert rebuilt(tiny, capsys)[0] == set()


def test_what_is_reused_and_why_the_rest_is_not_is_said(built: Tiny, capsys: Capsys) -> None:
    """The line names the variable that was touched."""
    TOUCHES["a mapping"][0](built)
    _, said = rebuilt(built, capsys)
    assert "Reused: 2 of 5 datasets; built: AE, SUPPAE, ADAE (changed: AE.AETERM)" in said


def test_a_changed_raw_table_is_named(built: Tiny, capsys: Capsys) -> None:
    """A change of data is said to be one."""
    TOUCHES["a cell"][0](built)
    assert "(changed: raw table events)" in rebuilt(built, capsys)[1]


def test_raw_tables_of_unchanged_datasets_are_not_read(
    built: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their digest is enough."""
    from clinmap.readers import raw

    read: list[str] = []
    original = raw.read_raw

    def noted(table: object, *more: object, **named: object) -> object:
        read.append(getattr(table, "name", ""))
        return original(table, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(raw, "read_raw", noted)
    TOUCHES["a mapping"][0](built)
    assert built.build() == 0
    assert read == ["events"]


@pytest.mark.parametrize("file", ["state/ae.parquet", "state/found.json", "lineage/ae.parquet"])
def test_a_damaged_state_is_not_trusted(built: Tiny, capsys: Capsys, file: str) -> None:
    """What does not fit the manifest is built anew, and that is said."""
    path = built.out / file
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    made, said = rebuilt(built, capsys)
    assert EVENTS - {"ADAE"} <= made
    assert f"AE is not reused: {file} is not as it was written." in said


def test_a_package_of_another_version_is_not_reused(built: Tiny, capsys: Capsys) -> None:
    """Nothing is known of what another version did."""
    path = built.out / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, "version": "0.0.1"}), encoding="utf-8")
    assert "Nothing is reused: package was built by clinmap 0.0.1." in rebuilt(built, capsys)[1]


def test_another_package_may_be_reused(built: Tiny, capsys: Capsys) -> None:
    """--reuse names it; the folder of --out is new."""
    other = built.base / "other"
    shutil.move(built.out, other)
    assert built.build("--reuse", str(other)) == 0
    assert "Reused: 5 of 5 datasets" in capsys.readouterr().out


def test_a_selection_is_reused_by_the_whole(tiny: Tiny, capsys: Capsys) -> None:
    """What was built for a part of the study is known to the build of all of it."""
    assert tiny.build("--select", "dm") == 0
    made, said = rebuilt(tiny, capsys)
    assert "Reused: 1 of 5 datasets" in said
    assert made == ALL - {"DM"}


def test_the_manifest_has_a_fingerprint_of_each_dataset(built: Tiny) -> None:
    """SUPP-- too."""
    manifest = json.loads((built.out / "manifest.json").read_text("utf-8"))
    assert set(manifest["fingerprints"]) == ALL
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in manifest["fingerprints"].values())
