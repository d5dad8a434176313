"""What docs/EXPORTS.md says is so."""

import re

from listing_assets.exports import DATASET_VERSION, FORMATS
from listing_assets.settings import PROJECT
from tests.reading.published import Shop

TEXT = (PROJECT / "docs" / "EXPORTS.md").read_text(encoding="utf-8")


def test_every_format_is_told_and_no_other() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|", TEXT, re.M) == [*FORMATS, DATASET_VERSION]


def test_the_readers_example_runs(shop: Shop) -> None:
    (program, _) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    # The photo of the example by a key that is there; `lake=` is left to its own tests.
    exec(program.replace("shoes/red.jpg", "deep/a.jpg"), {})
