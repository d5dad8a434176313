"""YAML that remembers where each value stood, so that an error can name its line."""

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from resources.errors import CatalogError

Location = tuple[Hashable, ...]


class YamlDocument:
    """One parsed file: its `data`, and the line of every key and list item."""

    def __init__(self, path: Path) -> None:
        """Read `path`. Raises `CatalogError` naming the line where the YAML cannot be read."""
        self.path = path
        self._lines: dict[Location, int] = {}
        text = _text(path)
        try:
            root = _composed(text)
            self.data: Any = None if root is None else self._value(root, ())
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise CatalogError(
                f"{path}:{line}: not readable as YAML: {error.problem}.",
                "Check the indentation and quotes of this line and the one before.",
            ) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise CatalogError(
                f"{path}:{line}: not readable as YAML: it has the character"
                f" #x{error.character:04x}.",
                "Remove it; YAML does not allow it.",
            ) from error
        except RecursionError as error:
            raise CatalogError(
                f"{path}:1: not readable as YAML: it is nested too deeply, or a value is within"
                " itself.",
                "Take the brackets or the alias away.",
            ) from error

    def line(self, location: Location) -> int:
        """The line of `location`, or of its nearest parent that stands in the file."""
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location, 1)

    def _value(self, node: yaml.Node, location: Location) -> Any:
        self._lines.setdefault(location, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            mapping: dict[Hashable, Any] = {}
            for key_node, value_node in node.value:
                key = self._scalar(key_node)
                if not isinstance(key, Hashable):
                    raise self._of_no_kind(key_node)
                if key in mapping:
                    raise CatalogError(
                        f"{self.path}:{key_node.start_mark.line + 1}: '{key}' stands here twice.",
                        "Keep one of the two.",
                    )
                self._lines[(*location, key)] = key_node.start_mark.line + 1
                mapping[key] = self._value(value_node, (*location, key))
            return mapping
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*location, i)) for i, item in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return SafeConstructor().construct_object(node, deep=True)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise self._of_no_kind(node) from error

    def _of_no_kind(self, node: yaml.Node) -> CatalogError:
        """What looks like a date, a number or the like and is none, such as 2026-02-30."""
        return CatalogError(
            f"{self.path}:{node.start_mark.line + 1}: not readable as YAML: this is of no kind"
            " that a value has.",
            "Put it in quotes.",
        )


@lru_cache(maxsize=128)
def _composed(text: str) -> yaml.Node | None:
    """The nodes of a text; a run reads the same files many times."""
    root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return root


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}: cannot be read: {error}.", "Save it as UTF-8 text.") from error
    except OSError as error:
        raise CatalogError(
            f"{path}: cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
