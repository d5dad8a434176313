"""Category trees: a text file with one category a line, its levels separated by ` > `."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from listing_assets.listings.definitions.names import levels
from resources.errors import CatalogError

SEPARATOR = " > "


@dataclass(frozen=True)
class CategoryTree:
    """The categories that a product can be in: the leaves, each as its path from the top."""

    leaves: tuple[str, ...]

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.leaves)

    def __contains__(self, category: object) -> bool:
        return category in self._known

    def __len__(self) -> int:
        return len(self.leaves)


def read_category_tree(path: Path) -> CategoryTree:
    """Read a tree; empty lines and lines that start with `#` are passed over.

    A line that another one continues (`Electronics`, `Electronics > Phones`) is no leaf.

    Raises:
        CatalogError: naming file, line and remedy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(
            f"{path}: this category tree cannot be read: {error}.",
            "Save it in the catalog as UTF-8 text, one category a line.",
        ) from error
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        category = SEPARATOR.join(levels(line))
        if not category.isprintable() or not category:
            raise CatalogError(
                f"{path}:{number}: this is no category.",
                "Write its levels from the top, such as 'Electronics > Phones'.",
            )
        if category in lines:
            raise CatalogError(
                f"{path}:{number}: '{category}' stands in line {lines[category]} already.",
                "Keep one of the two.",
            )
        lines[category] = number
    parents = {
        category.rpartition(SEPARATOR)[0]: category for category in lines if SEPARATOR in category
    }
    leaves = tuple(category for category in lines if category not in parents)
    if len(leaves) < 2:
        raise CatalogError(
            f"{path}: this tree has {len(leaves)} categories to choose among.",
            "Write at least two, one a line.",
        )
    return CategoryTree(leaves)
