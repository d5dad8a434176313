"""Wraps texts of strangers so that they are data to a model, and cannot pass for an instruction.

A text is JSON between two marks. Within it `<` is escaped, so that no text can hold the closing
mark, nor a token by which a model tells who speaks (`<|im_end|>`, `</s>`).
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any


def one_line(text: str, most: int) -> str:
    """At most `most` characters of a text: one line, without signs that are invisible."""
    kept = (
        " " if sign.isspace() else sign
        for sign in text
        if sign.isspace() or not unicodedata.category(sign).startswith("C")
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def quoted(value: Any) -> str:
    """A value as JSON in which no mark can stand."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def block(mark: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as JSON, one a line, between `<mark>` and `</mark>`."""
    return "\n".join([f"<{mark}>", *map(quoted, rows), f"</{mark}>"])
