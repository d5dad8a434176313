"""Settings: what the environment leaves empty is not set."""

import pytest

from listing_assets.settings import PROJECT, Settings


def test_an_empty_variable_is_as_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "LAKE", "CATALOG", "FETCH_CONCURRENCY", "QUERY_MEMORY"):
        monkeypatch.setenv(f"LISTING_{name}", "")
    settings = Settings()
    assert settings.home == PROJECT / ".listing"
    assert settings.lake == str(PROJECT / ".listing" / "lake")
    assert (settings.catalog, settings.fetch_concurrency) == (PROJECT / "catalog", 16)
