"""Whether the workers of a cluster make the same values as this process: equal code below them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from clinmap.phrases import listed
from clinmap.problems import InputError

LIBRARIES = ("clinmap", "pandas", "numpy", "pyarrow", "distributed")
"""What must be of one version everywhere: it makes values, or carries them."""

CODE = "code of clinmap"
SHOWN = 5
Versions = Mapping[str, str]


def own_versions() -> dict[str, str]:
    """The versions of this process, with a digest of clinmap's own code.

    >>> sorted(own_versions())
    ['clinmap', 'code of clinmap', 'distributed', 'numpy', 'pandas', 'pyarrow', 'python']
    """
    import sys

    from clinmap import __version__
    from clinmap.app.reuse.digests import made_by

    found = {"python": ".".join(map(str, sys.version_info[:2])), "clinmap": __version__}
    found |= {name: _version(name) for name in LIBRARIES if name != "clinmap"}
    return {**found, CODE: made_by()[:12]}


def check_workers(ask: Callable[[Callable[[], Any]], Mapping[str, Any]]) -> None:
    """Refuse a cluster whose workers would not make the same values (INP033).

    `ask` runs a function on each worker and gives the answers by address.
    """
    try:
        answers = ask(own_versions)
    except Exception as error:
        raise _not_installed(error) from None
    own = own_versions()
    said = [text for name in own for text in _unlike(name, own[name], answers)]
    if said:
        raise InputError(
            "INP033",
            f"workers differ from this process: {'; '.join(said)}",
            hint="Install the same versions there, and start the workers anew.",
        )


def _unlike(name: str, own: str, answers: Mapping[str, Versions]) -> list[str]:
    """What is said of a library: its versions elsewhere, with the workers that have them."""
    others: dict[str, list[str]] = {}
    for address, found in sorted(answers.items()):
        theirs = found.get(name, "")
        if theirs != own:
            others.setdefault(theirs, []).append(address)
    return [
        f"{name} is {theirs or 'not there'} on {listed(addresses, SHOWN)}, and {own} here"
        for theirs, addresses in others.items()
    ]


def _not_installed(error: Exception) -> InputError:
    missing = error.name if isinstance(error, ModuleNotFoundError) else ""
    return InputError(
        "INP033",
        f"the workers have no {missing}" if missing else "the workers cannot run clinmap",
        hint="Install clinmap with the same versions of everything where the workers run: "
        "`pip install 'clinmap[scale]'`.",
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
