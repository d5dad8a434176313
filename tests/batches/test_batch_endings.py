"""How batches end: lines that fail, batches that expire, are cancelled, refused, or are gone."""

from collections import Counter

import pytest

from listing_assets.batches.notes import load_batches
from resources.errors import EndpointStoppedError, ModelError
from tests.batches.conftest import Desk


def test_lines_that_fail_have_the_reasons_of_online_calls_and_passing_ones_are_asked_later(
    desk: Desk,
) -> None:
    desk.chain.add_photos(range(6))
    desk.list_photos()
    desk.work()
    faults = ["500", "content_filter", "refusal", "malformed", "fenced", "ok"]
    desk.server.script.of_photo = dict(zip(desk.photo_ids(), faults, strict=True))
    desk.server.end_batches()
    done = desk.work()
    assert done.waiting is None, "what failed is asked again by a later run"
    assert desk.outcomes() == [
        "content_filtered",
        "ok",
        "ok",
        "ok",
        "refused_by_model",
        "server_error",
    ]
    statuses = Counter((status, reason) for _, status, reason in desk.answers())
    assert statuses["failed", "server_error"] == 2
    assert statuses["refused", "content_filtered"] == 2
    assert statuses["refused", "refused_by_model"] == 2
    assert statuses["valid", ""] == 4
    assert sum(count for (status, _), count in statuses.items() if status == "invalid") == 2
    assert sum(done.report.failed.values()) == 4
    assert done.report.input_tokens == desk.server.input_tokens

    desk.server.script.of_photo.clear()
    assert desk.waiting_requests() == 1, "the passing one alone"
    desk.server.end_batches()
    assert desk.work().waiting is None
    assert len(desk.rows("model_calls")) == desk.server.requests["batch_line"] == 7


def test_what_an_expired_batch_left_undone_is_submitted_by_the_run_that_sees_it(four: Desk) -> None:
    four.work()
    four.server.batch_done_lines = 3
    four.server.end_batches("expired")
    assert four.waiting_requests() == 1
    assert four.outcomes() == ["batch_expired", "ok", "ok", "ok"]
    assert Counter(status for _, status, _ in four.answers()) == {"valid": 6, "failed": 2}
    four.server.end_batches()
    assert four.work().waiting is None
    assert four.server.requests["batch_line"] == 4, "no line is worked on twice"


def test_a_batch_that_expired_without_an_answer_stops_before_more_is_asked(four: Desk) -> None:
    four.work()
    four.server.end_batches("expired")
    with pytest.raises(ModelError, match="none of its 4 requests was answered"):
        four.work()
    assert len(four.remote) == 1
    assert four.waiting_requests() == 4
    assert len(four.remote) == 2


def test_a_cancelled_batch_stops_the_run_and_the_next_one_asks_for_the_rest(four: Desk) -> None:
    four.work()
    four.server.batch_done_lines = 1
    four.server.end_batches("cancelled")
    with pytest.raises(ModelError, match="cancelled with 1 of 4 requests answered"):
        four.work()
    assert len(four.remote) == 1
    assert not load_batches(four.lake)[0].awaited_by, "and no run is due by itself"
    assert four.waiting_requests() == 3


def test_a_batch_that_is_refused_as_a_whole_is_told_in_the_endpoint_s_words(four: Desk) -> None:
    four.work()
    four.server.batch_most_lines = 3
    four.server.end_batches()
    with pytest.raises(ModelError, match="There are more than 3 lines") as refused:
        four.work()
    assert "batch_1 was refused as a whole" in refused.value.problem
    assert "run again" in refused.value.remedy
    assert not four.outcomes(), "nothing was asked, nothing is in the ledger"
    four.server.batch_most_lines = 50
    assert four.waiting_requests() == 4


def test_a_batch_that_is_refused_at_once_is_no_batch(four: Desk) -> None:
    four.server.batch_script.faults += ["ok", "400"]
    with pytest.raises(ModelError, match="will not take a batch"):
        four.work()
    assert not four.remote
    assert four.waiting_requests() == 4
    assert len(four.remote) == 1


def test_a_file_that_is_too_large_is_told_with_the_options_to_change(four: Desk) -> None:
    four.server.batch_most_bytes = 100
    with pytest.raises(ModelError, match="batch_max_bytes"):
        four.work()
    assert not four.remote


def test_a_form_that_is_not_taken_is_given_up_and_remembered(four: Desk) -> None:
    four.server.formats = ["json_object", "none"]
    four.work()
    four.server.end_batches()
    assert four.waiting_requests() == 4, "in the next lower form, at once"
    assert four.outcomes() == ["unsupported_format"] * 4
    four.server.end_batches()
    assert four.work().waiting is None
    assert Counter(status for _, status, _ in four.answers()) == {"failed": 8, "valid": 8}
    four.chain.edit("tag_definitions/shop.yaml", "Say what you see.", "Look.")
    four.work()
    first, *later = load_batches(four.lake)
    assert first.form.output == "json_schema"
    assert {batch.form.output for batch in later} == {"json_object"}


def test_lines_that_only_the_user_can_mend_stop_the_run(four: Desk) -> None:
    four.work()
    four.server.faults += ["ok", "arrears", "arrears", "arrears"]
    four.server.end_batches()
    with pytest.raises(EndpointStoppedError, match="the account is in arrears"):
        four.work()
    assert four.outcomes() == ["in_arrears", "in_arrears", "in_arrears", "ok"]
    assert four.waiting_requests() == 3


def test_many_lines_that_all_failed_stop_the_run(desk: Desk) -> None:
    desk.chain.add_photos(range(8))
    desk.list_photos()
    desk.work()
    desk.server.faults += ["500"] * 8
    desk.server.end_batches()
    with pytest.raises(
        ModelError, match="none of its 8 requests was answered; last seen was server"
    ):
        desk.work()
    assert desk.waiting_requests() == 8


def test_a_batch_that_the_endpoint_does_not_know_is_asked_anew_only_after_a_word(
    four: Desk,
) -> None:
    four.work()
    kept = dict(four.server.batches["/v1"].batches)
    four.server.batches["/v1"].batches.clear()
    with pytest.raises(ModelError, match="knows no batch batch_1"):
        four.work()
    four.server.batches["/v1"].batches.update(kept)
    assert four.waiting_requests() == 4
    assert four.server.batch_requests["create"] == 1, "it is known again"
    four.server.batches["/v1"].batches.clear()
    with pytest.raises(ModelError, match="run again to ask for them anew"):
        four.work()
    assert four.waiting_requests() == 4
    assert four.server.batch_requests["create"] == 2
