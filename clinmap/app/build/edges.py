"""What is made from what in a dataset: pairs of a variable and a column that it rests on.

A node is (table, column); the column `ROWS` stands for which rows there are. Raw tables are nodes
like datasets.
"""

from __future__ import annotations

from collections.abc import Iterator

from clinmap.plan import DatasetPlan, Ref, SourcePlan

Node = tuple[str, str]
ROWS = ""
SUBJECT = "USUBJID"


def edges(dataset: DatasetPlan) -> Iterator[tuple[Node, Node]]:
    """Each node of a dataset with the nodes that it rests on; nothing for SUPP--."""
    rows = (dataset.name, ROWS)
    for number, source in enumerate(dataset.sources):
        yield rows, (source.table, ROWS)
        for reference in (*source.row_references, *dataset.row_references):
            yield from ((rows, need) for need in _nodes(dataset, source, reference))
        for variable in dataset.variables:
            here = (dataset.name, variable.name)
            yield here, rows
            for reference in (ref for step in variable.steps_for(number) for ref in step.inputs):
                yield from ((here, need) for need in _nodes(dataset, source, reference))


def supplemental_edges(dataset: DatasetPlan, parent: DatasetPlan) -> Iterator[tuple[Node, Node]]:
    """The same for SUPP--: its values are the parent's qualifiers, its references its keys."""
    pairs = [("QVAL", variable.name) for variable in parent.supplemental]
    pairs += [(SUBJECT, SUBJECT), ("IDVARVAL", f"{parent.name[:2]}SEQ"), (ROWS, ROWS)]
    yield from (((dataset.name, own), (parent.name, theirs)) for own, theirs in pairs)
    yield from (((dataset.name, v.name), (dataset.name, ROWS)) for v in dataset.variables)


def _nodes(
    dataset: DatasetPlan, source: SourcePlan, reference: Ref, above: tuple[Ref, ...] = ()
) -> Iterator[Node]:
    """The nodes that a reference rests on; for another table also what the meeting rests on."""
    if reference.kind == "own":
        yield dataset.name, reference.column
    elif reference.kind == "source":
        yield source.table, reference.column
    else:
        join = source.join(reference.owner)
        table = join.table if join else reference.owner
        columns = join.columns if join else (SUBJECT,)
        yield from ((table, column) for column in (ROWS, reference.column, *columns))
        for own, _ in join.by if join else ():
            if own not in above:
                yield from _nodes(dataset, source, own, (*above, own))
