"""A kill at any moment loses nothing but the calls in flight."""

import random
import signal
import time

import pytest

from listing_assets.publishing.revisions import newest_revision
from listing_assets.versions.names import VersionName
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer
from tests.support.killing import finish, start, wait_for

PHOTOS, KILLS, CONCURRENCY, WINDOW_ROWS = 56, 2, 8, 10
V1 = VersionName("photos", "v1")


def environment(chain: Chain) -> dict[str, str]:
    return {
        "LISTING_HOME": str(chain.home),
        "LISTING_CATALOG": str(chain.catalog),
        "LISTING_COMMIT_ROWS": str(WINDOW_ROWS),
        "LISTING_COMMIT_SECONDS": "0.5",
    }


@pytest.mark.timeout(600)
def test_killed_runs_resume_and_pay_again_for_the_calls_in_flight_only(
    chain: Chain, chat_server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.add_photos(range(PHOTOS))
    chat_server.latency_seconds = 0.4
    moments = random.Random(7)
    for _ in range(KILLS):
        process = start("photos@v1", environment(chain))
        enough = chat_server.calls.total() + moments.randint(1, CONCURRENCY)
        wait_for(process, lambda enough=enough: chat_server.calls.total() >= enough)
        time.sleep(moments.uniform(0, chat_server.latency_seconds))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    document = finish(start("photos@v1", environment(chain)))
    assert document["published"] == PHOTOS
    assert len(chat_server.calls) == PHOTOS
    calls = chat_server.calls.total()
    assert PHOTOS < calls <= PHOTOS + KILLS * CONCURRENCY

    monkeypatch.setenv("LISTING_HOME", str(chain.home.parent / "undisturbed"))
    chat_server.latency_seconds = 0
    assert chain.run().success
    undisturbed = newest_revision(chain.lake, V1)
    assert undisturbed is not None and undisturbed.data_version == document["data_version"]


def test_sigterm_commits_what_is_finished_and_the_next_run_goes_on(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(60))
    chat_server.latency_seconds = 0.2
    patient = {**environment(chain), "LISTING_COMMIT_ROWS": "500", "LISTING_COMMIT_SECONDS": "600"}
    process = start("photos@v1", patient)
    wait_for(process, lambda: chat_server.calls.total() >= 24)
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 130
    stored = chain.lake.open("smart_tags").count_rows("tag = 'category'")
    calls = chat_server.calls.total()
    assert stored == calls < 60, "every call that was begun was waited for and kept"
    chat_server.latency_seconds = 0
    assert chain.run().success
    assert chat_server.calls.total() == 60
    revision = newest_revision(chain.lake, V1)
    assert revision is not None and revision.published == 60
