"""Weak spots of a definition are told from a few answers, and from its own words."""

from pathlib import Path
from typing import Any

import pytest

from listing_assets.catalog import load_catalog
from listing_assets.catalog.schema import Tag, TagDefinition, Value
from listing_assets.settings import PROJECT
from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.weaknesses import Weakness, weaknesses


def values(*names: str) -> tuple[Value, ...]:
    return tuple(Value(name=name) for name in names)


COLOR = Tag(name="color", type="choice", values=values("red", "blue", "green"))
MOOD = Tag(name="mood", type="choice", values=values("warm", "cold", "fresh"))
EXTRAS = Tag(name="extras", type="multi_choice", values=values("box", "bag"))
NEW = Tag(name="new", type="boolean")
TITLE = Tag(name="title", type="text")


def found(
    tags: tuple[Tag, ...],
    photos: list[dict[str, Any]],
    twice: list[tuple[dict[str, Any], dict[str, Any]]] | None = None,
) -> list[tuple[str, str]]:
    definition = TagDefinition(name="d", guide_prompt="Look.", tags=tags)
    return [
        (one.kind, one.words)
        for one in weaknesses(
            definition,
            [tag.name for tag in tags],
            [answers(photo) for photo in photos],
            [(answers(first), answers(second)) for first, second in twice or []],
        )
    ]


def answers(photo: dict[str, Any]) -> dict[str, TagAnswer]:
    return {
        name: value if isinstance(value, TagAnswer) else TagAnswer("valid", value)
        for name, value in photo.items()
    }


def test_values_that_are_never_chosen_are_named() -> None:
    photos = [{"color": "red" if place % 2 else "blue"} for place in range(8)]
    assert found((COLOR,), photos) == [("never_chosen", "color: never chosen for 8 photos: green.")]
    assert found((COLOR,), photos[:7]) == [], "seven photos are too few to tell"
    assert found((EXTRAS,), [{"extras": ["bag"]}] * 8) == [
        ("never_chosen", "extras: never chosen for 8 photos: box.")
    ]
    assert found((NEW,), [{"new": False}] * 8) == [
        ("never_chosen", "new: never chosen for 8 photos: true.")
    ]


def test_a_value_chosen_once_is_used() -> None:
    photos = [{"color": one} for one in ("red", "blue", "green", *["red"] * 5)]
    assert found((COLOR,), photos) == []


def test_only_photos_that_have_an_answer_count() -> None:
    unknown = [{"color": None}, {"color": TagAnswer("invalid", None, "unknown_value")}, {}]
    photos = [{"color": "red"}] * 6
    assert found((COLOR,), photos + unknown) == []


def test_a_tag_that_is_always_null_is_named() -> None:
    assert found((TITLE,), [{"title": None}] * 8) == [
        ("never_answered", "title: null for each of 8 photos.")
    ]
    assert found((TITLE,), [{"title": TagAnswer("failed", None, "timed_out")}] * 8) == []


def test_tags_that_always_agree_are_named() -> None:
    pairs = [("red", "warm"), ("blue", "cold"), ("green", "fresh")]
    photos = [{"color": color, "mood": mood} for color, mood in pairs * 3]
    assert found((COLOR, MOOD), photos) == [
        (
            "always_agree",
            "color and mood: each tells the other for all of 9 photos; one of them may do.",
        )
    ]
    once_apart = [*photos, {"color": "red", "mood": "cold"}]
    assert found((COLOR, MOOD), once_apart) == []


def test_booleans_that_are_always_opposite_agree_too() -> None:
    used = Tag(name="used", type="boolean")
    photos = [{"new": place % 2 == 0, "used": place % 2 == 1} for place in range(8)]
    assert [kind for kind, _ in found((NEW, used), photos)] == ["always_agree"]


def test_tags_that_differ_for_every_photo_or_for_none_do_not_count_as_agreeing() -> None:
    shade = Tag(name="shade", type="color")
    tone = Tag(name="tone", type="color")
    photos = [{"shade": f"s{place}", "tone": f"t{place}"} for place in range(9)]
    assert found((shade, tone), photos) == []
    assert found((shade, tone), [{"shade": "red", "tone": "blue"}] * 9) == []


def test_answers_that_change_are_named_and_swapped_values_overlap() -> None:
    twice = [
        ({"color": "red", "title": "a"}, {"color": "blue", "title": "b"}),
        ({"color": "blue", "title": "a"}, {"color": "red", "title": "a"}),
        ({"color": "red", "title": "a"}, {"color": "red", "title": "a"}),
    ]
    assert found((COLOR, TITLE), [], twice) == [
        ("unstable", "color: changed for 2 of 3 photos asked twice: red → blue; blue → red."),
        ("overlap", "color: the model gives now one, now the other: red / blue."),
    ]


def test_an_invalid_second_answer_is_no_change() -> None:
    bad = TagAnswer("invalid", None, "wrong_type")
    assert found((COLOR,), [], [({"color": "red"}, {"color": bad})]) == []


def test_lists_that_change_are_told_in_words() -> None:
    assert found((EXTRAS,), [], [({"extras": ["box", "bag"]}, {"extras": []})]) == [
        ("unstable", "extras: changed for 1 of 1 photos asked twice: box, bag → none.")
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Value(name="red"), Value(name="dark red")),
        (
            Value(name="worn", description="small scratches and traces of use"),
            Value(name="used", description="traces of use, small scratches"),
        ),
        (
            Value(name="shoes", description="boots and sandals"),
            Value(name="clothing", description="shirts, trousers, shoes, boots, sandals, hats"),
        ),
        (Value(name="甲", description="浅色外套"), Value(name="乙", description="浅色的外套")),
    ],
)
def test_values_with_much_the_same_words_overlap(one: Value, other: Value) -> None:
    tag = Tag(name="kind", type="choice", values=(one, other))
    assert found((tag,), []) == [
        ("overlap", f"kind: described with much the same words: {one.name} / {other.name}.")
    ]


def test_the_definitions_of_the_catalog_have_no_values_with_the_same_words(tmp_path: Path) -> None:
    catalog = load_catalog(PROJECT / "catalog", None, {"LISTING_HOME": str(tmp_path)})
    for definition in catalog.tag_definitions.values():
        assert weaknesses(definition, [tag.name for tag in definition.tags], []) == []


def test_long_lists_are_shortened() -> None:
    many = Tag(name="kind", type="choice", values=values(*(f"v{place}" for place in range(9))))
    (weak,) = weaknesses(
        TagDefinition(name="d", guide_prompt="Look.", tags=(many,)),
        ["kind"],
        [answers({"kind": "v0"})] * 9,
    )
    words = "kind: never chosen for 9 photos: v1; v2; v3; v4; v5; and 3 more."
    assert weak == Weakness("never_chosen", ("kind",), words)
