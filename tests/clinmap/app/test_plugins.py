"""Plug-in operations: loaded where the command line names them, and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from clinmap.app.main import main
from tests.clinmap.app.conftest import Tiny

Capsys = pytest.CaptureFixture[str]
AE = "study/sdtm/ae.yaml"
SHOUT = '''
from pathlib import Path
from typing import ClassVar

from clinmap.registry import Description, Operation, Reference, operation, references

Path({mark!r}).touch()


@operation
class Shout(Operation):
    """In capitals, with an exclamation mark."""

    name: ClassVar[str] = {name!r}
    {principal}: Reference

    def inputs(self):
        return references(self.{principal})

    def apply(self, rows):
        return rows.text(self.{principal}).str.upper() + "!"

    def describe(self):
        return Description()


OPERATIONS = [Shout]
'''


@pytest.fixture
def plugin(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an installed package `loud`, whose module leaves a mark when it is imported."""
    site = tiny.base / "site"
    (site / "loud-1.0.dist-info").mkdir(parents=True)
    write(site / "loud_operations.py", "shout", site / "imported")
    (site / "loud-1.0.dist-info" / "METADATA").write_text("Name: loud\nVersion: 1.0\n")
    (site / "loud-1.0.dist-info" / "entry_points.txt").write_text(
        "[clinmap.operations]\nloud = loud_operations:OPERATIONS\n"
    )
    monkeypatch.syspath_prepend(site)
    monkeypatch.delitem(sys.modules, "loud_operations", raising=False)
    return site


def write(path: Path, name: str, mark: Path) -> None:
    text = dedent(SHOUT).format(mark=str(mark), name=name, principal=name)
    path.write_text(text, encoding="utf-8")


def test_an_installed_plugin_is_not_loaded_and_is_named(
    tiny: Tiny, plugin: Path, capsys: Capsys
) -> None:
    """A specification that needs it is refused, with what to type."""
    tiny.change(AE, "AETERM: $TERM", "AETERM: {shout: $TERM}")
    assert tiny.check() == 2
    out = capsys.readouterr().out
    assert "SPC010" in out
    assert "Plug-ins that are installed and were not asked for: --plugin loud." in out
    assert not (plugin / "imported").exists()


@pytest.mark.parametrize("name", ["loud", "loud_operations"], ids=["entry point", "module"])
def test_a_plugin_that_is_asked_for_is_used(tiny: Tiny, plugin: Path, name: str) -> None:
    """By check and by build; the next command has it no more."""
    tiny.change(AE, "AETERM: $TERM", "AETERM: {shout: $TERM}")
    assert tiny.check("--plugin", name) == 0
    assert (plugin / "imported").exists()
    assert main(["explain", str(tiny.study), "AE.AETERM", "--plugin", name]) == 0
    assert tiny.build("--plugin", name) == 0
    assert tiny.check() == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("loude", None, "there is no such plug-in and no such module"),
        ("broken", "raise RuntimeError('0001 secret')", "it cannot be loaded"),
        ("needs", "import a_module_that_is_not_there", "it cannot be loaded"),
        ("empty", "", "it holds no operation"),
        ("strange", "OPERATIONS = [1, str]", "it holds no operation"),
        ("again", "from clinmap.operations import OPERATIONS", "is one of clinmap already"),
    ],
)
def test_a_plugin_that_cannot_be_used(
    tiny: Tiny, plugin: Path, capsys: Capsys, name: str, text: str | None, said: str
) -> None:
    """An error with its name; never a traceback, never the text of the exception."""
    if text is not None:
        (plugin / f"{name}.py").write_text(text, encoding="utf-8")
    assert tiny.check("--plugin", name) == 2
    captured = capsys.readouterr()
    whole = captured.out + captured.err
    assert f"SPC061: plug-in {name!r}" in whole
    assert said in whole
    assert "secret" not in whole


def test_a_near_name_is_said(tiny: Tiny, plugin: Path, capsys: Capsys) -> None:
    """Of those that are installed."""
    assert tiny.check("--plugin", "luod") == 2
    assert "Did you mean loud?" in capsys.readouterr().out


def test_a_specification_cannot_ask_for_a_plugin(tiny: Tiny, plugin: Path, capsys: Capsys) -> None:
    """There is no key for it."""
    tiny.change("study/study.yaml", "title:", "plugins: [loud]\ntitle:")
    assert tiny.check() == 2
    assert "unknown key 'plugins'" in capsys.readouterr().out
    assert not (plugin / "imported").exists()
