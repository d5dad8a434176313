"""One drawn bucket for all tests here. Tests that change files work on a copy."""

from pathlib import Path

import pytest

from listing_assets.sample import write_batch


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bucket") / "sample"
    write_batch(folder, 1)
    write_batch(folder, 2)
    return folder
