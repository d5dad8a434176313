"""Reads the rules of `catalog/listing_rules/NAME.yaml`."""

from pathlib import Path

from listing_assets.catalog.reading import lines_of, read_entry
from listing_assets.catalog.yaml_lines import YamlDocument
from listing_assets.listings.honesty.rules.schema import RuleSet
from listing_assets.listings.honesty.rules.searching import Rules
from resources.errors import CatalogError


def load_rules(path: Path) -> Rules:
    """The rules in a file, ready to search texts.

    Raises:
        CatalogError: naming file, line, what is wrong and the remedy.
    """
    document = YamlDocument(path)
    place = lines_of(document)
    rule_set = read_entry(RuleSet, document.data, place, (), None)
    if rule_set.name != path.stem:
        raise CatalogError(
            f"{place(('name',))}: the rules of '{path.name}' are named '{rule_set.name}'.",
            f"Write 'name: {path.stem}', or rename the file.",
        )
    return Rules(rule_set)
