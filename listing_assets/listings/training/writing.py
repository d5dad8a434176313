"""Writes the files of an instruction dataset: reads listings, cleans them, makes examples.

Nothing in them depends on when or where they were written.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from listing_assets.exports.naming import file_stem
from listing_assets.exports.output import Output
from listing_assets.exports.photos import json_line
from listing_assets.increment import Listener, Report
from listing_assets.listings.training import training_files
from listing_assets.listings.training.choosing import LOADED, Chosen, choose
from listing_assets.listings.training.cleaning import steps
from listing_assets.listings.training.errors import NothingToLearnError
from listing_assets.listings.training.lessons import Lessons, shuffled
from listing_assets.listings.training.listings import Listing, Listings
from listing_assets.listings.training.neighbours import TrainReference
from listing_assets.listings.training.request import SPLITS, InstructionRequest, Split
from listing_assets.listings.training.scoring import Scorer
from listing_assets.listings.training.similarity import Similarities
from listing_assets.listings.training.written import FORMAT
from listing_assets.reading import OpenRevision

LISTINGS: Final = "listings.jsonl"


class Writer:
    """Writes all files but the manifest."""

    def __init__(
        self,
        opened: OpenRevision,
        lessons: Lessons,
        request: InstructionRequest,
        scorer: Scorer | None,
        similarities: Similarities | None,
        output: Output,
        listener: Listener | None,
    ) -> None:
        """`scorer` and `similarities` are None where their steps are not done.

        Raises:
            NothingToLearnError: the version has no descriptions.
        """
        self._opened = opened
        self._lessons = lessons
        self._request = request
        self._scorer = scorer
        self._similarities = similarities
        self._output = output
        self._listener = listener
        self._listings = Listings(self._opened, self._lessons.definition, self._request)
        self._report = Report(needed=2 * len(self._listings))

    def write(self) -> dict[str, Any]:
        """Write the files; the manifest, without what the dataset was made of.

        Raises:
            NothingToLearnError: no listing is left to train on.
            ModelError: the endpoint that compares texts and photos gave no usable answer.
        """
        lessons, request = self._lessons, self._request
        wanted = steps(lessons.definition, lessons.rules, request, self._scorer, self._similarities)
        chosen = choose(self._listings, wanted, request, self._passed)
        numbers = {
            split: [one for one in sorted(chosen.categories) if self._split(one) == split]
            for split in SPLITS
        }
        if not numbers["train"]:
            raise NothingToLearnError(
                f"none of {chosen.found:,} listings of {self._opened} is left to train on:"
                f" {_in_words(chosen)}.",
                "Ask less of them, or give the photos a manifest with more listings.",
            )
        self._passed(len(self._listings) - len(chosen.categories))
        with tempfile.TemporaryFile(prefix="listing-reference-") as file:
            published = self._opened.published
            reference = TrainReference(
                published.dataset, published.revision, lessons.definition, file
            )
            for listing in self._load(numbers["train"]):
                reference.add(listing, self._listings.texts[listing.number])
            categories = shuffled(chosen.categories.values())
            examples = {
                split: self._write_split(split, of, reference, categories)
                for split, of in numbers.items()
            }
        if not examples["train"]:
            raise NothingToLearnError(
                f"nothing is known of the {len(numbers['train']):,} listings to train on that would"
                f" make an example of {', '.join(request.kinds)}.",
                "Name other kinds of examples.",
            )
        self._write_listings(chosen)
        self._write_training_files([split for split in examples if examples[split]])
        return self._manifest(chosen, numbers, examples)

    def _write_split(
        self,
        split: Split,
        numbers: Sequence[int],
        reference: TrainReference,
        categories: Sequence[str],
    ) -> Counter[str]:
        """The conversations of a split and their photos; how many there are of each kind."""
        counts: Counter[str] = Counter()
        lines = self._lines(numbers, reference, categories)
        line = next(lines, None)
        if line is None:
            return counts
        with self._output.create(training_files.file_of(split)) as file:
            while line is not None:
                counts[line["channel"]] += 1
                file.write(json_line(line))
                line = next(lines, None)
        return counts

    def _lines(
        self, numbers: Sequence[int], reference: TrainReference, categories: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """The conversations of listings; the photos of each are written before it comes."""
        for listing in self._load(numbers):
            text = self._listings.texts[listing.number]
            places: dict[str, str] = {}
            for example in self._lessons.examples(
                listing, text, reference, categories, self._request
            ):
                images = [self._image(one.name, listing, places) for one in example.photos]
                yield {"messages": example.messages, "images": images, "channel": example.kind}
            self._passed(1)

    def _image(self, key: str, listing: Listing, places: dict[str, str]) -> str:
        """Where the conversations find a photo; its file is written the first time."""
        if key in places:
            return places[key]
        if self._request.images == "uri":
            uri = listing.uris[key]
            places[key] = unquote(urlsplit(uri).path) if uri.startswith("file://") else uri
        else:
            places[key] = f"images/{file_stem(key)}.jpg"
            (jpeg,) = (one.photo.jpeg for one in listing.shown.photos if one.name == key)
            self._output.write(places[key], jpeg)
        return places[key]

    def _write_listings(self, chosen: Chosen) -> None:
        """`listings.jsonl`: each listing, its split, and what became of it."""
        listings = self._listings
        with self._output.create(LISTINGS) as file:
            for number in range(len(listings)):
                step, reason = chosen.outcomes.get(number, (None, None))
                line = {
                    "listing_id": listings.listing_ids[number],
                    "product": listings.products[number],
                    "group": listings.groups[number],
                    "split": listings.splits[number],
                    "category": chosen.categories.get(number),
                    "removed_by": step,
                    "reason": reason,
                }
                file.write(json_line(line))

    def _write_training_files(self, splits: Sequence[Split]) -> None:
        published = self._opened.published
        name = f"{published.dataset}_{published.revision}_{self._lessons.definition.name}"
        name = re.sub(r"\W", "_", name)
        self._output.write(training_files.DATASET_INFO, training_files.dataset_info(name, splits))
        self._output.write(training_files.LLAMA_FACTORY, training_files.llama_factory(name, splits))
        self._output.write(training_files.MS_SWIFT, training_files.ms_swift(splits))

    def _manifest(
        self,
        chosen: Chosen,
        numbers: dict[Split, list[int]],
        examples: dict[Split, Counter[str]],
    ) -> dict[str, Any]:
        revision = self._opened.revision
        published = self._opened.published
        return {
            "dataset": published.dataset,
            "revision": published.revision,
            "data_version": revision.data_version,
            "format": FORMAT,
            "version": str(published.version),
            "published_at": revision.published_at.isoformat(),
            "definition": self._lessons.definition.name,
            "request": self._request.taught,
            "scored_by": self._scorer.identity if self._scorer else None,
            "compared_by": self._similarities.model if self._similarities else None,
            "photos": self._listings.photos,
            "listings": {"found": chosen.found, "kept": len(chosen.categories)},
            "cleaning": chosen.steps,
            "splits": {
                split: {
                    "products": len({self._listings.products[one] for one in of}),
                    "listings": len(of),
                    "examples": dict(examples[split]),
                }
                for split, of in numbers.items()
            },
            "counts": {
                "examples": sum(counts.total() for counts in examples.values()),
                "files": self._output.files,
                "bytes": self._output.bytes,
            },
        }

    def _load(self, numbers: Sequence[int]) -> Iterator[Listing]:
        for start in range(0, len(numbers), LOADED):
            yield from self._listings.load(numbers[start : start + LOADED])

    def _split(self, number: int) -> Split:
        return self._listings.splits[number]

    def _passed(self, count: int) -> None:
        self._report.computed += count
        if self._listener:
            self._listener(self._report, self._report.needed)


def _in_words(chosen: Chosen) -> str:
    """How many listings each step removed."""
    removed = [line for line in chosen.steps if line["removed"]]
    told = ", ".join(f"{line['removed']:,} by '{line['step']}'" for line in removed)
    return f"the cleaning removed {told}" if told else "there are too few to split"
