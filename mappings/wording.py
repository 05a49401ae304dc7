"""What pydantic finds wrong with a value, in words for who writes YAML."""

from __future__ import annotations

from typing import Any

LIST = "must be a list: [a, b], or a line with a dash for each"
MAPPING = "must be a mapping: {key: value}, or lines of `key: value`"
WORDS = {
    "missing": "is missing",
    "list_type": LIST,
    "tuple_type": LIST,
    "dict_type": MAPPING,
    "mapping_type": MAPPING,
    "model_type": MAPPING,
    "dataclass_type": MAPPING,
    "model_attributes_type": MAPPING,
    "string_type": "must be a text",
    "string_sub_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "is_instance_of": "does not fit",
}


def plain_words(item: Any) -> str:
    """The message of one of pydantic's errors, without its own vocabulary."""
    kind = str(item["type"])
    if kind in ("literal_error", "enum"):
        return f"must be {item['ctx']['expected']}, and is {item['input']!r}"
    known = WORDS.get(kind)
    if known is None:
        message = str(item["msg"]).removeprefix("Value error, ")
        return message.replace("Input should", "must").replace("valid ", "")
    written = item["input"]
    if kind == "missing" or isinstance(written, dict | list | tuple):
        return known
    return f"{known}, and is {'empty' if written is None else repr(written)}"
