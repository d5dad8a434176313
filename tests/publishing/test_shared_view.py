"""Steps and checks of a run share the view of their version, until something is stored."""

import gc
from pathlib import Path

import pytest

from listing_assets.catalog import Recipes, load_catalog
from listing_assets.versions import view
from listing_assets.versions.relations import Relations
from listing_assets.versions.stored_view import LastView, StoredView
from resources.lake.tables import FETCHED_OBJECTS, RAW_IMAGES
from tests.conftest import Chain
from tests.publishing.conftest import V1


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[StoredView]:
    """The views that are made."""
    found: list[StoredView] = []
    make = view._stored

    def noted(*given: object) -> StoredView:
        found.append(make(*given))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(view, "_stored", noted)
    monkeypatch.setattr(view, "LAST", LastView())
    return found


def test_an_unchanged_run_makes_one_view(shop: Chain, made: list[StoredView]) -> None:
    shop.run()
    made.clear()
    view.LAST = LastView()
    run = shop.run()
    assert run.success, run.problem
    assert run["labeled_dataset_versions"]["is_new_revision"] is False
    assert len(made) == 1


def test_what_was_stored_since_is_in_the_view(shop: Chain, made: list[StoredView]) -> None:
    catalog = load_catalog(shop.catalog)
    spec = Recipes.of(catalog.dataset("photos"), catalog).spec

    def sizes(relations: Relations) -> dict[str, int]:
        view.load_objects(relations, shop.lake, V1, spec)
        return dict(relations.all("SELECT key, size FROM objects WHERE normalized"))

    with Relations("100MB") as one, Relations("100MB") as other:
        before = sizes(one)
        assert sizes(other) == before and len(before) == 3
        assert len(made) == 1
        shop.lake.table(RAW_IMAGES).update(where="key = 'p0001.jpg'", values={"size": 7})
        assert sizes(other) == {**before, "p0001.jpg": 7}
        assert one.all("SELECT size FROM objects WHERE key = 'p0001.jpg'") != [(7,)]
        shop.lake.table(FETCHED_OBJECTS).delete("image_id IS NOT NULL")
        assert sizes(other) == {}
    assert len(made) == 3
    assert view.LAST.get("another", StoredView) is not made[-1]
    folders = [stored.path("objects").parent for stored in made]
    made.clear()
    gc.collect()
    assert not any(map(Path.exists, folders)), "what nobody uses takes no space"
