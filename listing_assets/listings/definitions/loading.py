"""Makes a `ListingCatalog` of the YAML files of listing definitions and attribute templates.

They lie in the catalog's folder: `listing_definitions/*.yaml`, `attribute_templates/*.yaml`.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from listing_assets.catalog import TagDefinition
from listing_assets.catalog.reading import lines_of, read_entry, unknown_name
from listing_assets.catalog.yaml_lines import YamlDocument
from listing_assets.listings.definitions.category_tree import CategoryTree, read_category_tree
from listing_assets.listings.definitions.schema import ListingDefinition
from listing_assets.listings.definitions.templates import AttributeTemplate, AttributeTemplates
from resources.errors import CatalogError

DEFINITIONS: Final = "listing_definitions"
TEMPLATES: Final = "attribute_templates"
RULES: Final = "listing_rules"


@dataclass(frozen=True)
class ListingCatalog:
    """The listing definitions and attribute templates of an installation, by name."""

    folder: Path
    definitions: Mapping[str, ListingDefinition]
    templates: AttributeTemplates
    template_files: Mapping[str, Path]
    """The file that each template was read from, by the template's name."""

    def definition(self, name: str) -> ListingDefinition:
        """The listing definition of that name. Raises `CatalogError` with the nearest name."""
        if name in self.definitions:
            return self.definitions[name]
        raise unknown_name(self.definitions, name, "listing definition", f"catalog/{DEFINITIONS}/")

    def template(self, name: str) -> AttributeTemplate:
        """The template of that name, or the one that is for a category of that name.

        Raises:
            CatalogError: there is none, with the nearest name.
        """
        found = self.templates.by_name.get(name) or self.templates.own(name)
        if found is None:
            served = [category for one in self.templates for category in one.served]
            raise unknown_name(served, name, "attribute template", f"catalog/{TEMPLATES}/")
        return found

    def tree(self, definition: ListingDefinition) -> CategoryTree | None:
        """The category tree that a definition names. Raises `CatalogError` where it is not one."""
        tree = definition.category.tree
        return read_category_tree(self.folder / tree) if tree else None

    def rules_file(self, definition: ListingDefinition) -> Path:
        """The file of the rules that a definition names."""
        return _rules_file(self.folder, definition)


def load_listing_catalog(
    folder: Path, variables: Mapping[str, str] | None = None
) -> ListingCatalog:
    """Read and check the listing definitions and attribute templates in a catalog's folder.

    `${NAME}` in a definition stands for that entry of `variables`, or that environment variable.

    Raises:
        CatalogError: naming file, line, what is wrong and the remedy.
    """
    known = {**os.environ, **(variables or {})}
    templates, files = _templates(folder / TEMPLATES)
    definitions: dict[str, ListingDefinition] = {}
    for document in _documents(folder / DEFINITIONS):
        place = lines_of(document)
        definition = read_entry(ListingDefinition, document.data, place, (), known)
        if definition.name in definitions:
            raise CatalogError(
                f"{place(('name',))}: a listing definition '{definition.name}' exists.",
                "Give this one another name.",
            )
        definitions[definition.name] = definition
        _check_files(folder, definition, document)
    return ListingCatalog(folder, definitions, templates, files)


def check_category_tag(definition: ListingDefinition, tags: TagDefinition) -> None:
    """That the tag which gives the category is a choice of these tags.

    Raises:
        CatalogError: there is no such tag, or it is of another type.
    """
    wanted = definition.category.tag
    if wanted is None:
        return
    choices = [tag.name for tag in tags.tags if tag.type == "choice"]
    if wanted not in choices:
        raise CatalogError(
            f"listing definition '{definition.name}' takes the category from the tag '{wanted}',"
            f" which is no choice of the tag definition '{tags.name}'.",
            f"Name one of its choices in 'category.tag': {', '.join(choices) or 'it has none'}.",
        )


def _templates(folder: Path) -> tuple[AttributeTemplates, dict[str, Path]]:
    templates: dict[str, AttributeTemplate] = {}
    files: dict[str, Path] = {}
    known = AttributeTemplates({})
    for document in _documents(folder):
        place = lines_of(document)
        template = read_entry(AttributeTemplate, document.data, place, (), None)
        if template.name in templates:
            raise CatalogError(
                f"{place(('name',))}: an attribute template '{template.name}' exists, in"
                f" {files[template.name]}.",
                "Give this one another name.",
            )
        templates[template.name], files[template.name] = template, document.path
        try:
            known = AttributeTemplates(templates)
        except CatalogError as error:
            where = place(("categories",))
            raise CatalogError(f"{where}: {error.problem}", error.remedy) from None
    return known, files


def _documents(folder: Path) -> Iterator[YamlDocument]:
    for path in sorted(folder.glob("*.yaml")):
        yield YamlDocument(path)


def _rules_file(folder: Path, definition: ListingDefinition) -> Path:
    return folder / RULES / f"{definition.rules}.yaml"


def _check_files(folder: Path, definition: ListingDefinition, document: YamlDocument) -> None:
    place = lines_of(document)
    rules = _rules_file(folder, definition)
    if not rules.is_file():
        there = ", ".join(sorted(path.stem for path in rules.parent.glob("*.yaml"))) or "nothing"
        raise CatalogError(
            f"{place(('rules',))}: there are no listing rules '{definition.rules}'.",
            f"Write catalog/{RULES}/{rules.name}, or name what is there: {there}.",
        )
    tree = definition.category.tree
    if tree and not (folder / tree).is_file():
        raise CatalogError(
            f"{place(('category', 'tree'))}: there is no file '{tree}' in the catalog.",
            "Save the tree there, one category a line.",
        )
