"""The databases that raw tables may be read from: their URLs are in the environment only."""

from __future__ import annotations

import os
from collections.abc import Mapping

from clinmap.readers.database import VARIABLE


def database_urls(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The URLs by name in capitals, of each variable CLINMAP_DATABASE_<NAME>.

    >>> database_urls({"CLINMAP_DATABASE_EDC": "sqlite:///edc.db", "HOME": "/"})
    {'EDC': 'sqlite:///edc.db'}
    """
    found = os.environ if environment is None else environment
    return {
        key.removeprefix(VARIABLE).upper(): value
        for key, value in found.items()
        if key.startswith(VARIABLE) and value
    }
