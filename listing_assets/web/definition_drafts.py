"""Drafts of tag definitions: read as the catalog reads them, with the line of each mistake.

A draft comes from whoever may ask the server, so it may not do what only the owner of the files
may: bring in variables of the environment, or unfold to more than can be held.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from listing_assets.catalog import Catalog, TagDefinition
from listing_assets.catalog.reading import VARIABLE, read_entry
from listing_assets.catalog.schema import PREDICTED_BY
from listing_assets.catalog.yaml_lines import Location, YamlDocument
from listing_assets.web.definition_files import DefinitionFile
from listing_assets.web.errors import RefusedError
from resources.errors import CatalogError

MOST_NODES: Final = 50_000
"""Keys, values and items of a draft, each alias counted as all that it stands for."""
LONGEST_MESSAGE: Final = 400
_LINE = re.compile(r"line (\d+): (.*)")
_ODD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What PyYAML lets out for texts that are nothing to it."""

ChangeKind = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a draft, and in which line (from 1)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as a tag definition: `definition` is None where there are mistakes."""

    definition: TagDefinition | None
    mistakes: tuple[Mistake, ...] = ()

    def required(self) -> TagDefinition:
        """The definition. Raises `RefusedError` with the mistakes."""
        if self.definition is None:
            told = "\n".join(f"line {one.line}: {one.message}" for one in self.mistakes)
            raise RefusedError(told, "Mend the text of the draft first.")
        return self.definition


def read_draft(
    text: str,
    saved: DefinitionFile | None,
    home: Path,
    models: Catalog | None = None,
) -> Draft:
    """Read a draft. `saved` is the file that it is to replace.

    With `models`, each model that a tag names must be there.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if _size(root, {}) > MOST_NODES:
            return _faulty(1, f"the text has more than {MOST_NODES:,} values. Make it shorter.")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "draft.yaml"
            path.write_text(text, encoding="utf-8", newline="\n")
            document = YamlDocument(path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return _faulty(
            line, f"not readable as YAML: {error.problem}. Check the indentation and quotes here."
        )
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return _faulty(line, "a character that YAML does not allow stands here. Remove it.")
    except CatalogError as error:
        _, _, told = error.problem.partition("draft.yaml:")
        place, _, message = told.partition(": ")
        return _faulty(int(place), f"{message} {error.remedy}".strip())
    except _ODD:
        return _faulty(1, "not readable as YAML: a value is of no kind that a definition has.")
    return _judge(document, saved, home, models)


def changes(saved: TagDefinition | None, draft: TagDefinition) -> dict[str, ChangeKind]:
    """The tags whose recipe a draft changes, by name. Another prompt or language changes all."""
    before = {tag.name: tag for tag in saved.tags} if saved else {}
    after = {tag.name: tag for tag in draft.tags}
    is_same = saved is not None and (saved.guide_prompt, saved.language) == (
        draft.guide_prompt,
        draft.language,
    )
    found: dict[str, ChangeKind] = {}
    for name, tag in after.items():
        if name not in before:
            found[name] = "added"
        elif tag != before[name] or not (is_same or tag.model):
            found[name] = "changed"
    return found | {name: "removed" for name in before if name not in after}


def catalog_with(catalog: Catalog, draft: TagDefinition, dataset: str) -> Catalog:
    """The catalog as it would be with a draft, and a dataset that uses it."""
    own = catalog.dataset(dataset).model_copy(update={"tag_definition": draft.name})
    definitions = {**catalog.tag_definitions, draft.name: draft}
    datasets = {**catalog.datasets, dataset: own}
    return replace(catalog, tag_definitions=definitions, datasets=datasets)


def _judge(
    document: YamlDocument, saved: DefinitionFile | None, home: Path, models: Catalog | None
) -> Draft:
    known = _variables(saved, home)
    foreign = _foreign(document.data, (), known)
    if foreign is not None:
        location, name = foreign
        return _faulty(
            document.line(location),
            f"${{{name}}}: a draft uses no variable that its file does not use already. Write the"
            " value itself.",
        )

    def place(location: Location) -> str:
        return f"line {document.line(location)}"

    try:
        definition = read_entry(TagDefinition, document.data, place, (), known)
    except CatalogError as error:
        return Draft(None, _mistakes(error))
    wrong = [
        Mistake(document.line(("tags", number, "model")), message)
        for number, tag in enumerate(definition.tags)
        if tag.model and models is not None
        for message in _of_model(models, tag.model, PREDICTED_BY[tag.type])
    ]
    return Draft(None if wrong else definition, tuple(wrong))


def _of_model(models: Catalog, reference: str, kind: str) -> list[str]:
    try:
        model = models.model(reference)
    except CatalogError as error:
        return [f"model: {error}"]
    if model.type != kind:
        return [f"model: '{model.name}' is of type {model.type}. Name one of type {kind}."]
    return []


def _mistakes(error: CatalogError) -> tuple[Mistake, ...]:
    lines = (_LINE.fullmatch(line) for line in str(error).splitlines())
    found = [Mistake(int(one[1]), one[2][:LONGEST_MESSAGE]) for one in lines if one]
    return tuple(found) or (Mistake(1, str(error)[:LONGEST_MESSAGE]),)


def _faulty(line: int, message: str) -> Draft:
    return Draft(None, (Mistake(line, message),))


def _variables(saved: DefinitionFile | None, home: Path) -> Mapping[str, str]:
    """The variables that a draft may use: those of its file that are set."""
    known = {**os.environ, "LISTING_HOME": str(home)}
    used = VARIABLE.findall(saved.text) if saved else []
    return {name: known[name] for name in used if name in known}


def _foreign(
    value: Any, location: Location, known: Mapping[str, str]
) -> tuple[Location, str] | None:
    """Where a variable stands that is not `known`, and its name."""
    if isinstance(value, str):
        names = [name for name in VARIABLE.findall(value) if name not in known]
        return (location, names[0]) if names else None
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    found = (_foreign(one, (*location, key), known) for key, one in inner)
    return next((one for one in found if one), None)


def _size(node: yaml.Node | None, known: dict[int, int]) -> int:
    """How many nodes a node unfolds to; a node that contains itself has no end."""
    if node is None:
        return 0
    if id(node) not in known:
        known[id(node)] = MOST_NODES + 1
        size = 1
        if isinstance(node, yaml.MappingNode):
            size += sum(_size(key, known) + _size(value, known) for key, value in node.value)
        elif isinstance(node, yaml.SequenceNode):
            size += sum(_size(item, known) for item in node.value)
        known[id(node)] = size
    return known[id(node)]
