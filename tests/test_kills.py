"""A kill at any moment loses nothing but the calls in flight."""

from listing_assets.publishing.revisions import newest_revision
from listing_assets.versions.names import VersionName
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer
from tests.support.killing import finish, run_with_kills, start, terminate_when

PHOTOS, KILLS, CONCURRENCY, WINDOW_ROWS = 80, 3, 8, 10


def environment(chain: Chain) -> dict[str, str]:
    return {
        "LISTING_HOME": str(chain.home),
        "LISTING_CATALOG": str(chain.catalog),
        "LISTING_COMMIT_ROWS": str(WINDOW_ROWS),
        "LISTING_COMMIT_SECONDS": "0.5",
    }


def test_killed_runs_resume_and_pay_again_for_the_calls_in_flight_only(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(PHOTOS))
    chat_server.latency_seconds = 0.4
    killed = run_with_kills(
        "photos@v1",
        environment(chain),
        kills=KILLS,
        earliest_seconds=4.0,
        latest_seconds=9.0,
        seed=7,
    )
    assert killed.document["published"] == PHOTOS
    calls = sum(chat_server.calls.values())
    assert len(chat_server.calls) == PHOTOS
    assert calls - PHOTOS <= killed.kills * CONCURRENCY
    undisturbed = chain.home.parent / "undisturbed"
    document = finish(start("photos@v1", {**environment(chain), "LISTING_HOME": str(undisturbed)}))
    assert document["data_version"] == killed.document["data_version"]


def test_sigterm_commits_what_is_finished_and_the_next_run_goes_on(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(60))
    chat_server.latency_seconds = 0.2
    patient = {**environment(chain), "LISTING_COMMIT_ROWS": "500", "LISTING_COMMIT_SECONDS": "600"}
    process = start("photos@v1", patient)
    terminate_when(process, lambda: sum(chat_server.calls.values()) >= 24, 120)
    process.communicate(timeout=60)
    assert process.returncode == 130
    stored = chain.lake.open("smart_tags").count_rows("tag = 'category'")
    calls = sum(chat_server.calls.values())
    assert stored == calls, "every call that was begun was waited for and kept"
    finish(start("photos@v1", patient))
    assert sum(chat_server.calls.values()) == 60
    revision = newest_revision(chain.lake, VersionName("photos", "v1"))
    assert revision is not None and revision.published == 60
