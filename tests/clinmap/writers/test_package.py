"""The package folder: whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clinmap.problems import OutputError
from clinmap.writers import exchange, hidden
from clinmap.writers import package as module
from clinmap.writers.package import check_target, listing, package, sha256_of


def build(out: Path, content: str) -> None:
    with package(out) as staging:
        (staging / "m5").mkdir()
        (staging / "m5" / "ae.xpt").write_text(content)
        (staging / "manifest.json").write_text(json.dumps({"tool": "clinmap"}))


def fail(out: Path, error: type[BaseException]) -> None:
    with package(out) as staging:
        (staging / "half").write_text("x")
        raise error


def content(out: Path) -> str:
    return (out / "m5" / "ae.xpt").read_text()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def dead() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_package_appears_and_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(out, "one")
    assert content(out) == "one"
    build(out, "two")
    assert content(out) == "two"
    assert names(tmp_path) == ["out"]


def test_nothing_is_at_the_target_until_the_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with package(out) as staging:
        assert staging.parent == tmp_path
        assert not out.exists()
    assert out.is_dir()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_crash_in_the_middle_leaves_the_old_package(
    tmp_path: Path, error: type[BaseException]
) -> None:
    out = tmp_path / "out"
    build(out, "one")
    with pytest.raises(error):
        fail(out, error)
    assert content(out) == "one"
    assert names(tmp_path) == ["out"]
    with pytest.raises(error):
        fail(tmp_path / "new", error)
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("in_steps", [True, False])
def test_an_exchange_that_fails_leaves_the_old_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_steps: bool
) -> None:
    out = tmp_path / "out"
    build(out, "one")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if ".clinmap-new-" in self.name:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    def refused(*_: object) -> bool:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(module, "exchanged", (lambda *_: False) if in_steps else refused)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="OUT003"):
        build(out, "two")
    assert content(out) == "one"
    assert names(tmp_path) == ["out"]


STOPPED = """
import pathlib, sys, time
from clinmap.writers import package as module

def stop(*_):
    print("there", flush=True)
    time.sleep(60)

def stop_after(done):
    def run(*arguments):
        done(*arguments)
        stop()
    return run

out, moment = pathlib.Path(sys.argv[1]), sys.argv[2]
if moment == "before the exchange":
    module.exchanged = stop
elif moment == "after the exchange":
    module.exchanged = stop_after(module.exchanged)
elif moment == "between two renames":
    module.exchanged = lambda *_: False
    rename = pathlib.Path.rename
    pathlib.Path.rename = lambda path, new: stop() if "-new-" in path.name else rename(path, new)
with module.package(out) as staging:
    (staging / "manifest.json").write_text('{"tool": "clinmap"}')
    (staging / "m5").mkdir()
    (staging / "m5" / "ae.xpt").write_text("killed")
    if moment == "while it writes":
        stop()
"""


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("while it writes", "one"), ("before the exchange", "one"),
        ("between two renames", "one"), ("after the exchange", "killed"),
    ],
)  # fmt: skip
def test_a_killed_run_leaves_a_whole_package_and_the_next_one_tidies_up(
    tmp_path: Path, moment: str, left: str
) -> None:
    out = tmp_path / "out"
    build(out, "one")
    words = [sys.executable, "-c", STOPPED, str(out), moment]
    root = Path(module.__file__).parents[2]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"there\n"
        running = names(tmp_path)
        hidden.recover(out)  # what a run beside it would do
        assert names(tmp_path) == running
        run.kill()
    assert len(names(tmp_path)) == 2
    if moment != "between two renames":  # then it is put back by the next run
        assert content(out) == left
    with pytest.raises(RuntimeError), package(out):
        raise RuntimeError
    assert content(out) == left
    assert names(tmp_path) == ["out"]


def test_the_number_of_a_killed_run_may_be_that_of_another_process(tmp_path: Path) -> None:
    """In a container every run may have the same number: when it started tells them apart."""
    ours = hidden.hidden(tmp_path / "out", "new")
    started = ours.name.rsplit("-", 1)[0].partition(f"-{os.getpid()}.")[2]
    if not started:
        pytest.skip("this system does not tell when a process started")
    earlier = tmp_path / ours.name.replace(f".{started}-", f".{int(started) - 1}-")
    for path in (ours, earlier):
        path.mkdir()
    hidden.recover(tmp_path / "out")
    assert names(tmp_path) == [ours.name]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_former_package_that_was_closed_is_replaced_without_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    out = tmp_path / "out"
    build(out, "one")
    (out / "m5").chmod(0o500)
    out.chmod(0o500)
    if not at_once:
        monkeypatch.setattr(module, "exchanged", lambda *_: False)
    build(out, "two")
    assert content(out) == "two"
    assert names(tmp_path) == ["out"]


def test_a_package_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, seen = tmp_path / "out", set[str]()
    fsync = os.fsync

    def watched(file: int) -> None:
        path = str(Path(f"/proc/self/fd/{file}").readlink())
        seen.add(Path(path).name)
        assert not out.exists() or path == str(tmp_path)
        fsync(file)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not tell which file a number is")
    monkeypatch.setattr(exchange, "_of_system", lambda name: None)
    monkeypatch.setattr(os, "fsync", watched)
    build(out, "one")
    assert {"ae.xpt", "manifest.json", "m5", tmp_path.name} <= seen


def test_where_the_disk_can_all_is_flushed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, flushed = tmp_path / "out", list[bool]()

    def sync(file: int) -> int:
        flushed.append(out.exists())
        return 0

    monkeypatch.setattr(exchange, "_of_system", {"syncfs": sync}.get)
    build(out, "one")
    assert flushed == [False]


def test_what_a_disk_says_only_when_it_is_flushed_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Network disks take what they have no room for, and say so late."""
    out = tmp_path / "out"
    build(out, "one")

    def full(folder: Path) -> None:
        raise OSError(122, "Disk quota exceeded")

    monkeypatch.setattr(module, "flush", full)
    with pytest.raises(OutputError, match="OUT002"):
        build(out, "two")
    assert content(out) == "one"
    assert names(tmp_path) == ["out"]


def test_a_run_killed_between_the_renames_is_mended(tmp_path: Path, dead: int) -> None:
    out = tmp_path / "out"
    build(out, "one")
    aside = tmp_path / f".out.clinmap-old-{hidden._host()}-{dead}-0123abcd"
    out.rename(aside)
    with pytest.raises(RuntimeError), package(out):
        raise RuntimeError
    assert content(out) == "one"
    assert names(tmp_path) == ["out"]


def test_only_our_own_left_overs_are_removed(tmp_path: Path, dead: int) -> None:
    host = hidden._host()
    kept = [
        f".out.clinmap-new-{host}-{os.getpid()}-0123abcd",  # a run that goes on
        f".out.clinmap-new-00000000-{dead}-0123abcd",  # another machine's
        f".other.clinmap-new-{host}-{dead}-0123abcd",  # another package's
        f".out.clinmap-tmp-{host}-{dead}-0123abcd",
        "out.clinmap-new",
    ]
    for name in kept:
        (tmp_path / name).mkdir()
    (tmp_path / f".out.clinmap-new-{host}-{dead}-0123abce").mkdir()
    build(tmp_path / "out", "one")
    assert names(tmp_path) == sorted([*kept, "out"])


def test_what_is_not_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.docx").write_text("x")
    for manifest in (None, "no json", "[]", '{"tool": "other"}'):
        if manifest is not None:
            (foreign / "manifest.json").write_text(manifest)
        for target in (file, foreign):
            with pytest.raises(OutputError, match="OUT001"):
                check_target(target)
    with pytest.raises(OutputError, match="OUT001"), package(foreign):
        pytest.fail("the block must not run")
    assert (foreign / "thesis.docx").exists()
    with pytest.raises(OutputError, match=r"OUT00[12]"):
        check_target(Path("/"))


def test_an_empty_folder_may_be_used_and_a_parent_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_target(tmp_path / "empty")
    check_target(tmp_path / "new")
    build(tmp_path / "empty", "one")
    assert content(tmp_path / "empty") == "one"
    with pytest.raises(OutputError, match="OUT002"):
        check_target(tmp_path / "no" / "out")


def test_a_parent_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OutputError, match="OUT002"):
        check_target(tmp_path / "out")


def test_a_link_is_followed_and_not_replaced(tmp_path: Path) -> None:
    build(tmp_path / "real", "one")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    build(tmp_path / "link", "two")
    assert (tmp_path / "link").is_symlink()
    assert content(tmp_path / "real") == "two"


def test_the_listing_has_every_file_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").write_bytes(b"12")
    (tmp_path / "a").write_bytes(b"")
    assert listing(tmp_path) == [
        {"path": "a", "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()},
        {"path": "b/x", "bytes": 2, "sha256": hashlib.sha256(b"12").hexdigest()},
    ]
    assert sha256_of(tmp_path / "b" / "x") == hashlib.sha256(b"12").hexdigest()
