"""The lists of reasons and repairs are closed and explained."""

import pytest

from listing_assets.tagging.reasons import MENDED_BY_ASKING, Reason, Repair, meaning


def test_every_code_has_one_line_of_meaning() -> None:
    for member in (*Reason, *Repair):
        assert meaning(member) == member.meaning
        assert member.meaning.endswith(".")
        assert "\n" not in member.meaning


def test_codes_differ_and_an_unknown_one_has_no_meaning() -> None:
    codes = [str(member) for member in (*Reason, *Repair)]
    assert len(set(codes)) == len(codes)
    assert meaning("http_418") == ""


@pytest.mark.parametrize(
    "reason",
    [Reason.REFUSED_BY_MODEL, Reason.CONTENT_FILTERED, Reason.TIMED_OUT, Reason.BAD_REQUEST],
)
def test_refusals_and_failed_calls_are_not_mended_by_asking(reason: Reason) -> None:
    assert reason not in MENDED_BY_ASKING
