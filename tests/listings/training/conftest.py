"""The published listings, with the environment pointing at them."""

from collections.abc import Iterator

import pytest

from tests.listings.training.published_listings import World, publish_listings


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = publish_listings(tmp_path_factory.getbasetemp() / "listings-to-learn")
    with pytest.MonkeyPatch.context() as patch:
        made.be_installed(patch)
        yield made
