"""The built wheel holds all that the packages hold, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
BY_MACHINE = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".DS_Store"}


def source_files(package: str) -> set[str]:
    """The files of a package in the source tree, but for what tools leave there."""
    files = (path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if path.is_file())
    return {path.as_posix() for path in files if not BY_MACHINE & set(path.parts)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source tree with the tools at hand."""
    for tool in ("build", "hatchling"):
        pytest.importorskip(tool, reason=f"{tool} is not installed: pip install -e '.[test]'")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    built = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, f"the wheel does not build:\n{built.stdout}\n{built.stderr}"
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def in_dist_info(wheel: Path, name: str) -> str:
    """The text of one file of the wheel's .dist-info folder."""
    with zipfile.ZipFile(wheel) as archive:
        (member,) = (n for n in archive.namelist() if n.endswith(f".dist-info/{name}"))
        return archive.read(member).decode("utf-8")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_the_package_is_in_the_wheel(package: str, names: set[str]) -> None:
    missing = sorted(source_files(package) - names)
    assert not missing, (
        f"not in the wheel: {missing}. A pattern of .gitignore probably matches them: anchor the "
        "pattern, or add the suffix to `artifacts` in pyproject.toml."
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_the_package_is_typed(package: str, names: set[str]) -> None:
    assert f"{package}/py.typed" in names


def test_nothing_else_is_in_the_wheel(names: set[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    sources = set().union(*(source_files(package) for package in PACKAGES))
    extra = sorted(n for n in names - sources if ".dist-info/" not in n)
    assert not extra, f"in the wheel, but not in the source tree: {extra}"


def test_the_command_is_declared(wheel: Path) -> None:
    entry_points = ConfigParser()
    entry_points.read_string(in_dist_info(wheel, "entry_points.txt"))
    assert entry_points["console_scripts"]["clinmap"] == "clinmap.app.main:main"


def test_the_metadata_names_version_and_licence(wheel: Path) -> None:
    metadata = Parser().parsestr(in_dist_info(wheel, "METADATA"))
    assert metadata["Name"] == "clinmap"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert wheel.name.startswith(f"clinmap-{metadata['Version']}-")
    assert "END OF TERMS AND CONDITIONS" in in_dist_info(wheel, "licenses/LICENSE")
    assert "NCI" in in_dist_info(wheel, "licenses/NOTICE")
