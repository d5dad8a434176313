"""Corrections: checked when made, the last word counts, and each can be taken back."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.catalog import TagDefinition
from listing_assets.corrections import Correction, CorrectionJournal, standing
from listing_assets.corrections.journal import CorrectionError
from resources.lake import Lake

DEFINITION = TagDefinition.model_validate(
    {
        "name": "shop",
        "guide_prompt": "Look.",
        "tags": [
            {"name": "category", "type": "choice", "values": [{"name": "Food"}, {"name": "Toys"}]},
            {
                "name": "colours",
                "type": "multi_choice",
                "values": [{"name": "red"}, {"name": "blue"}],
            },
            {"name": "price", "type": "number", "minimum": 0},
        ],
    }
)


@pytest.fixture
def journal(tmp_path: Path) -> CorrectionJournal:
    return CorrectionJournal(Lake(str(tmp_path)), "photos")


def correct(
    journal: CorrectionJournal, tag: str, action: Any, value: Any = None, *photos: str
) -> list[str]:
    return journal.make(photos or ("p1",), tag, action, value, author="ann", definition=DEFINITION)


def test_a_correction_has_author_time_and_the_value_as_the_definition_writes_it(
    journal: CorrectionJournal,
) -> None:
    correct(journal, "category", "set", " toys ")
    (one,) = journal.all()
    assert (one.value, one.author, one.is_undone) == ("Toys", "ann", False)
    assert one.made_at is not None


@pytest.mark.parametrize(
    ("tag", "action", "value", "told"),
    [
        ("category", "set", "Cars", "Food, Toys"),
        ("category", "add", "Food", "has one value"),
        ("price", "set", -3, "is no value"),
        ("price", "set", None, "is no value"),
        ("colours", "add", "green", "red, blue"),
        ("kategory", "set", "Food", "has no tag 'kategory'"),
        ("campaign", "add", "a:b", "is no label"),
        ("campaign", "add", "", "is no label"),
        ("bad:name", "add", "x", "is no label"),
        ("campaign", "add", "summer\nsale", "is no label"),
        ("campaign", "add", "summer\x1fFood", "is no label"),
        ("campaign", "add", "\ud83d", "half of a character"),
        ("category", "set", "x" * 1_000, "^'x{99}… is no value"),
    ],
)
def test_what_does_not_fit_the_definition_is_refused(
    journal: CorrectionJournal, tag: str, action: str, value: Any, told: str
) -> None:
    with pytest.raises(CorrectionError, match=told):
        correct(journal, tag, action, value)
    assert journal.all() == []


def test_an_author_is_needed(journal: CorrectionJournal) -> None:
    with pytest.raises(CorrectionError, match="author"):
        journal.make(["p"], "category", "clear", None, author=" ", definition=DEFINITION)
    (made,) = correct(journal, "category", "set", "Food")
    with pytest.raises(CorrectionError, match="author"):
        journal.undo([made], author=" ")
    assert [one.is_undone for one in journal.all()] == [False]


def test_the_last_word_counts_and_can_be_taken_back(journal: CorrectionJournal) -> None:
    correct(journal, "category", "set", "Food")
    (second,) = correct(journal, "category", "set", "Toys")
    assert [one.value for one in standing(journal.all())] == ["Toys"]
    assert journal.undo([second, "no such id"], author="bob") == 1
    assert [one.value for one in standing(journal.all())] == ["Food"]
    assert journal.undo([second], author="bob") == 0


def test_one_commit_corrects_many_photos_once_each(journal: CorrectionJournal) -> None:
    ids = correct(journal, "category", "set", "Food", "p1", "p2", "p1")
    assert len(ids) == 2
    assert {one.image_id for one in journal.all()} == {"p1", "p2"}
    assert [one.image_id for one in journal.all(["p2"])] == ["p2"]


def test_values_of_a_tag_with_several_are_added_and_removed(journal: CorrectionJournal) -> None:
    correct(journal, "colours", "add", "red")
    correct(journal, "colours", "remove", "blue")
    (one,) = standing(journal.all())
    assert (one.is_set, one.added, one.removed) == (False, ["red"], ["blue"])
    correct(journal, "colours", "add", "blue")
    (one,) = standing(journal.all())
    assert (one.added, one.removed) == (["red", "blue"], [])


def test_labels_that_the_definition_does_not_know_are_people_s_own(
    journal: CorrectionJournal,
) -> None:
    correct(journal, "campaign", "add", "summer 夏")
    correct(journal, "campaign", "add", "sale")
    correct(journal, "campaign", "remove", "sale")
    (one,) = standing(journal.all())
    assert one.added == ["summer 夏"]


def test_datasets_do_not_see_each_other_s_corrections(journal: CorrectionJournal) -> None:
    correct(journal, "category", "set", "Food")
    assert CorrectionJournal(journal._lake, "other").all() == []


values = st.sampled_from(["red", "blue"])
steps = st.one_of(
    st.tuples(st.just("set"), st.lists(values, unique=True, min_size=1)),
    st.tuples(st.just("clear"), st.none()),
    st.tuples(st.sampled_from(["add", "remove"]), values),
)


@given(st.lists(steps, max_size=8), st.sets(values))
def test_standing_does_to_the_model_s_values_what_the_steps_do_in_order(
    steps: list[tuple[Any, Any]], model: set[str]
) -> None:
    shown = set(model)
    for action, value in steps:
        if action == "set":
            shown = set(value)
        elif action == "clear":
            shown = set()
        elif action == "add":
            shown |= {value}
        else:
            shown -= {value}
    found = standing(Correction("p", "colours", action, value, "ann") for action, value in steps)
    if not steps:
        assert found == []
        return
    (one,) = found
    outcome = set(one.value or []) if one.is_set else (model - set(one.removed)) | set(one.added)
    assert outcome == shown
