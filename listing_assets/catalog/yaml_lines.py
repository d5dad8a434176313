"""YAML that remembers where each value stood, so that an error can name its line."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from resources.errors import CatalogError

Location = tuple[Hashable, ...]


class YamlDocument:
    """One parsed file: its `data`, and the line of every key and list item."""

    def __init__(self, path: Path) -> None:
        """Read `path`. Raises `CatalogError` naming the line where the YAML cannot be read."""
        self.path = path
        self._lines: dict[Location, int] = {}
        try:
            root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise CatalogError(
                f"{path}:{line}: not readable as YAML: {error.problem}.",
                "Check the indentation and quotes of this line and the one before.",
            ) from error
        except (UnicodeDecodeError, OSError) as error:
            raise CatalogError(
                f"{path}: cannot be read: {error}.", "Save it as UTF-8 text."
            ) from error
        self.data: Any = None if root is None else self._value(root, ())

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

    @staticmethod
    def _scalar(node: yaml.Node) -> Any:
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(node, deep=True)
        finally:
            loader.dispose()
