"""The published dataset, and a way to export from it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from listing_assets.cli import main
from listing_assets.exports import Exported, ExportRequest, export
from listing_assets.settings import PROJECT, Settings
from tests.reading.conftest import shop  # noqa: F401
from tests.reading.published import Shop

Make = Callable[..., Path]
Listing = Callable[..., tuple[int, str, str]]


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
    """Run the command in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("LISTING_LAKE", str(shop.chain.home / "lake"))
    monkeypatch.setenv("LISTING_DAGSTER", str(shop.chain.home / "dagster"))
    monkeypatch.setenv("DAGSTER_HOME", str(PROJECT))

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["listing", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
