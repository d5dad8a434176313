"""The published dataset, and a way to export from it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from listing_assets.exports import Exported, ExportRequest, export
from listing_assets.settings import Settings
from tests.reading.conftest import shop  # noqa: F401
from tests.reading.published import Shop
from tests.support.in_process import Listing, listing_in_process

Make = Callable[..., Path]


@pytest.fixture
def make(shop: Shop, tmp_path: Path) -> Make:  # noqa: F811
    """Exports photos@v1 in a format to a new folder, which it returns."""

    def run(form: str, name: str = "out", version: str = "photos@v1", **asked: Any) -> Path:
        exported(form, tmp_path / name, version, **asked)
        return tmp_path / name

    return run


def exported(form: str, to: Path | str, version: str = "photos@v1", **asked: Any) -> Exported:
    """Export, and say what was."""
    request = ExportRequest(version=version, format=form, to=str(to), **asked)
    return export(request, Settings())


@pytest.fixture
def listing(
    shop: Shop,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Listing:
    """The command over the published dataset."""
    monkeypatch.setenv("LISTING_LAKE", str(shop.chain.home / "lake"))
    monkeypatch.setenv("LISTING_DAGSTER", str(shop.chain.home / "dagster"))
    return listing_in_process(capsys, monkeypatch)
