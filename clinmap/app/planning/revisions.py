"""A study as it stood at a revision of git, read into a folder of its own.

`STUDY@REVISION` names it. Files come from the repository's objects, so no file of the working tree
is touched and no hook or filter of git runs. What the study extends is read at the same revision,
where it stands in the same repository.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from clinmap.problems import ClinmapError, SpecificationError
from mappings.nodes import read_yaml
from mappings.shipped import STUDIES

STUDY_FILE = "study.yaml"
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
PLAIN_FILES = (b"100644", b"100755")
"""The modes of plain files; links and other repositories are none."""


def split_revision(text: str) -> tuple[str, str]:
    """A study and the revision behind its last @; a folder of that whole name wins.

    >>> split_revision("my-study@HEAD~1"), split_revision("my-study")
    (('my-study', 'HEAD~1'), ('my-study', ''))
    """
    study, sign, revision = text.rpartition("@")
    if not sign or not study or (Path(text) / STUDY_FILE).is_file():
        return text, ""
    return study, revision


def study_at(study: str, revision: str, folder: Path) -> Path:
    """Write the files of a study at a revision below `folder`, and give the study's folder.

    Problems: SpecificationError SPC070 where git, the repository, the revision, or the study at
    that revision is not there.
    """
    place = _place(study)
    root = Path(_git(place.existing, "rev-parse", "--show-toplevel", wrong=_no_repository(study)))
    commit = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}",
        wrong=_no_revision(revision),
    )  # fmt: skip
    inside = PurePosixPath(place.folder.relative_to(root.resolve()).as_posix())
    tree = _Tree(root, commit, folder / root.resolve().name)
    if not tree.extract(inside):
        raise SpecificationError(
            "SPC070",
            f"there is no {STUDY_FILE} of {study} at {revision}",
            hint="The study may have had another folder then; name that one.",
        )
    return tree.target / inside


class _Place:
    """Where a study's folder is, or was; and the nearest folder that is there now."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        self.existing = next(path for path in (self.folder, *self.folder.parents) if path.is_dir())


def _place(study: str) -> _Place:
    """A folder wins over the name of a shipped study; a folder that is gone is looked for too."""
    shipped = STUDIES / study
    if not Path(study).is_dir() and (shipped / STUDY_FILE).is_file():
        return _Place(shipped)
    return _Place(Path(study))


class _Tree:
    """The files of one commit, and the folder that they are written below."""

    def __init__(self, root: Path, commit: str, target: Path) -> None:
        self.root = root
        self.commit = commit
        self.target = target

    def extract(self, inside: PurePosixPath) -> bool:
        """Write a study's files and those of the studies that it extends; whether it is there."""
        target = self.target / inside
        if (target / STUDY_FILE).is_file():
            return True
        for path, blob in self._files(inside):
            file = self.target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(_output(self.root, "cat-file", "blob", blob))
        if not (target / STUDY_FILE).is_file():
            return False
        for parent in _extended(target):
            self._extract_parent(inside, parent)
        return True

    def _extract_parent(self, inside: PurePosixPath, parent: str) -> None:
        """What `extends` names, if it is a folder of the repository; else the loader looks."""
        wanted = PurePosixPath(os.path.normpath(inside / parent))
        if not wanted.is_absolute() and ".." not in wanted.parts:
            self.extract(wanted)

    def _files(self, inside: PurePosixPath) -> Iterator[tuple[str, str]]:
        """The plain files below a folder of the commit, with the names of their contents."""
        asked = ("ls-tree", "-r", "-z", self.commit, "--", f"{inside}/" if inside.name else ".")
        for entry in filter(None, _output(self.root, *asked).split(b"\0")):
            head, _, path = entry.partition(b"\t")
            mode, _, blob = head.split(b" ")
            name = os.fsdecode(path)
            if mode in PLAIN_FILES and ".." not in PurePosixPath(name).parts:
                yield name, blob.decode("ascii")


def _extended(folder: Path) -> Sequence[str]:
    """What a study's `extends` names; a file that cannot be read is the compiler's to tell."""
    try:
        node = read_yaml(folder / STUDY_FILE, STUDY_FILE).get("extends")
    except ClinmapError:
        return ()
    plain = node.plain() if node else []
    return [str(name) for name in (plain if isinstance(plain, list) else [plain])]


def _git(folder: Path, *words: str, wrong: SpecificationError) -> str:
    """What git answers in one line, or the error where it refuses."""
    done = _run(folder, words)
    if done.returncode:
        raise wrong
    return os.fsdecode(done.stdout).strip()


def _output(folder: Path, *words: str) -> bytes:
    done = _run(folder, words)
    if done.returncode:
        raise SpecificationError(
            "SPC070",
            f"git {words[0]} failed in {folder.name}",
            hint="Check the repository with `git fsck`.",
        )
    return done.stdout


def _run(folder: Path, words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, whatever repository a hook speaks of."""
    environment = {name: text for name, text in os.environ.items() if name not in _ELSEWHERE}
    try:
        return subprocess.run(
            ["git", "-C", os.fspath(folder), *words],
            capture_output=True, check=False, env=environment,
        )  # fmt: skip
    except OSError:
        raise SpecificationError(
            "SPC070",
            "git cannot be run here",
            hint="Install git, or name a folder with the other specification.",
        ) from None


def _no_repository(study: str) -> SpecificationError:
    return SpecificationError(
        "SPC070",
        f"{study} is in no git repository",
        hint="Name a folder with the other specification, without @.",
    )


def _no_revision(revision: str) -> SpecificationError:
    return SpecificationError(
        "SPC070",
        f"the repository has no revision {revision or '(nothing behind @)'}",
        hint="`git log --oneline` and `git tag` list them; write for example HEAD~1.",
    )
