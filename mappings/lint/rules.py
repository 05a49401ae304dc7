"""The rules that a compiled study is held against; what they find, a study may rate or explain."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clinmap.plan import Plan
from clinmap.problems import Problem
from mappings.lint.companions import companion_findings
from mappings.lint.conditions import condition_findings
from mappings.lint.keys import key_findings
from mappings.lint.metadata import metadata_findings
from mappings.lint.topics import topic_findings
from mappings.lint.unused import unused_findings
from mappings.lint.without_effect import effect_findings
from mappings.load import LoadedStudy

RULES: tuple[Callable[[Plan, LoadedStudy], Iterator[Problem]], ...] = (
    metadata_findings,
    topic_findings,
    key_findings,
    unused_findings,
    effect_findings,
    companion_findings,
)
"""One module for each family; conditions are asked of the Plan alone."""


def rule_findings(plan: Plan, loaded: LoadedStudy) -> list[Problem]:
    """Everything that the rules find, each place and message once."""
    found = [problem for rule in RULES for problem in rule(plan, loaded)]
    found += condition_findings(plan)
    return list({(p.location, p.code, p.message): p for p in found}.values())
