"""A full disk, a disk that may not be written and a killed run leave the former package whole."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinmap.app.main import main
from clinmap.writers.package import listing
from tests.clinmap.app.conftest import Tiny

Capsys = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[4]
SIZE = 4 << 20


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def is_whole(package: Path) -> bool:
    """Every file that the manifest names is there, byte for byte, and no other."""
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    listed = [entry for entry in listing(package) if entry["path"] != "manifest.json"]
    return bool(listed) and manifest["outputs"] == listed


def built_into(tiny: Tiny, out: Path) -> int:
    words = ("--raw", str(tiny.raw), "--out", str(out), "--full", "--quiet")
    return main(["build", str(tiny.study), *words])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no disk can be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave_free(disk: Path, size: int) -> None:
    """Fill a disk until so many bytes are free."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    now = os.statvfs(disk)
    ballast.write_bytes(bytes(max(0, now.f_bavail * now.f_frsize - size)))


def test_full_disk(tiny: Tiny, disk: Path, capsys: Capsys) -> None:
    out = disk / "package"
    assert built_into(tiny, out) == 0
    before = contents(out)
    assert is_whole(out)
    needed = sum(map(len, before.values()))
    for share in (0, 0.05, 0.3, 0.95):
        leave_free(disk, int(share * needed))
        assert built_into(tiny, out) == 2
        said = capsys.readouterr().err
        assert "OUT002: package cannot be written: No space left on device" in said, share
        assert "Free space there" in said
        assert contents(out) == before
        assert sorted(path.name for path in disk.iterdir()) == ["ballast", "package"]
    (disk / "ballast").unlink()
    assert built_into(tiny, out) == 0
    assert contents(out) == before


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file can become larger: the nearest to a full disk that anybody may have."""
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


@pytest.mark.parametrize("size", [1000, 10_000])
def test_files_that_cannot_grow(built: Tiny, capsys: Capsys, size: int) -> None:
    before = contents(built.out)
    with largest_file(size):
        code = built_into(built, built.out)
    assert code == 2
    assert "OUT002: package cannot be written: File too large" in capsys.readouterr().err
    assert contents(built.out) == before
    assert not list(built.base.glob(".package*"))


def test_read_only_disk(tiny: Tiny, disk: Path, capsys: Capsys) -> None:
    out = disk / "package"
    assert built_into(tiny, out) == 0
    before = contents(out)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert built_into(tiny, out) == 2
    said = capsys.readouterr().err
    assert "OUT002" in said
    assert "give one that you may write to" in said
    assert contents(out) == before


def test_folder_that_may_not_be_written(built: Tiny, capsys: Capsys) -> None:
    if os.access("/", os.W_OK):
        pytest.skip("this user may write everywhere")
    before = contents(built.out)
    built.base.chmod(0o500)
    try:
        assert built_into(built, built.out) == 2
    finally:
        built.base.chmod(0o700)
    assert "OUT002" in capsys.readouterr().err
    assert contents(built.out) == before


STOPPED = """
import sys, time
from clinmap.app.main import main
from clinmap.app.package import packaging

def stop(*_):
    print("there", flush=True)
    time.sleep(300)

setattr(packaging, sys.argv.pop(1), stop)
main(sys.argv[1:])
"""


def test_killed_while_it_writes(built: Tiny, capsys: Capsys) -> None:
    """Datasets are written, their define.xml is not."""
    before = contents(built.out)
    words = ("--raw", str(built.raw), "--out", str(built.out), "--full", "--quiet")
    command = [sys.executable, "-c", STOPPED, "_write_define", "build", str(built.study), *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"there\n"
        (hidden,) = built.base.glob(".package*")
        assert list(hidden.rglob("*.xpt"))
        assert built_into(built, built.out) == 0  # a build beside it
        assert hidden.is_dir()
        run.kill()
    assert contents(built.out) == before
    assert is_whole(built.out)
    assert built_into(built, built.out) == 0
    assert contents(built.out) == before
    assert not list(built.base.glob(".package*"))


def test_results_on_a_full_disk(tiny: Tiny, disk: Path, capsys: Capsys) -> None:
    (tiny.study / "results.yaml").write_text(RESULTS, encoding="utf-8")
    out = disk / "package"
    assert built_into(tiny, out) == 0
    words = ["results", str(out), "--study", str(tiny.study), "--quiet"]
    assert main(words) == 0
    before = contents(out)
    capsys.readouterr()
    leave_free(disk, 0)
    assert main(words) == 2
    assert "OUT002: results cannot be written" in capsys.readouterr().err
    assert contents(out) == before


RESULTS = """\
objectives:
  S1: {title: Events, text: Which events there are., purpose: SECONDARY OUTCOME MEASURE}
displays:
  T-S1-1:
    title: Events
    objective: S1
    results:
      - {from: ADAE, counts: AETERM, any: Any event}
"""
