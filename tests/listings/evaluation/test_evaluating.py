"""A published version is evaluated by all that it has of people."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from listing_assets.calls import CallRecords
from listing_assets.calls.ledger import CallContext
from listing_assets.imaging.normalize import Normalized, normalize
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.listings.definitions import Reference
from listing_assets.listings.evaluation import (
    Evaluation,
    Limits,
    SameProducts,
    evaluate,
    markdown,
    plot,
    read_pairs,
    read_rows,
)
from listing_assets.listings.evaluation.errors import EvaluationError
from listing_assets.listings.evaluation.holding_out import photos_of_products
from listing_assets.listings.evaluation.told import Told
from listing_assets.reading import OpenRevision
from resources.endpoints.interface import Usage
from resources.endpoints.writing import WriteRequest
from resources.lake.tables import LISTING_ANSWERS
from tests.conftest import REAL_DATA, draw_photo
from tests.listings.evaluation.published import ENGLISH, TAGS, PublishedPhoto, desk, publish
from tests.search.test_real_photos import histogram

PRODUCTS = 6
BRANDS = ("Nokia", "Canon", "Sony", "Apple", "Huawei", "Leica")


def drawn(number: int, shot: int) -> PublishedPhoto:
    """Two photos of a product lie together; all products are alike enough to be the same."""
    vector = np.full(16, 4.0)
    vector[number] += 1
    vector[12 + shot] += 0.1
    category = "smartphone" if number % 2 == 0 else "Camera"
    return PublishedPhoto(
        f"{number}-{shot}.jpg",
        f"image {number} {shot}",
        draw_photo(10 * number + shot),
        list(vector / np.linalg.norm(vector)),
        {
            "category": ("Phone" if number % 2 == 0 else "Food") if number < 4 else None,
            "colours": ["red"] if shot else ["green", "red"],
            "description": f"thing {number}",
        },
        {
            "title": f"Thing {number}",
            "description": f"This is a {BRANDS[number]} in very good hands, number {number}.",
            "attributes": f'{{"brand": "{BRANDS[number]}"}}',
            "category": category,
            "product_id": f"p{number}",
            "spu_id": f"s{number // 2}",
            "colours": "red|green" if number < 5 else "purple",
        },
    )


class Counting:
    """Writes the prompt's brands, and counts."""

    name, version, concurrency = "counting", "1", 4

    def __init__(self) -> None:
        self.asked: list[WriteRequest] = []

    async def write(
        self, request: WriteRequest, *, on_usage: Any = None
    ) -> AsyncGenerator[str, None]:
        self.asked.append(request)
        yield "This is a thing in good hands."
        on_usage(Usage(cost=0.25))

    async def aclose(self) -> None: ...


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenRevision:
    photos = [drawn(number, shot) for number in range(PRODUCTS) for shot in range(2)]
    return publish(tmp_path_factory.mktemp("evaluated"), photos)


@pytest.fixture
def records(opened: OpenRevision, tmp_path: Path) -> Iterator[CallRecords]:
    context = CallContext("photos", "v1", "listing_evaluations", "counting", "1", "a run")
    with CallRecords(opened.lake, context, tmp_path / "journal") as found:
        found.keep_in(LISTING_ANSWERS)
        yield found


def evaluated(opened: OpenRevision, records: Any, **more: Any) -> tuple[Evaluation, Counting]:
    writer = Counting()
    at = desk(writer, more.pop("definition", ENGLISH), records)
    return asyncio.run(evaluate(opened, at, TAGS, None, **more)), writer


def test_all_that_people_told_is_evaluated_and_nothing_is_paid_for_twice(
    opened: OpenRevision, records: CallRecords
) -> None:
    found, writer = evaluated(opened, records)
    assert found.products == PRODUCTS and found.is_held_out and not found.notes
    assert [arm.arm for arm in found.arms] == ["photo", "+ category", "+ reference", "all"]
    assert all(0 < arm.scores["BLEU-1"] < 1 for arm in found.arms)
    assert found.arms[0].told_more == 0 and found.arms[3].told_more == PRODUCTS
    assert found.cost == pytest.approx(0.25 * len(writer.asked)) and writer.asked

    for request in writer.asked:
        own = int(request.photos[0].image_id.split()[1])
        assert BRANDS[own] not in request.prompt, "its own listing was found"
        assert len(request.photos) == 2
    assert sum(any(brand in one.prompt for brand in BRANDS) for one in writer.asked) > 0
    brand = next(one for one in found.attributes if one.name == "Brand")
    assert (brand.told, brand.right) == (PRODUCTS, 0), "another product's brand is wrong"
    assert (found.attributes[0].name, found.attributes[0].told) == ("(category)", PRODUCTS)
    assert sum(found.verdicts.values()) == PRODUCTS

    again, writer = evaluated(opened, records)
    assert writer.asked == [] and again.cost == 0
    assert again.to_rows() == found.to_rows()


def test_tags_are_judged_by_labels_and_products_by_what_is_near(
    opened: OpenRevision, records: CallRecords
) -> None:
    found, _ = evaluated(opened, records)
    tags = {tag.name: tag for tag in found.tags}
    category, colours = tags["category"], tags["colours"]
    assert (category.told, category.answered, category.right) == (12, 8, 4)
    assert (colours.told, colours.right, colours.left_out) == (10, 5, 2)
    at = {(one.level, one.depth): one for one in found.retrieval}
    assert at["SKU", 1].precision == 1 and at["SKU", 1].queries == 12
    assert at["SKU", 5].precision == pytest.approx(1 / 5) and at["SKU", 5].of_possible == 1
    assert at["SPU", 100].precision == pytest.approx(3 / 100)


def test_all_photos_of_a_product_are_known(opened: OpenRevision) -> None:
    rows = Told(opened).rows(["image_id", "meta_product_id"])
    found = photos_of_products(rows, "meta_product_id", {"p1", "p9"})
    assert found == {"p1": {"image 1 0", "image 1 1"}, "p9": frozenset()}


def test_another_version_may_be_the_reference(
    opened: OpenRevision, records: CallRecords, tmp_path: Path
) -> None:
    """Photos of the same products that the evaluated version does not have are left out of it."""
    others = [replace(drawn(number, 2), image_id=f"other {number}") for number in (0, 2)]
    elsewhere = publish(tmp_path, others, "others")
    found, writer = evaluated(opened, records, reference=elsewhere.published, limits=Limits(6, 1))
    assert found.reference == "others@v1.1" and found.is_held_out
    told = dict.fromkeys(range(PRODUCTS), "")
    for request in writer.asked:
        told[int(request.photos[0].image_id.split()[1])] += request.prompt
    assert BRANDS[0] not in told[0] and BRANDS[2] in told[0]
    assert BRANDS[2] not in told[2] and BRANDS[0] in told[2]


def test_a_file_beside_the_version_tells_what_its_manifest_does_not(
    tmp_path: Path, records: CallRecords
) -> None:
    photos = [replace(drawn(number, shot), meta={}) for number in range(3) for shot in range(2)]
    plain = publish(tmp_path, photos)
    file = tmp_path / "texts.jsonl"
    rows = [{"path": f"{number}-0.jpg", **drawn(number, 0).meta} for number in range(3)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found, writer = evaluated(plain, records, beside=read_rows(file))
    assert found.products == 3 and found.arms[0].scores["BLEU-1"] > 0
    assert {tag.name: tag.told for tag in found.tags} == {"category": 3, "colours": 3}
    assert any(BRANDS[0] in one.prompt for one in writer.asked), "its own reference has them too"
    for request in writer.asked:
        assert BRANDS[int(request.photos[0].image_id.split()[1])] not in request.prompt

    elsewhere = {f"{tmp_path.name}/{row['path']}": row for row in rows} | {"x/none.jpg": {}}
    again, _ = evaluated(plain, records, beside=elsewhere)
    assert again.arms == found.arms, "photos may be named by the end of their URI"
    assert "The file of texts: 1 of 4 rows name no photo." in again.notes
    with pytest.raises(EvaluationError, match=r"none of 2 rows of the file of pairs") as refused:
        evaluated(plain, records, same=[SameProducts("SKU", {"x/a.jpg": "1", "x/b.jpg": "1"})])
    assert "'x/a.jpg'" in refused.value.remedy and "'0-0.jpg'" in refused.value.remedy
    with pytest.raises(EvaluationError, match="the file of texts has no row"):
        evaluated(plain, records, beside={})


def test_texts_of_another_language_are_told(opened: OpenRevision, records: CallRecords) -> None:
    chinese = ENGLISH.model_copy(update={"language": "zh"})
    found, _ = evaluated(opened, records, definition=chinese, limits=Limits(2, 1))
    assert found.notes == (
        "Descriptions: 2 of 2 texts of people are not in Chinese, so that the figures say little.",
    )


def test_limits_leave_out_always_the_same(opened: OpenRevision, records: CallRecords) -> None:
    told: list[tuple[int, int]] = []
    limits = Limits(products=3, queries=4)
    found, _ = evaluated(
        opened, records, limits=limits, listener=lambda done, all: told.append((done, all))
    )
    again, _ = evaluated(opened, records, limits=limits)
    assert told == [(3, 3)] and found.to_rows() == again.to_rows()
    assert {one.queries for one in found.retrieval} == {4}


def test_what_cannot_be_evaluated_is_said(opened: OpenRevision, records: CallRecords) -> None:
    absent = dict.fromkeys(("title", "attributes", "category", "product"), "meta_absent")
    only = ENGLISH.model_copy(update={"reference": Reference(description="meta_none", **absent)})
    found, writer = evaluated(opened, records, definition=only)
    assert not found.arms and not writer.asked
    assert any("meta_none" in note for note in found.notes)
    assert "## Notes" in markdown(found)


def test_a_version_without_anything_of_people_is_refused(
    tmp_path: Path, opened: OpenRevision
) -> None:
    bare = drawn(0, 0)
    plain = publish(
        tmp_path,
        [PublishedPhoto(bare.key, bare.image_id, bare.jpeg, bare.vector, bare.tags, {})],
    )
    with pytest.raises(EvaluationError, match="no text, label or product") as refused:
        evaluated(plain, None)
    assert "manifest" in str(refused.value.remedy)


def test_the_figures_are_shown_as_tables_rows_and_a_picture(
    opened: OpenRevision, records: CallRecords
) -> None:
    found, _ = evaluated(opened, records)
    text = markdown(found)
    for heading in ("Descriptions", "Verdicts", "Attributes", "Tags", "Finding the same product"):
        assert f"## {heading}" in text
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert len(set(widths)) <= 5 and "| all | 6 |" in text
    rows = found.to_rows()
    assert {row["part"] for row in rows} == {
        *("description", "verdict", "attribute", "tag", "retrieval")
    }
    assert all(isinstance(row["value"], float) and row["count"] > 0 for row in rows)
    drawing = plot(found)
    assert drawing is not None
    with Image.open(io.BytesIO(drawing)) as picture:
        assert picture.format == "PNG" and picture.width > 1_000


@pytest.mark.skipif(not REAL_DATA.exists(), reason="the real photos are not here")
def test_real_photos_are_evaluated_with_the_texts_and_pairs_that_come_with_them(
    tmp_path: Path,
) -> None:
    folder = REAL_DATA / "photos"
    same = read_pairs(folder / "pairs.csv")
    skus = same[0].product_of
    spec = NormalizationSpec(width=64, height=64)
    photos = []
    with (folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if not (row["description"] or row["path"] in skus):
                continue
            data = (folder / row["path"]).read_bytes()
            normalized = normalize(data, spec)
            assert isinstance(normalized, Normalized)
            names = ("title", "description", "attributes", "category", "product_id")
            photos.append(
                PublishedPhoto(
                    row["path"],
                    row["sha256"],
                    normalized.jpeg,
                    histogram(data).tolist(),
                    {"description": f"A {row['category']}."},
                    {name: row[name] for name in names if row[name]},
                )
            )
    opened = publish(tmp_path, photos)
    found, _ = evaluated(opened, None, same=same)
    assert found.products == 39, "43 photos of 39 products have a text"
    assert [arm.products for arm in found.arms] == [39] * 4
    at = {(one.level, one.depth): one for one in found.retrieval}
    assert at["SKU", 1].queries == 93 and at["SKU", 1].precision > 0.7
    assert "| all | " in markdown(found)
