"""Says in plain words what is wrong with a value: pydantic's own words speak of its types."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

PLAIN: Final[Mapping[str, str]] = {
    "missing": "it is missing",
    "extra_forbidden": "no such field exists here",
    "literal_error": "must be {expected}",
    "string_type": "must be text; what YAML takes for something else needs quotes",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must match the pattern {pattern}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list, such as [first, second]",
    "too_short": "must have {min_length} or more entries",
    "dict_type": "must be a mapping of names to values",
    "mapping_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of fields to values",
    "model_attributes_type": "must be a mapping of fields to values",
    "greater_than": "must be above {gt:,}",
    "greater_than_equal": "must be {ge:,} or more",
    "less_than_equal": "must be {le:,} or less",
    "union_tag_invalid": "its {discriminator} must be one of {expected_tags}",
    "union_tag_not_found": "its {discriminator} is missing",
}
"""By pydantic's type of error: the rule that a value breaks."""


def plain_words(error: Mapping[str, Any]) -> str:
    """What one of pydantic's errors means. Rules of the catalog's own have words of their own."""
    if error["type"] not in PLAIN:
        return str(error["msg"]).removeprefix("Value error, ")
    bounds = {
        name: int(bound) if isinstance(bound, float) and bound.is_integer() else bound
        for name, bound in error.get("ctx", {}).items()
    }
    return PLAIN[error["type"]].format(**bounds)


def telling(errors: Sequence[Any]) -> list[Any]:
    """Errors without those that follow from others: a list is not too short for its bad entries."""
    return [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(
            other is not error and other["loc"][: len(error["loc"])] == error["loc"]
            for other in errors
        )
    ]
