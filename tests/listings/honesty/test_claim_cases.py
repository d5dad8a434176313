"""Of every constructed description, exactly the claims without support are flagged."""

import pytest

from listing_assets.listings.draft import GUARDED
from listing_assets.listings.honesty import trace, without_unsupported
from tests.listings.honesty.constructed_cases import CHINESE, ENGLISH, Case

CASES = [
    pytest.param(case, id=f"{language}{number}")
    for language, cases in (("en", ENGLISH), ("zh", CHINESE))
    for number, case in enumerate(cases, 1)
]


@pytest.mark.parametrize("case", CASES)
def test_what_nothing_bears_out_is_flagged_and_nothing_else(case: Case) -> None:
    claims = trace(case.text, case.evidence)
    guarded = [claim for claim in claims if claim.kind in GUARDED]
    flagged = {claim.text for claim in claims if claim.flagged}
    supported = {claim.text for claim in guarded if claim.support != "unsupported"}
    assert (flagged, supported) == (set(case.flagged), set(case.supported)), case.name
    assert all(case.text[claim.start : claim.end] == claim.text for claim in claims)
    assert all(bool(claim.source) == (claim.support != "unsupported") for claim in claims)


@pytest.mark.parametrize("case", CASES)
def test_what_is_left_after_dropping_has_no_flag(case: Case) -> None:
    left = without_unsupported(case.text, trace(case.text, case.evidence))
    assert not [claim for claim in trace(left.text, case.evidence) if claim.flagged], left.text
    assert all(words in "".join(left.removed) for words in case.flagged)
    assert all(words in case.text for words in left.removed)


def test_there_are_thirty_cases_of_all_guarded_kinds() -> None:
    assert len(ENGLISH) >= 15 and len(CHINESE) >= 15
    for cases in (ENGLISH, CHINESE):
        kinds = {
            claim.kind
            for case in cases
            for claim in trace(case.text, case.evidence)
            if claim.flagged
        }
        assert kinds == GUARDED
