"""Writes proposed templates into the catalog, and never over what a person wrote or edited.

A file that mining wrote says so in its first line, with a digest of the rest. While the digest
holds, nobody edited it, and mining may replace it; otherwise the proposal is laid beside it, as
`NAME.yaml.proposed`, which the catalog does not read.
"""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from listing_assets.hashing import digest
from listing_assets.listings.definitions.mining import Mined, Proposal
from resources.errors import CatalogError

_MARK: Final = re.compile(r"# mined ([0-9a-f]{16}): .*\n")
_NOT_IN_A_NAME: Final = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Written:
    """Where a proposal was written. `is_used` is false of one that was laid beside a file."""

    name: str
    path: Path
    is_used: bool


def write_proposals(
    proposals: Sequence[Proposal], folder: Path, files: dict[str, Path], version: str
) -> list[Written]:
    """Write each proposal that changes something into `folder`.

    `files` has the file of each template of the catalog by name, `version` says where the proposals
    come from.

    Raises:
        CatalogError: the folder cannot be written.
    """
    done: dict[str, Written] = {}
    for proposal in proposals:
        if not proposal.changes:
            continue
        name = proposal.template.name
        usual = files.get(name) or folder / f"{_file_name(name)}.yaml"
        taken = {written.path for written in done.values()}
        path = next(path for path in _places(usual) if _is_free(path, taken))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(path, document(proposal, version))
        except OSError as error:
            raise CatalogError(
                f"{path}: the proposal cannot be written: {error.strerror}.",
                "Make the folder writable; LISTING_CATALOG names the catalog.",
            ) from error
        done[name] = Written(name, path, path.suffix == ".yaml")
    return list(done.values())


def document(proposal: Proposal, version: str) -> str:
    """A proposal as the text of a template's file."""
    template = proposal.template
    head: dict[str, Any] = {"name": template.name, "zh": template.zh}
    if template.categories:
        head["categories"] = list(template.categories)
    lines = [
        f"# From {version}: {proposal.listings:,} listings of {', '.join(proposal.categories[:8])}"
        f"{' …' if len(proposal.categories) > 8 else ''}.",
        *(f"{name}: {_flow(value)}" for name, value in head.items()),
        "attributes:",
        *(f"  - {_flow(_fields(one))}{_remark(one)}" for one in proposal.attributes),
    ]
    body = "".join(f"{''.join(filter(str.isprintable, line))}\n" for line in lines)
    return f"# mined {digest(body, length=16)}: edit freely, an edited file is kept\n{body}"


def is_edited(path: Path) -> bool:
    """Whether a file is a person's: written by hand, or changed since mining wrote it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return True
    mark = _MARK.match(text)
    return mark is None or digest(text[mark.end() :], length=16) != mark[1]


def _fields(one: Mined) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": one.attribute.name, "zh": one.attribute.zh}
    known = {*one.attribute.names}
    synonyms = [*one.attribute.synonyms, *(name for name in one.spellings if name not in known)]
    if one.standing == "new" and synonyms:
        fields["synonyms"] = synonyms[:8]
    elif one.attribute.synonyms:
        fields["synonyms"] = list(one.attribute.synonyms)
    return fields | {"holds_for": one.attribute.holds_for}


def _remark(one: Mined) -> str:
    """Why it is proposed, as a comment behind it."""
    if one.share is None:
        return "  # no listing has it"
    return f"  # {one.share:.0%} of the listings: {', '.join(one.examples)}"


def _flow(value: Any) -> str:
    """A value as YAML of one line."""
    dumped = yaml.safe_dump(
        value, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10_000
    )
    return dumped.removesuffix("\n...\n").strip()


def _file_name(name: str) -> str:
    return _NOT_IN_A_NAME.sub("_", name.casefold()).strip("_") or digest(name, length=8)


def _places(usual: Path) -> Iterator[Path]:
    """Where a proposal may go, the first choice first."""
    yield usual
    yield usual.with_name(f"{usual.name}.proposed")
    number = 2
    while True:
        yield usual.with_name(f"{usual.name}.proposed-{number}")
        number += 1


def _is_free(path: Path, taken: Collection[Path]) -> bool:
    return path not in taken and (not path.exists() or not is_edited(path))


def _write(path: Path, text: str) -> None:
    """Write at once: a reader sees the old file or the new one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
