"""`--help` and `check` start quickly: without the libraries that only data need."""

from __future__ import annotations

import pkgutil
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Tiny

ROOT = Path(__file__).parents[3]
HEAVY = ("pandas", "numpy", "pyarrow", "pandera", "pyreadstat", "rich", "jinja2", "lxml")
PROGRAM = """
import sys
from clinmap.app.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as stopped:
    code = stopped.code
loaded = [name for name in {heavy!r} if name in sys.modules]
sys.exit(f"loaded: {{loaded}}" if loaded else code)
"""


def run(*arguments: str, heavy: tuple[str, ...] = HEAVY) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=heavy), *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",), ("--version",), ("build", "--help"), ("trace", "--help"), ("codes",),
        ("terminology", "NY"), ("fidelity", "--help"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_nothing_heavy_is_loaded(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("check", "--help")])
def test_help_reads_no_specification(arguments: tuple[str, ...]) -> None:
    """Nor is any other command imported: its line of the help is known without it."""
    other = ("clinmap.app.commands.build", "clinmap.plan", "mappings.load", "adam", "yaml")
    done = run(*arguments, heavy=("pydantic", *other))
    assert done.returncode == 0, done.stderr


def seconds(*words: str) -> float:
    """The CPU seconds of a Python process, its own and the system's: the best of several."""

    def spent() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(spent() for _ in range(5))


def test_help_and_check_are_quick(tiny: Tiny) -> None:
    """Bounds in seconds; on a machine under load, in starts of Python itself."""
    bare = seconds("-c", "pass")
    assert seconds("-m", "clinmap", "--help") <= max(0.15, 10 * bare)
    assert seconds("-m", "clinmap", "check", str(tiny.study)) <= max(0.45, 45 * bare)


def test_every_command_is_in_the_help() -> None:
    from clinmap.app import commands

    modules = {found.name for found in pkgutil.iter_modules(commands.__path__)}
    assert set(commands.COMMANDS) == modules - {"declaring"}


@pytest.mark.parametrize("command", ["check", "explain"])
def test_specification_is_read_without_anything_heavy(tiny: Tiny, command: str) -> None:
    done = run(command, str(tiny.study), *(["AE.AESEV"] if command == "explain" else []))
    assert done.returncode == 0, done.stderr


def test_python_m_clinmap() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clinmap", "--version"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.startswith("clinmap ")


@pytest.mark.parametrize("name", ["sdtm", "adam", "define", "mappings"])
@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["check", "n2011-04"], 2)])
def test_a_package_that_comes_from_elsewhere_is_named(
    name: str, arguments: list[str], code: int, tmp_path: Path
) -> None:
    stranger = tmp_path / name
    stranger.mkdir()
    (stranger / "__init__.py").write_text('"""Another one."""\n', encoding="utf-8")
    program = (
        "import sys\nsys.path[:0] = [sys.argv.pop(1), sys.argv.pop(1)]\n"
        "from clinmap.app.main import main\nsys.exit(main())"
    )
    command = [sys.executable, "-c", program, str(tmp_path), str(ROOT), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = done.stdout if code == 0 else done.stderr
    assert done.returncode == code
    assert f"package '{name}' comes from" in said
    assert "Traceback" not in done.stderr
    assert said.count("comes from") == 1


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    from clinmap.app.commands import COMMANDS
    from clinmap.app.main import main

    for name in COMMANDS:
        with pytest.raises(SystemExit) as stopped:
            main([name, "--help"])
        assert stopped.value.code == 0
        assert f"clinmap {name}" in capsys.readouterr().out.split("examples:")[1]


def test_no_command_prints_the_help_and_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    from clinmap.app.main import main

    assert main([]) == 2
    assert "commands" in capsys.readouterr().out
