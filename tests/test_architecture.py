"""The rules of the house that no other tool checks: rooms, names, sizes, and who may do what."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOL = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
PACKAGES: list[str] = TOOL["hatch"]["build"]["targets"]["wheel"]["packages"]
SOURCES = sorted(
    path.relative_to(ROOT) for name in PACKAGES for path in (ROOT / name).rglob("*.py")
)
ROOMS = sorted(p for p in (ROOT / "clinmap").iterdir() if p.suffix == ".py" or p.is_dir())

FUNCTION_LINES = 60
FILE_LINES = 500
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers"}
CONTAINERS = {"dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque"}
LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}

every_source = pytest.mark.parametrize("source", SOURCES, ids=str)


def text_of(source: Path) -> str:
    return (ROOT / source).read_text(encoding="utf-8")


def tree_of(source: Path) -> ast.Module:
    return ast.parse(text_of(source), filename=str(source))


def is_application(source: Path) -> bool:
    return source.parts[:2] == ("clinmap", "app")


# ------------------------------------------------------------------------------------------ rooms


def kernel_modules() -> list[str]:
    """The modules and packages directly under clinmap/, but for the application."""
    apart = {"__init__", "__main__", "app"}
    found = (p.stem for p in ROOMS if p.suffix == ".py" or any(p.rglob("*.py")))
    return sorted(f"clinmap.{name}" for name in found if name not in apart)


def named_in_layers() -> set[str]:
    contracts = TOOL["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {name for layer in layers for name in re.findall(r"[\w.]+", layer)}


@pytest.mark.parametrize("module", kernel_modules())
def test_kernel_module_is_named_in_the_import_contract(module: str) -> None:
    assert module in named_in_layers(), (
        f"{module} is in no layer: add ({module}) to the kernel layer of [tool.importlinter] in "
        "pyproject.toml, or put the module into a room that exists."
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_package_says_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file(), f"add an empty file {package}/py.typed"


def test_every_package_is_checked_by_every_tool() -> None:
    assert set(TOOL["mypy"]["packages"]) == set(PACKAGES)
    assert set(TOOL["importlinter"]["root_packages"]) == set(PACKAGES)


# ------------------------------------------------------------------------------------------ sizes


def documented(node: ast.AST) -> bool:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None


def docstring_lines(tree: ast.AST) -> set[int]:
    first = (node.body[0] for node in ast.walk(tree) if documented(node))  # type: ignore[attr-defined]
    return {line for node in first for line in range(node.lineno, node.end_lineno + 1)}


def code_lines(text: str) -> set[int]:
    """The numbers of the lines that hold code: no blank line, comment or docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in LAYOUT:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines - docstring_lines(ast.parse(text))


def function_sizes(text: str) -> Iterator[tuple[str, int]]:
    lines = code_lines(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, len(lines & set(range(node.lineno, node.end_lineno + 1)))


def test_size_counts_neither_docstring_nor_comment_nor_blank_line() -> None:
    text = (
        'def f():\n    """Two\n    lines."""\n\n    # why\n    return (  # what\n        1\n    )\n'
    )
    assert list(function_sizes(text)) == [("f", 4)]


@every_source
def test_functions_are_short(source: Path) -> None:
    long = {n: size for n, size in function_sizes(text_of(source)) if size > FUNCTION_LINES}
    assert not long, (
        f"{source}: functions of more than {FUNCTION_LINES} lines of code: {long}. Split each into "
        "functions that are named for what comes out."
    )


@every_source
def test_file_is_short(source: Path) -> None:
    lines = len(text_of(source).splitlines())
    assert lines <= FILE_LINES, (
        f"{source} has {lines} lines, more than {FILE_LINES}: move one of its subjects into a "
        "module of its own."
    )


# ------------------------------------------------------------------------------------------ names


@every_source
def test_module_is_named_for_what_it_holds(source: Path) -> None:
    empty = EMPTY_NAMES & {part.strip("_").lower() for part in source.with_suffix("").parts}
    assert not empty, f"{source}: {sorted(empty)} says nothing; name it for what it holds."


# ----------------------------------------------------------------------------- who may do what


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run at import, those under `if`, `try` and `with` included."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from statements(getattr(node, part, []))


def is_empty_container(value: ast.expr | None) -> bool:
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=[]):
            only_a_factory = name == "defaultdict" and len(args) == 1
            return name in CONTAINERS and (not args or only_a_factory)
    return False


def empty_containers(tree: ast.Module) -> list[int]:
    assigned = (n for n in statements(tree.body) if isinstance(n, ast.Assign | ast.AnnAssign))
    return [node.lineno for node in assigned if is_empty_container(node.value)]


def test_empty_containers_are_found() -> None:
    text = "A = {}\nB: list[int] = []\nC = defaultdict(list)\nD = {1: 2}\nif A:\n    E = set()\n"
    assert empty_containers(ast.parse(text)) == [1, 2, 3, 6]


@every_source
def test_no_mutable_registry_at_module_level(source: Path) -> None:
    lines = empty_containers(tree_of(source))
    assert not lines, (
        f"{source}, lines {lines}: an empty container at module level is there to be filled later. "
        "Build it in a function and pass it on as an argument."
    )


def outside_contacts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Where a module prints, writes to the terminal or reads the environment."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print" | "input" as name)):
                yield node.lineno, f"{name}()"
            case ast.Attribute(
                value=ast.Name(id="os"), attr="environ" | "environb" | "getenv" as name
            ):
                yield node.lineno, f"os.{name}"
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" | "argv" as name):
                yield node.lineno, f"sys.{name}"
            case ast.ImportFrom(module="os" | "sys", names=names):
                private = {"environ", "environb", "getenv", "stdout", "stderr", "argv"}
                for name in sorted(private & {alias.name for alias in names}):
                    yield node.lineno, f"from {node.module} import {name}"


def test_outside_contacts_are_found() -> None:
    text = "import os\nfrom os import environ\nprint(os.environ['A'])\nsys.stderr.write('')\n"
    found = sorted(outside_contacts(ast.parse(text)))
    assert [line for line, _ in found] == [2, 3, 3, 4]


@every_source
def test_only_the_application_prints_or_reads_the_environment(source: Path) -> None:
    found = [] if is_application(source) else sorted(outside_contacts(tree_of(source)))
    assert not found, (
        f"{source}: {found}. Return a value or a Problem and take settings as arguments; "
        "clinmap/app prints and reads the environment."
    )


# ----------------------------------------------------------------------------------- quick start


def may_be_heavy(source: Path) -> bool:
    """Is the module excused from TID253 (banned-module-level-imports) in pyproject.toml?"""
    excused = TOOL["ruff"]["lint"]["per-file-ignores"].items()
    return any(fnmatch(source.as_posix(), glob) for glob, rules in excused if "TID253" in rules)


def module_name(source: Path) -> str:
    parts = source.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


IMPORT_ONE_BY_ONE = """
import importlib, sys
heavy = sys.argv[1].split(",")
for name in sys.argv[2].split(","):
    importlib.import_module(name)
    loaded = [h for h in heavy if h in sys.modules]
    if loaded:
        sys.exit(f"{name} loads {', '.join(loaded)}")
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_import_is_light(package: str) -> None:
    heavy = TOOL["ruff"]["lint"]["flake8-tidy-imports"]["banned-module-level-imports"]
    own = [s for s in SOURCES if s.parts[0] == package and s.name != "__main__.py"]
    light = [module_name(source) for source in own if not may_be_heavy(source)]
    script = [sys.executable, "-c", IMPORT_ONE_BY_ONE, ",".join(heavy), ",".join(light)]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (
        f"{done.stderr.strip()}\nImport the library, or the module of ours that loads it, inside "
        "the function that needs it; only the modules excused from TID253 in pyproject.toml may "
        "load it when they are imported."
    )
