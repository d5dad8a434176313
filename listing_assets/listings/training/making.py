"""Makes an instruction dataset, unless it stands there already, made of the same.

The files appear together, as exports do, with `export.json` last; a broken attempt leaves nothing.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from listing_assets.exports.output import MANIFEST, Output
from listing_assets.exports.place import require_free
from listing_assets.hashing import digest
from listing_assets.increment import Listener
from listing_assets.listings.training.lessons import Lessons
from listing_assets.listings.training.request import InstructionRequest
from listing_assets.listings.training.scoring import Scorer, scorer_of
from listing_assets.listings.training.similarity import Similarities
from listing_assets.listings.training.target import standing
from listing_assets.listings.training.writing import Writer
from listing_assets.listings.training.written import InstructionDataset
from listing_assets.reading import OpenRevision
from listing_assets.search import QueryVectors
from listing_assets.settings import Settings
from resources.object_store.writing import open_target


def write_instruction_dataset(
    request: InstructionRequest,
    settings: Settings,
    *,
    scorer: Scorer | None = None,
    vectors: QueryVectors | None = None,
    listener: Listener | None = None,
) -> InstructionDataset:
    """Write what a request asks for, unless it stands there already.

    `scorer` gives quality scores, by default those of the listing definition's weights. `vectors`
    makes the vectors of texts, by default the model that made those of the photos.

    Raises:
        NothingToLearnError: the version has no listing to train on.
        ListingError: it cannot be made; then nothing of it is left.
    """
    opened = OpenRevision.of(request.version, settings)
    lessons = Lessons.of(request.definition, opened)
    if request.least_quality == 0:
        scorer = None
    elif scorer is None:
        scorer = scorer_of(lessons.definition, lessons.templates)
    with ExitStack() as stack:
        if request.least_similarity == -1:
            vectors = None
        elif vectors is None and opened.vectors is not None:
            vectors = stack.enter_context(opened.vectors)
        if vectors is not None and vectors.model != opened.published.embedding_model:
            vectors = None
        return _written(_Making(request, opened, lessons, scorer, vectors), listener)


@dataclass(frozen=True)
class _Making:
    """All that an instruction dataset is made of."""

    request: InstructionRequest
    opened: OpenRevision
    lessons: Lessons
    scorer: Scorer | None
    vectors: QueryVectors | None

    @property
    def digest(self) -> str:
        """The same for the same files."""
        return digest(
            str(self.opened.published),
            self.opened.revision.data_version,
            self.lessons.fingerprint,
            self.request.taught,
            self.scorer.identity if self.scorer else None,
            self.vectors.model if self.vectors else None,
        )

    @property
    def home(self) -> Path:
        """Where instruction datasets of this installation are."""
        return self.opened.settings.home / "instructions"

    @property
    def place(self) -> str:
        """Where this one is written."""
        own = self.home / str(self.opened.published) / self.lessons.definition.name
        return self.request.to or str(own)


def _written(making: _Making, listener: Listener | None) -> InstructionDataset:
    request, opened = making.request, making.opened
    target = open_target(making.place, request.credentials)
    made_of = making.digest
    before = standing(target, request)
    if before is not None and before.get("made_of") == made_of:
        return InstructionDataset.of(before, target.uri, is_new=False)
    purpose = f"instruction dataset of {opened} to {target.uri}"
    with (
        opened.lake.lease(f"export {digest(target.uri, length=16)}", purpose),
        target,
        tempfile.TemporaryFile(prefix="listing-manifest-") as waiting,
    ):
        require_free(target, opened, overwrite=request.overwrite or not request.to)
        target.begin()
        output = Output(target, waiting)
        similarities = None
        if making.vectors is not None:
            similarities = Similarities(making.vectors, making.home / "similarities")
        writer = Writer(
            opened, making.lessons, request, making.scorer, similarities, output, listener
        )
        manifest = writer.write() | {"made_of": made_of}
        output.finish(manifest)
        target.publish(MANIFEST)
    return InstructionDataset.of(manifest, target.uri, is_new=True)
