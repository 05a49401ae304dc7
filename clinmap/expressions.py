"""Conditions and expressions of the specification: parsed and checked, never `eval`ed.

The language is small. References (`$COLUMN`, `$table/COLUMN`, `DS.VAR`, `.VAR`; in back quotes where
a raw name holds spaces: `` `$Visit Name` ``), texts in quotes, numbers, `true`, `false`, `null`;
`+ - * /`, `== != < <= > >=`, `in (...)`, `not in (...)`, `and`, `or`, `not`; and the functions of
`FUNCTIONS`. Comparing with a number compares as numbers, everything else compares as text. A missing
value compares as neither true nor false, and a row is taken only where the condition is true.

>>> expression = parse_expression("missing($AEENDAT) and .AEOUT != 'FATAL'")
>>> [str(reference) for reference in expression.references]
['$AEENDAT', '.AEOUT']
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from clinmap.plan import Ref, parse_reference
from clinmap.problems import near_match

FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "missing": (1, 1, "true where the value is missing"),
    "present": (1, 1, "true where there is a value"),
    "number": (1, 1, "the text as a number, missing where it is none"),
    "text": (1, 1, "the value as text"),
    "upper": (1, 1, "the text in capitals"),
    "lower": (1, 1, "the text in small letters"),
    "length": (1, 1, "the number of characters"),
    "contains": (2, 2, "true where the text holds the other text"),
    "starts": (2, 2, "true where the text begins with the other text"),
    "matches": (2, 2, "true where the whole text matches the regular expression"),
    "round": (1, 2, "rounded half to even to so many decimals"),
    "floor": (1, 1, "the next whole number below"),
    "absolute": (1, 1, "the number without its sign"),
    "least": (2, 9, "the smallest of the values that are there"),
    "greatest": (2, 9, "the greatest of the values that are there"),
    "coalesce": (2, 9, "the first of the values that is not missing"),
}
"""The functions that an expression may call: fewest and most arguments, and what they give."""

_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*"
      | `(?P<quoted>[^`]+)`
      | (?P<reference>\$[\w-]+/[\w.-]*\w | \$\w[\w.]*\w | \$\w
          | (?<![\w.)])\.[A-Za-z_]\w* | \b[A-Z][A-Z0-9]{1,7}\.[A-Z_][A-Z0-9_]*)""",
    re.VERBOSE,
)
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: text, a number, true, false or null."""

    value: str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or a function applied to arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Literal | Apply | Ref


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text as written, its tree, and the references in it."""

    text: str
    root: Node
    references: tuple[Ref, ...]


def parse_expression(text: str) -> Expression:
    """The expression that `text` is; ValueError says where it is wrong and what is near."""
    found: dict[str, Ref] = {}

    def protect(match: re.Match[str]) -> str:
        written = match["quoted"] or match["reference"]
        if written is None:
            return match[0]
        reference = parse_reference(written)
        if reference is None:
            raise ValueError(f"`{written}` is not a reference")
        name = f"reference_{len(found)}_"
        found[name] = reference
        return f" {name} "

    try:
        tree = ast.parse(_TOKEN.sub(protect, text).strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"the expression {text!r} cannot be read: {error.msg}") from None
    root = _Reader(text, found).node(tree.body)
    return Expression(text, root, tuple(dict.fromkeys(found.values())))


class _Reader:
    """Turns Python's syntax tree into ours, and refuses everything that the language has not."""

    def __init__(self, text: str, found: dict[str, Ref]) -> None:
        self.text = text
        self.found = found

    def node(self, tree: ast.expr) -> Node:
        match tree:
            case ast.Constant(value=str() | int() | float() | bool() | None as value):
                return Literal(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.BoolOp(op=op, values=values):
                word = "and" if isinstance(op, ast.And) else "or"
                return Apply(word, tuple(self.node(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Apply("not", (self.node(operand),))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Apply("-", (Literal(0), self.node(operand)))
            case ast.BinOp(left=left, op=operator, right=right):
                return Apply(self._arithmetic(operator), (self.node(left), self.node(right)))
            case ast.Compare():
                return self._comparison(tree)
            case ast.Call():
                return self._call(tree)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return Apply("list", tuple(self.node(item) for item in items))
        raise ValueError(f"the expression {self.text!r} uses what the language has not")

    def _name(self, name: str) -> Node:
        if name in self.found:
            return self.found[name]
        if name in ("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[name])
        raise ValueError(
            f"{name!r} in {self.text!r} is neither a reference nor a text in quotes; "
            f"write ${name} for a column, .{name} for a variable, '{name}' for a text"
        )

    def _arithmetic(self, operator: ast.operator) -> str:
        word = _ARITHMETIC.get(type(operator))
        if word is None:
            raise ValueError(f"the expression {self.text!r} uses an operator other than + - * /")
        return word

    def _comparison(self, tree: ast.Compare) -> Node:
        parts: list[Node] = []
        left = tree.left
        for operator, right in zip(tree.ops, tree.comparators, strict=True):
            word = _COMPARISONS.get(type(operator))
            if word is None:
                raise ValueError(
                    f"{self.text!r} compares with `is`; use == or missing(...) instead"
                )
            parts.append(Apply(word, (self.node(left), self.node(right))))
            left = right
        return parts[0] if len(parts) == 1 else Apply("and", tuple(parts))

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if name not in FUNCTIONS or tree.keywords:
            hint = near_match(name, FUNCTIONS) or f"There are {', '.join(FUNCTIONS)}."
            raise ValueError(f"{self.text!r} calls {name!r}, which is not a function. {hint}")
        fewest, most, _ = FUNCTIONS[name]
        if not fewest <= len(tree.args) <= most:
            raise ValueError(f"{name} in {self.text!r} takes {fewest} to {most} arguments")
        return Apply(name, tuple(self.node(argument) for argument in tree.args))
