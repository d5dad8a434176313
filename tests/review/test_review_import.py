"""Annotations become corrections where they differ from what stands: each once, by its author."""

import json
from datetime import timedelta
from typing import Any

import pytest

from listing_assets.corrections import standing
from listing_assets.review import ReviewError, import_annotations
from tests.review.conftest import MONDAY, PHOTOS, Review, annotated
from tests.support.in_process import Listing

CHANGED: dict[str, dict[str, Any]] = {
    "category": {"choices": ["服装"]},
    "colours": {"choices": ["green", "red"]},
    "in_stock": {"choices": ["true"]},
    "price": {"number": 12},
    "stars": {"rating": 5},
    "title": {"text": ["绿茶"]},
    "shade": {"text": ["#00AA00"]},
}


def test_what_differs_is_corrected_with_author_and_time_and_enters_with_publishing(
    review: Review,
) -> None:
    first, second, third = review.tasks()
    tasks = [
        annotated(first, by={"id": 7, "email": "li@shop.example"}, **CHANGED),
        annotated(second),
        third,
    ]
    told = review.bring(tasks)
    assert (told.tasks, told.annotations, told.unanswered) == (3, 2, 1)
    assert (told.corrections, told.photos, told.same) == (7, 1, 7)
    assert not told.unknown_photos and not told.unknown_tags and not told.invalid_values
    made = review.journal.all()
    assert {(one.author, one.made_at) for one in made} == {("li@shop.example", MONDAY)}
    assert {one.tag: one.value for one in standing(made)} == {
        "category": "服装",
        "colours": ["red", "green"],
        "in-stock": True,
        "price": 12,
        "stars": 5,
        "title": "绿茶",
        "shade": "#00aa00",
    }
    assert review.publish() == "v1.2"
    row = review.row()
    assert (row["tag_category"], row["tag_colours"], row["tag_in-stock"], row["tag_price"]) == (
        "服装",
        ["red", "green"],
        True,
        12.0,
    )
    assert "category:服装" in row["labels_user"] and "category:Food" in row["labels_user_deleted"]


def test_importing_again_changes_nothing_before_and_after_publishing(review: Review) -> None:
    first, second, _ = review.tasks()
    tasks = [annotated(first, **CHANGED), annotated(second, title={"text": ["two"]})]
    assert review.bring(tasks).corrections == 8
    made = review.journal.all()
    for _ in range(2):
        again = review.bring(tasks)
        assert (again.corrections, again.same) == (0, 14)
        review.publish()
    assert review.journal.all() == made

    # Taken back since, or corrected since by others: the same file says nothing new.
    review.journal.undo([made[0].correction_id], author="bob")
    definition = review.catalog.tag_definition("shop")
    image_id = second["data"]["image_id"]
    review.journal.make([image_id], "title", "set", "three", author="bob", definition=definition)
    again = review.bring(tasks)
    assert (again.corrections, again.already) == (0, 2)


def test_a_later_correction_overrules_an_annotation_and_a_later_annotation_a_correction(
    review: Review,
) -> None:
    first, *_ = review.tasks()
    definition = review.catalog.tag_definition("shop")
    review.journal.make(
        [first["data"]["image_id"]], "title", "set", "bob's", author="bob", definition=definition
    )
    told = review.bring([annotated(first, title={"text": ["li's"]})])
    assert (told.corrections, told.overruled) == (0, 1)
    # A clock that runs ahead makes no correction of tomorrow's.
    ahead = annotated(first, title={"text": ["li's"]}, at=MONDAY + timedelta(days=36_500))
    assert review.bring([ahead]).corrections == 1
    assert [one.value for one in standing(review.journal.all())] == ["li's"]
    assert review.bring([ahead]).corrections == 0


def test_the_last_word_of_several_annotators_and_tasks_counts_whatever_their_order(
    review: Review,
) -> None:
    first, *_ = review.tasks()
    late = MONDAY + timedelta(days=1)
    both = annotated(
        annotated(first, by=2, number=2, at=late, category={"choices": ["服装"]}),
        by=1,
        category={"choices": ['Daily "Use" & more']},
    )
    other_task = {**annotated(first, by=3, at=MONDAY - timedelta(days=1)), "id": 101}
    told = review.bring([both, other_task])
    assert (told.annotations, told.corrections, told.disagreements) == (3, 1, 1)
    (made,) = review.journal.all()
    assert (made.value, made.author, made.made_at) == ("服装", "Label Studio user 2", late)
    assert review.bring([other_task, both]).corrections == 0


def test_an_annotator_is_called_by_name_where_the_file_has_a_number_only(review: Review) -> None:
    first, second, _ = review.tasks()
    named = annotated(second, title={"text": ["two"]}, by=8)
    named["annotations"][0]["created_username"] = " Wu wu@shop.example, 8"
    tasks = [annotated(first, **CHANGED), named]
    told = review.bring(tasks, annotators={"7": "li@shop.example", "9": "nobody"})
    assert told.by_author == {"li@shop.example": 7, "Wu wu@shop.example": 1}
    assert told.versions == ["photos@v1"]
    # What it is called does not make it another annotation.
    review.journal.undo([one.correction_id for one in review.journal.all()], author="bob")
    again = review.bring(tasks)
    assert (again.corrections, again.already) == (0, 8)


def test_what_is_left_empty_is_kept_unless_it_is_asked_to_go(review: Review) -> None:
    first, *_ = review.tasks()
    tasks = [annotated(first, without=("title", "colours"), price={"number": None})]
    told = review.bring(tasks)
    assert (told.corrections, told.left_empty) == (0, 3)
    told = review.bring(tasks, clear_missing=True)
    assert (told.corrections, told.left_empty) == (3, 0)
    assert {one.action for one in review.journal.all()} == {"clear"}
    assert review.bring(tasks, clear_missing=True).corrections == 0
    review.publish()
    row = review.row()
    assert (row["tag_title"], row["tag_colours"] or None, row["tag_price"]) == (None, None, None)


def test_what_is_unknown_is_counted_and_stops_nothing(review: Review) -> None:
    first, second, third = review.tasks()
    stranger = {**third, "data": {**third["data"], "image_id": "0" * 64, "key": "gone.jpg"}}
    elsewhere = {**third, "data": {**third["data"], "dataset": "other"}}
    foreign = {"data": {"image": "https://x.example/1.jpg"}, "predictions": third["predictions"]}
    skipped = annotated(third)
    skipped["annotations"][0]["was_cancelled"] = True
    told = review.bring(
        [
            annotated(first, kategory={"choices": ["Food"]}, category={"choices": ["Cars"]}),
            annotated(second, title={"text": ["x" * 99]}, price={"number": -1}, stars={"n": 1}),
            annotated(stranger),
            annotated(elsewhere),
            annotated(foreign),
            skipped,
            annotated(third, title={"text": ["taken"]}),
        ]
    )
    assert told.unknown_photos == {
        "gone.jpg": 1,
        "other@v1": 1,
        "tasks that name no dataset": 1,
    }
    assert told.unknown_tags == {"kategory": 1}
    assert sorted(told.invalid_values) == [
        "category: Cars",
        "price: -1",
        'stars: {"n": 1}',
        f"title: {'x' * 53}",
    ]
    assert (told.cancelled, told.unanswered, told.corrections) == (1, 0, 1)
    assert [one.value for one in review.journal.all()] == ["taken"]


def test_a_dry_run_tells_the_same_and_changes_nothing(review: Review) -> None:
    first, *_ = review.tasks()
    planned = review.bring([annotated(first, **CHANGED)], dry_run=True)
    assert planned.is_planned and planned.corrections == 7
    assert review.journal.all() == []
    done = review.bring([annotated(first, **CHANGED)])
    assert (done.by_tag, done.same) == (planned.by_tag, planned.same)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "is no list of tasks"),
        ('[{"data": {}}, 3]', "is no list of tasks"),
        ('[\n{"data": {}}', r"exported\.json:2: is no list of tasks: a comma or the end"),
        ('[{"image": "a", "category": "Food", "annotator": 1}]', "JSON-MIN"),
        ("", "is no list of tasks"),
    ],
    ids=["object", "number", "cut", "json-min", "empty"],
)
def test_a_file_that_holds_no_tasks_is_told(review: Review, text: str, told: str) -> None:
    path = review.folder / "exported.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=told):
        import_annotations(path, review.lake, review.catalog)


def test_the_command_tells_what_became_of_annotations(listing: Listing, review: Review) -> None:
    first, second, _ = review.tasks()
    path = review.folder / "exported.json"
    tasks = [annotated(first, **CHANGED), annotated(second, kategory={"choices": ["x"]})]
    path.write_text(json.dumps(tasks), encoding="utf-8")
    code, out, err = listing("import", str(path), "--dry-run")
    assert code == 0 and "7 corrections of 1 photos would be made" in out, err
    code, out, _ = listing("import", str(path), "--annotator", "7=li@shop.example")
    assert "7 corrections of 1 photos made" in out
    assert "li@shop.example 7" in out and "listing run photos@v1" in out
    assert "kategory" in out
    code, out, _ = listing("import", str(path), "--json")
    document = json.loads(out)
    assert (document["corrections"], document["unknown_tags"]) == (0, {"kategory": 1})
    code, _, err = listing("import", str(path), "--annotator", "li@shop.example")
    assert code == 1 and "names no annotator" in err
    code, _, err = listing("import", str(review.folder / "nowhere.json"))
    assert code == 1 and "cannot be read" in err
    assert PHOTOS[0] in {task["data"]["key"] for task in tasks}
