"""The subcommands: each module has `add`, which declares its arguments, and runs it."""

from __future__ import annotations

from clinmap.app.commands import (
    build,
    check,
    codes,
    compare,
    define,
    demo,
    docs,
    explain,
    fidelity,
    reconcile,
    results,
    schema,
    simulate,
    terminology,
    trace,
)

COMMANDS = (
    check,
    build,
    explain,
    results,
    trace,
    compare,
    define,
    reconcile,
    terminology,
    simulate,
    demo,
    fidelity,
    schema,
    codes,
    docs,
)
"""The subcommands, in the order of the help."""
