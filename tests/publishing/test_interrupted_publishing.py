"""A publication that is cut short anywhere is finished by the next run, whatever had changed."""

from datetime import UTC, datetime

import pytest

from listing_assets.publishing import publish
from listing_assets.publishing.revisions import open_revision, revisions
from resources.lake.tables import RAW_IMAGES
from tests.conftest import Chain
from tests.publishing.conftest import publish_again


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("step", ["index", "_tag", "note_revision", "_follow"])
def test_a_kill_while_only_a_time_changed_is_made_good(
    shop: Chain, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = revisions(shop.lake, "photos")[-1]
    touched = datetime(2020, 1, 1 + before.number, tzinfo=UTC)
    shop.lake.table(RAW_IMAGES).update(where="key = 'p0001.jpg'", values={"last_modified": touched})

    def die(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(publish, step, die)
        publish_again(shop)
    done = publish_again(shop)
    assert done.revision.revision == f"v1.{before.number + 1}"
    assert done.revision.data_version == before.data_version
    # Where the history had it already, publishing again only lets the version's name follow.
    assert done.is_new == (step != "_follow")
    for name in ("v1", done.revision.revision):
        table = open_revision(shop.lake, "photos", name)
        held = {row["key"]: row["last_modified"] for row in table.to_arrow().to_pylist()}
        assert held["p0001.jpg"] == touched and len(held) == 4

    again = publish_again(shop)
    assert (again.is_new, again.revision.revision) == (False, done.revision.revision)
    assert [one.revision for one in revisions(shop.lake, "photos")] == [
        f"v1.{number}" for number in range(1, done.revision.number + 1)
    ]


def test_a_branch_that_moved_without_a_change_makes_no_revision(shop: Chain) -> None:
    before = revisions(shop.lake, "photos")[-1]
    branch = shop.lake.open("photos").branches.checkout("v1")
    branch.restore(before.table_version)
    assert branch.version > before.table_version
    assert publish_again(shop).is_new is False


def test_a_row_without_a_vector_changes_like_any_other(shop: Chain) -> None:
    touched = datetime(2020, 1, 1, tzinfo=UTC)
    shop.lake.table(RAW_IMAGES).update(values={"last_modified": touched})
    assert publish_again(shop).changed == 4
    rows = {
        row["key"]: row for row in open_revision(shop.lake, "photos", "v1").to_arrow().to_pylist()
    }
    assert {row["last_modified"] for row in rows.values()} == {touched}
    assert [key for key, row in rows.items() if row["vector"] is None] == ["really a gif.jpg"]
