"""Replaces one named entry in the text of a YAML file; every other line stays as it was.

Comments above an entry are not part of it, those inside it are.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from resources.errors import CatalogError

INDENT = 2


@dataclass(frozen=True)
class _Entries:
    """Where the entries of a file stand: name to first and last line, the last one excluded."""

    lines: list[str]
    indent: int
    spans: dict[str, tuple[int, int]]


def edited(text: str, top: str, name: str, change: Callable[[CommentedMap], None]) -> str:
    """`text` with the entry `name` under `top` changed by `change`, its comments kept.

    Raises:
        CatalogError: the entry cannot be read without the rest of the file.
    """
    found = _entries(_in_blocks(text, top), top)
    first, last = found.spans[name]
    block = "".join(line[found.indent :] or "\n" for line in found.lines[first:last])
    document = _parsed(block)
    change(document[name])
    return _joined(found, first, last, _dumped(document))


def added(text: str, top: str, name: str, entry: dict[str, Any]) -> str:
    """`text` with an entry more, at its end."""
    found = _entries(_in_blocks(text, top), top)
    return _joined(found, len(found.lines), len(found.lines), _dumped(written({name: entry})))


def removed(text: str, top: str, name: str) -> str:
    """`text` without the entry `name`."""
    found = _entries(_in_blocks(text, top), top)
    return _joined(found, *found.spans[name], "")


def written(value: Any) -> Any:
    """`value` as it is to be written: text that YAML would take for something else in quotes."""
    if isinstance(value, dict):
        return CommentedMap((written(key), written(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return [written(inner) for inner in value]
    if isinstance(value, str) and not _reads_as_it_stands(str(value)):
        return DoubleQuotedScalarString(value)
    return value


def _reads_as_it_stands(text: str) -> bool:
    """Whether a text without quotes means itself, on a line of its own and within brackets."""
    if yaml.safe_dump(text).startswith(("'", '"')):
        return False
    try:
        return bool(yaml.safe_load(f"{{x: {text}}}") == {"x": text})
    except yaml.YAMLError:
        return False


def _entries(text: str, top: str) -> _Entries:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    node = _node(text, top)
    if not isinstance(node, yaml.MappingNode) or not node.value:
        return _Entries(lines, INDENT, {})
    keys = [key for key, _ in node.value]
    indent = keys[0].start_mark.column
    starts = [key.start_mark.line for key in keys]
    spans = {}
    for key, first, following in zip(keys, starts, [*starts[1:], len(lines)], strict=True):
        last = following
        while last > first + 1 and _stands_outside(lines[last - 1], indent):
            last -= 1
        spans[key.value] = (first, last)
    return _Entries(lines, indent, spans)


def _stands_outside(line: str, indent: int) -> bool:
    bare = line.strip()
    return not bare or (bare.startswith("#") and len(line) - len(line.lstrip()) <= indent)


def _in_blocks(text: str, top: str) -> str:
    """`text` with `top:` as a block, which can be spliced line by line."""
    node = _node(text, top)
    if node is None:
        return f"{text.rstrip()}\n{top}:\n" if text.strip() else f"{top}:\n"
    if isinstance(node, yaml.MappingNode) and node.value:
        if not node.flow_style:
            return text
        document = _parsed(text)
        document[top].fa.set_block_style()
        return _dumped(document)
    head, tail = text[: node.start_mark.index].rstrip(" "), text[node.end_mark.index :]
    return head + tail


def _node(text: str, top: str) -> yaml.Node | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return None
    return next((value for key, value in root.value if key.value == top), None)


def _joined(found: _Entries, first: int, last: int, block: str) -> str:
    pad = " " * found.indent
    lines = [pad + line if line.strip() else line for line in block.splitlines(keepends=True)]
    return "".join([*found.lines[:first], *lines, *found.lines[last:]])


def _round_trip() -> YAML:
    form = YAML(typ="rt")
    form.preserve_quotes = True
    form.width = 4096
    form.indent(mapping=INDENT, sequence=2 * INDENT, offset=INDENT)
    return form


def _parsed(text: str) -> Any:
    try:
        return _round_trip().load(text)
    except YAMLError as error:
        raise CatalogError(
            "the entry cannot be edited by itself: it refers to another place of its file.",
            "Edit the file by hand.",
        ) from error


def _dumped(document: Any) -> str:
    stream = io.StringIO()
    _round_trip().dump(document, stream)
    return stream.getvalue()
