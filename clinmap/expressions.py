"""Conditions and expressions of the specification: parsed and checked, never `eval`ed.

The language is small. References (`$COLUMN`, `$table/COLUMN`, `DS.VAR`, `.VAR`; in back quotes
where a raw name holds spaces: `` `$Visit Name` ``), texts in quotes, numbers, `true`, `false`,
`null`; `+ - * /`, `== != < <= > >=`, `in (...)`, `not in (...)`, `and`, `or`, `not`; and the
functions of `FUNCTIONS`. Comparing with a number compares as numbers, everything else compares as
text. A missing value compares as neither true nor false, and a row is taken only where the
condition is true.

An expression is either a condition or gives values, and that is known before any data are seen:
`and`, `or` and `not` take conditions, everything else takes values. Nothing equals `null`, so
comparing with it is refused; `missing(...)` asks.

>>> expression = parse_expression("missing($AEENDAT) and .AEOUT != 'FATAL'")
>>> [str(reference) for reference in expression.references]
['$AEENDAT', '.AEOUT']
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from clinmap.patterns import safe_pattern
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
    "digits": (2, 2, "the number as text with at least so many digits, zeros in front"),
    "absolute": (1, 1, "the number without its sign"),
    "power": (2, 2, "the first number to the power of the second"),
    "least": (2, 9, "the smallest of the values that are there"),
    "greatest": (2, 9, "the greatest of the values that are there"),
    "coalesce": (2, 9, "the first of the values that is not missing"),
}
"""The functions that an expression may call: fewest and most arguments, and what they give."""

LONGEST = 10_000
"""The longest expression, in characters."""
DEEPEST = 100
"""How many parts of an expression may stand in one another; a long sum is a part in a part."""
MOST_DIGITS = 100
"""The most decimals or digits that `round` and `digits` give."""

_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*"
      | `(?P<quoted>[^`]+)`
      | (?P<reference>\$[\w-]+/[\w.-]*\w | \$\w[\w.]*\w | \$\w
          | (?<![\w.)])\.[A-Za-z_]\w* | \b[A-Z][A-Z0-9]{1,7}\.[A-Z_][A-Z0-9_]*)""",
    re.VERBOSE,
)
_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
CONDITIONS = frozenset({"missing", "present", "contains", "starts", "matches"})
"""The functions that give a condition; the others give values."""

_LOGICAL = frozenset({"and", "or", "not"})
_DIVISION = re.compile(r"\$(?P<column>[\w-]+)/(?P<number>[\d.]+)")
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

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false, and not a text or a number."""
        return is_condition(self.root)


def is_condition(node: Node) -> bool:
    """Whether a node is true or false, and not a text or a number."""
    if isinstance(node, Literal):
        return isinstance(node.value, bool)
    if isinstance(node, Apply):
        return node.function in _LOGICAL | CONDITIONS or node.function in _COMPARISONS.values()
    return False


def parse_condition(text: str) -> Expression:
    """The condition that `text` is; an expression that gives values is a ValueError."""
    expression = parse_expression(text)
    if not expression.is_condition:
        raise ValueError(
            f"{text!r} gives values and is no condition; compare it (== 'Y', > 0), or ask "
            "present(...) or missing(...)"
        )
    return expression


def parse_expression(text: str) -> Expression:
    """The expression that `text` is; ValueError says where it is wrong and what is near."""
    if len(text) > LONGEST:
        raise ValueError(f"an expression of {len(text):,} characters is not read; write steps")
    found: dict[str, Ref] = {}

    def protect(match: re.Match[str]) -> str:
        written = match["quoted"] or match["reference"]
        if written is None:
            return match[0]
        reference = parse_reference(written)
        if reference is None:
            raise ValueError(f"`{written}` is not a reference")
        if not match["quoted"] and (divided := _DIVISION.fullmatch(written)):
            raise ValueError(
                f"{written} in {text!r} names a column of a table; to divide write spaces: "
                f"${divided['column']} / {divided['number']}"
            )
        name = f"reference_{len(found)}_"
        found[name] = reference
        return f" {name} "

    try:
        tree = ast.parse(_TOKEN.sub(protect, text).strip(), mode="eval")
        root = _Reader(text, found).node(tree.body)
        if _depth(root) > DEEPEST:
            raise RecursionError
    except (RecursionError, MemoryError):
        raise ValueError("the expression has too many parts in one another; write steps") from None
    except SyntaxError as error:
        equals = _EQUALS.search(_TOKEN.sub("x", text))
        said = "write == to compare" if equals else error.msg
        raise ValueError(f"the expression {text!r} cannot be read: {said}") from None
    return Expression(text, root, tuple(dict.fromkeys(found.values())))


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.arguments), default=0) if isinstance(node, Apply) else 0


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
            case ast.BinOp(left=left, op=operator, right=right):
                return Apply(self._arithmetic(operator), (self._value(left), self._value(right)))
            case ast.Compare():
                return self._comparison(tree)
            case ast.Call():
                return self._call(tree)
            case ast.BoolOp() | ast.UnaryOp():
                return self._joined(tree)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return Apply("list", tuple(self._value(item) for item in items))
            case ast.Attribute():
                written = ast.unparse(tree)
                raise ValueError(
                    f"{written} in {self.text!r} is no reference: a dataset's name has 2 to 8 "
                    f"capitals and digits, a variable's at most 8; a raw column is ${written}"
                )
        raise ValueError(f"the expression {self.text!r} uses what the language has not")

    def _joined(self, tree: ast.BoolOp | ast.UnaryOp) -> Node:
        match tree:
            case ast.BoolOp(op=op, values=values):
                word = "and" if isinstance(op, ast.And) else "or"
                return Apply(word, tuple(self._condition(value) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Apply("not", (self._condition(operand),))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Apply("-", (Literal(0), self._value(operand)))
        raise ValueError(f"the expression {self.text!r} uses what the language has not")

    def _condition(self, tree: ast.expr) -> Node:
        node = self.node(tree)
        if not is_condition(node):
            raise ValueError(
                f"`and`, `or` and `not` in {self.text!r} take conditions, and a part gives values; "
                "compare it (== 'Y', > 0), or ask present(...) or missing(...)"
            )
        return node

    def _value(self, tree: ast.expr) -> Node:
        node = self.node(tree)
        if is_condition(node):
            raise ValueError(
                f"a part of {self.text!r} is a condition where a value is needed; for a flag "
                "compare with the text that stands in the data, such as 'Y'"
            )
        return node

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
            parts.append(Apply(word, (self._compared(left), self._compared(right))))
            left = right
        return parts[0] if len(parts) == 1 else Apply("and", tuple(parts))

    def _compared(self, tree: ast.expr) -> Node:
        node = self._value(tree)
        items = node.arguments if isinstance(node, Apply) and node.function == "list" else (node,)
        if Literal(None) in items:
            raise ValueError(
                f"{self.text!r} compares with null, which nothing equals; write missing(...) or "
                "present(...)"
            )
        return node

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if name not in FUNCTIONS or tree.keywords:
            hint = near_match(name, FUNCTIONS) or f"There are {', '.join(FUNCTIONS)}."
            raise ValueError(f"{self.text!r} calls {name!r}, which is not a function. {hint}")
        fewest, most, _ = FUNCTIONS[name]
        if not fewest <= len(tree.args) <= most:
            raise ValueError(f"{name} in {self.text!r} takes {fewest} to {most} arguments")
        arguments = tuple(self._value(argument) for argument in tree.args)
        if name == "matches":
            self._check_pattern(arguments[1])
        if name in ("round", "digits") and len(arguments) > 1:
            self._check_decimals(name, tree.args[1])
        return Apply(name, arguments)

    def _check_decimals(self, name: str, tree: ast.expr) -> None:
        """A whole number as written: the same for every row."""
        match tree:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._check_decimals(name, operand)
            case ast.Constant(value=int() as value) if not isinstance(value, bool):
                if value <= MOST_DIGITS:
                    return None
                raise ValueError(f"{name} in {self.text!r} takes at most {MOST_DIGITS} digits")
        raise ValueError(
            f"{name} in {self.text!r} takes a whole number as written, such as {name}($X, 2)"
        )

    def _check_pattern(self, node: Node) -> None:
        if not isinstance(node, Literal) or not isinstance(node.value, str):
            raise ValueError(f"matches in {self.text!r} takes a regular expression in quotes")
        safe_pattern(node.value)
