"""`not_done`: the one way to say that a planned test has no result.

It is written out as --STAT and --REASND with a check, before the file is read into its model:
NOT DONE where the condition holds and there is no --ORRES; a result that stands where the test is
said not to be done is listed, and so is a record with neither result nor reason.
"""

from __future__ import annotations

from clinmap.problems import Location, SpecificationError
from mappings.nodes import Node

KEY = "not_done"
_STAYS = "the test is said to be not done and has a result; the result was kept"
_LACKS = "there is neither a result nor a reason why the test was not done"


def with_not_done(dataset: Node) -> Node:
    """The dataset as written, with `not_done` of itself and of its sources written out.

    Raises SpecificationError SPC004 where --STAT or --REASND is written besides.
    """
    name = dataset.get("dataset")
    prefix = str(name.value)[:2] if name is not None else ""
    whole = _written_out(dataset, prefix)
    sources = whole.get("sources")
    if sources is None or not isinstance(sources.value, list):
        return whole
    listed = Node([_written_out(source, prefix) for source in sources.value], sources.location)
    return _with(whole, "sources", listed)


def _written_out(node: Node, prefix: str) -> Node:
    rule = node.get(KEY)
    if rule is None or not isinstance(rule.value, dict):
        return node
    place = node.keys[KEY]
    variables = node.get("variables") or Node({}, place)
    for key, made in _variables(rule, prefix, place).items():
        if variables.get(key) is not None:
            raise SpecificationError(
                "SPC004",
                f"{key} is written, and `not_done` makes it too",
                location=variables.keys[key],
                hint="Keep one of the two.",
            )
        variables = _with(variables, key, made, place)
    return _with(node, "variables", variables, place)


def _variables(rule: Node, prefix: str, place: Location) -> dict[str, Node]:
    result = f".{prefix}ORRES"
    written = rule.get("when")
    condition = f"({written.value}) and " if written is not None else ""
    constant = {"constant": "NOT DONE", "when": f"{condition}missing({result})"}
    steps: list[dict[str, str]] = [constant]
    if written is not None:
        of = f".{prefix}STAT"
        steps.append({"check": f"{condition}present({result})", "of": of, "says": _STAYS})
        lacks = f"missing({result}) and missing({of})"
        steps.append({"check": lacks, "of": of, "says": _LACKS})
    made = {f"{prefix}STAT": _node([_node(step, place) for step in steps], place)}
    if (reason := rule.get("reason")) is not None:
        made[f"{prefix}REASND"] = _reason(reason, f"{prefix}STAT", place)
    return made


def _reason(reason: Node, status: str, place: Location) -> Node:
    """The reason, in the rows that are not done."""
    if isinstance(reason.value, dict | list):
        return reason
    then = _node({"when": f".{status} == 'NOT DONE'", "then": ""}, place)
    then = _with(then, "then", reason)
    return _node({"conditional": _node([then], place)}, place)


def _node(value: object, place: Location) -> Node:
    if isinstance(value, dict):
        entries = {k: v if isinstance(v, Node) else Node(v, place) for k, v in value.items()}
        return Node(entries, place, dict.fromkeys(entries, place))
    return Node(value, place)  # type: ignore[arg-type]


def _with(node: Node, key: str, value: Node, place: Location | None = None) -> Node:
    keys = {**node.keys, key: node.keys.get(key) or place or value.location}
    return Node({**dict(node.items()), key: value}, node.location, keys)
