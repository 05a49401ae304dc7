"""Pages of the documentation, followed as a reader would: files written, commands run."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clinmap.app.main import main

LEFT_OUT = "…"
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, the rest of its first line, and its text."""

    language: str
    info: str
    text: str


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, or of a part of it."""
    for match in _FENCE.finditer(text):
        language, _, info = match["info"].partition(" ")
        yield Block(language, info, match["body"])


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


@dataclass(frozen=True)
class Command:
    """A command of a console block, the lines that the page quotes, and its exit code."""

    words: list[str]
    quoted: list[str]
    code: int


def write(folder: Path, block: Block) -> None:
    """Write, extend or change the file that a block shows."""
    first, _, rest = block.text.partition("\n")
    if block.language == "diff":
        _change(folder / first.removeprefix("--- "), rest)
    elif block.info.startswith("# file: "):
        _save(folder / block.info.removeprefix("# file: "), block.text)
    elif first.startswith("# add to: "):
        path = folder / first.removeprefix("# add to: ")
        _save(path, path.read_text(encoding="utf-8") + rest)
    else:
        _save(folder / first.removeprefix("# file: "), block.text)


def _save(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _change(path: Path, diff: str) -> None:
    lines = diff.splitlines()
    old = "".join(f"{line[1:]}\n" for line in lines if line.startswith("-"))
    new = "".join(f"{line[1:]}\n" for line in lines if line.startswith("+"))
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} does not have once: {old}"
    _save(path, text.replace(old, new))


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block; `echo $?` after one tells its exit code, else it is 0."""
    typed = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    said = [part.splitlines() for part in typed]
    for (line, *quoted), following in zip(said, [*said[1:], [""]], strict=True):
        if line == "echo $?":
            continue
        code = int(following[1]) if following[0] == "echo $?" else 0
        yield Command(shlex.split(line)[1:], [q for q in quoted if q not in ("", LEFT_OUT)], code)


def run(words: list[str]) -> tuple[int, list[str]]:
    """The exit code of a command, and the lines that it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = main(words)
    return code, out.getvalue().splitlines()


def surprise(command: Command) -> Iterator[str]:
    """Run a command; say what the page says otherwise."""
    code, said = run(command.words)
    wrong = [f"no line: {line}" for line in command.quoted if line not in said]
    wrong += [f"exit code {code}"] * (code != command.code)
    if wrong:
        yield "\n".join([" ".join(command.words), *wrong, "but:", *said])
