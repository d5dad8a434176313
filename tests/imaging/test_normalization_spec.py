import pytest
from pydantic import ValidationError

from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec


def test_the_default_is_a_512_square_jpeg_of_quality_85():
    spec = NormalizationSpec()
    assert (spec.width, spec.height, spec.mode, spec.quality) == (512, 512, "stretch", 85)


@pytest.mark.parametrize(
    "change",
    [{"width": 256}, {"height": 256}, {"mode": "fit"}, {"quality": 90}, {"background": "black"}],
)
def test_whatever_changes_the_pixels_changes_the_recipe(change):
    assert NormalizationSpec(**change).recipe != NormalizationSpec().recipe


def test_a_limit_is_not_part_of_the_recipe():
    assert NormalizationSpec(max_pixels=5, max_bytes=5).recipe == NormalizationSpec().recipe


def test_the_recipe_does_not_depend_on_how_a_color_is_written():
    written = ("white", "#fff", "#FFFFFF", "rgb(255, 255, 255)")
    assert {NormalizationSpec(background=color).recipe for color in written} == {
        NormalizationSpec().recipe
    }


def test_the_recipe_is_the_same_in_every_release():
    # Stored rows are found by it: a change here recomputes and re-asks for everything.
    assert NormalizationSpec().recipe == "bbbccb3a27f92afb"


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0},
        {"quality": 101},
        {"mode": "squash"},
        {"background": "no such color"},
        {"background": "#FF000080"},
        {"max_pixels": 10**9},
        {"heigth": 512},
    ],
)
def test_a_wrong_setting_is_refused(wrong):
    with pytest.raises(ValidationError):
        NormalizationSpec(**wrong)


def test_only_a_passing_cause_is_worth_a_retry():
    assert [reason for reason in Reason if reason.retryable] == [Reason.FETCH_FAILED]
