"""The subcommands: each module has `add`, which declares its arguments, and runs it."""

from __future__ import annotations

from clinmap.app.commands import (
    build,
    check,
    codes,
    compare,
    define,
    demo,
    diff,
    docs,
    explain,
    fidelity,
    init,
    plan,
    reconcile,
    results,
    schema,
    simulate,
    terminology,
    trace,
    validate,
)

COMMANDS = (
    init,
    check,
    plan,
    build,
    validate,
    explain,
    results,
    trace,
    compare,
    diff,
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
