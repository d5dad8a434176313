"""Batch mode through Dagster: the run ends well without publishing, and a later one publishes."""

import dagster as dg
import pytest

from listing_assets.batches.notes import load_batches
from listing_assets.publishing.revisions import newest_revision
from listing_assets.versions.names import VersionName
from tests.conftest import Chain, Finished
from tests.support.endpoint_server import EndpointServer

V1 = VersionName("photos", "v1")


def skipped(run: Finished) -> set[str]:
    return {event.step_key for event in run.result.all_events if event.is_step_skipped}


def test_a_version_waits_for_its_batch_over_a_restart_and_is_then_published_as_ever(
    overnight: Chain, chat_server: EndpointServer
) -> None:
    chat_server.batch_polls = None
    overnight.add_photos(range(5))
    first = overnight.run()
    assert first.success, first.problem
    assert not {"smart_tags", "labeled_dataset_versions"} & first.metadata.keys()
    assert "labeled_dataset_versions" in skipped(first)
    assert first["embeddings"]["computed"] == 5, "what does not need the answers goes on"
    assert newest_revision(overnight.lake, V1) is None
    tags = overnight.instance.get_run_by_id(first.result.run_id).tags
    assert (tags["listing/waiting_requests"], tags["listing/waiting_batches"]) == ("5", "1")
    (seen,) = first.result.asset_observations_for_node("smart_tags")
    (told,) = seen.metadata["waiting"].value["batches"]
    assert (told["id"], told["requests"], told["status"]) == ("batch_1", 5, "submitted")

    overnight.instance = dg.DagsterInstance.ephemeral()
    chat_server.end_batches()
    second = overnight.run()
    assert second.success, second.problem
    assert second["labeled_dataset_versions"]["published"] == 5
    assert all(second.checks.values()), second.checks
    done = second["smart_tags"]
    assert (done["computed"], done["reused"], done["calls"]) == (5, 0, 5)
    assert done["cost"] == pytest.approx(5 * (100 * 1 + 10 * 2) / 1e6)
    assert second["embeddings"]["reused"] == 5
    assert chat_server.batch_requests["create"] == 1
    assert chat_server.requests == {"batch_line": 5}
    assert [batch.status for batch in load_batches(overnight.lake)] == ["collected"]


def test_a_refused_batch_fails_the_run_once_in_plain_words(
    overnight: Chain, chat_server: EndpointServer
) -> None:
    chat_server.batch_polls, chat_server.batch_most_lines = 1, 2
    overnight.add_photos(range(3))
    overnight.run()
    failed = overnight.run()
    assert not failed.success
    assert "refused as a whole: There are more than 2 lines" in failed.problem
