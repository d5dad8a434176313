"""Answers are found by their photos while they are added, and each row is scanned once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from listing_assets.listings.answers import remembered
from listing_assets.listings.rows_by_image import RowsByImage
from resources.lake import Lake
from resources.lake.tables import LISTING_ANSWERS

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def image(number: int) -> str:
    """Ids of pairs of photos begin alike."""
    return f"{number // 2:032x}{number:032x}"


def add(lake: Lake, numbers: range, *, value: str = "an answer", seconds: int = 0) -> None:
    rows: list[dict[str, Any]] = [
        {
            "request": f"about {number}",
            "kind": "category",
            "image_id": image(number),
            "value": value,
            "model": "m",
            "model_version": "1",
            "call_id": f"{number}",
            "created_at": BEGAN + timedelta(seconds=seconds),
        }
        for number in numbers
    ]
    lake.append(LISTING_ANSWERS, pa.Table.from_pylist(rows, schema=LISTING_ANSWERS.schema))


def test_the_newest_answers_about_each_photo_are_found_as_they_come(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    assert remembered(lake, [image(0)]) == {}
    assert lake.names() == []
    for start in range(0, 60, 6):
        add(lake, range(start, start + 6))
        assert set(remembered(lake, [image(start), image(99)])) == {image(start)}
    add(lake, range(3, 5), value="another", seconds=9)
    found = remembered(lake, [image(number) for number in range(60)])
    assert found == {
        image(number): {f"about {number}": "another" if number in {3, 4} else "an answer"}
        for number in range(60)
    }
    later = BEGAN + timedelta(seconds=1)
    assert set(remembered(lake, found, later)) == {image(3), image(4)}


def test_a_row_is_scanned_once_until_the_table_is_compacted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned: list[int] = []
    scanner = lance.LanceDataset.scanner

    def counting(self: lance.LanceDataset, *args: Any, fragments: Any = None, **more: Any) -> Any:
        scanned.append(sum(fragment.count_rows() for fragment in fragments or ()))
        return scanner(self, *args, fragments=fragments, **more)

    monkeypatch.setattr(lance.LanceDataset, "scanner", counting)
    lake = Lake(str(tmp_path))
    rows = RowsByImage(lake, LISTING_ANSWERS)
    for start in range(0, 40, 4):
        add(lake, range(start, start + 4))
        for number in range(start + 4):
            assert len(rows.find([image(number)], ["value"])) == 1
    assert sum(scanned) == 40
    lake.open(LISTING_ANSWERS.name).to_lance().optimize.compact_files()
    assert len(rows.find([image(number) for number in range(40)], ["value"])) == 40
    assert sum(scanned) == 80
