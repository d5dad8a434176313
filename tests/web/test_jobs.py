"""Jobs over the API: real processes, recorded in a real Dagster instance on disk."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import httpx
import pytest

from listing_assets.publishing.revisions import newest_revision
from listing_assets.settings import PROJECT, Settings
from listing_assets.versions.names import VersionName
from listing_assets.web.running import jobs as running
from listing_assets.web.running.folders import JobFolder, VersionJob
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer
from tests.web.conftest import serving

UNKNOWN = "00000000-0000-4000-8000-000000000000"
CHAIN = [
    "raw_images",
    "normalized_images",
    "embeddings",
    "smart_tags",
    "labeled_dataset_versions",
]
"""Of a dataset that names no models of tags and no drafts."""


class Platform:
    """An installation with a slow or quick endpoint, and servers over it."""

    def __init__(self, chain: Chain, endpoint: EndpointServer) -> None:
        self.chain = chain
        self.endpoint = endpoint
        self.settings = Settings()

    @property
    def calls(self) -> int:
        return sum(self.endpoint.calls.values())


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with EndpointServer() as endpoint, pytest.MonkeyPatch.context() as patch:
        chain = Chain(tmp_path_factory.mktemp("jobs"), endpoint.url)
        patch.setenv("LISTING_HOME", str(chain.home))
        patch.setenv("LISTING_CATALOG", str(chain.catalog))
        patch.setenv("LISTING_DAGSTER", str(chain.home / "dagster"))
        patch.setenv("DAGSTER_HOME", str(PROJECT))
        patch.setenv("LISTING_COMMIT_SECONDS", "0.2")
        patch.delenv("LISTING_LAKE", raising=False)
        chain.add_photos(range(6))
        yield Platform(chain, endpoint)


@pytest.fixture
def jobs(platform: Platform) -> Iterator[httpx.Client]:
    """A server of its own for every test: each is a restart over the same installation."""
    with (
        serving(platform.settings) as url,
        httpx.Client(base_url=f"{url}/api", timeout=60) as client,
    ):
        yield client


def wait_until(found: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen in {seconds:.0f} s")


def over(client: httpx.Client, path: str) -> Any:
    """The document of a job or export once it is over."""
    ends = {"succeeded", "waiting", "failed", "stopped"}

    def look() -> Any:
        document = client.get(path).json()
        return document if document["status"] in ends else None

    return wait_until(look, f"the end of {path}")


def begin(client: httpx.Client, **asked: Any) -> Any:
    answer = client.post("/jobs", json={"dataset": "photos", **asked})
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_a_job_is_planned_begun_watched_and_found_again(
    platform: Platform, jobs: httpx.Client
) -> None:
    planned = jobs.get("/datasets/photos/versions/v1/plan").json()
    todo = {step["name"]: step["to_compute"] for step in planned["steps"]}
    assert todo == {"normalized_images": 6, "smart_tags": 6, "embeddings": 6}
    assert (planned["calls"], planned["cost"]) == (12, None), "no call is on record to learn from"
    assert "to learn its tokens from" in " ".join(planned["notes"])
    assert platform.calls == 0

    begun = begin(jobs, version="v1")
    assert begun["status"] == "starting" and begun["started_by"] == "gallery"
    refused = jobs.post("/jobs", json={"dataset": "photos", "version": "v1"})
    assert refused.status_code == 409 and begun["id"] in refused.json()["problem"]
    (listed,) = jobs.get("/jobs").json()["jobs"]
    assert listed["id"] == begun["id"]

    done = over(jobs, f"/jobs/{begun['id']}")
    assert (done["status"], done["problems"], done["revision"]) == ("succeeded", [], "v1.1")
    assert [step["name"] for step in done["steps"]] == CHAIN
    assert {step["status"] for step in done["steps"]} == {"done"}
    tagged = done["steps"][3]
    assert (tagged["needed"], tagged["computed"], tagged["calls"]) == (6, 6, 6)
    assert tagged["cost"] > 0 and tagged["failed"] == {} and done["currency"] == "USD"
    assert tagged["rate_per_second"] > 0 and tagged["remaining_seconds"] is None
    assert done["dagster_url"] == f"http://127.0.0.1:3000/runs/{done['id']}"
    with dg.DagsterInstance.get() as instance:
        recorded = instance.get_run_by_id(done["id"])
        assert recorded is not None and recorded.status == dg.DagsterRunStatus.SUCCESS
        assert recorded.tags["dagster/partition"] == "photos@v1"
        published = instance.get_latest_materialization_event(
            dg.AssetKey("labeled_dataset_versions")
        )
    assert published is not None and published.asset_materialization is not None
    gallery = published.asset_materialization.metadata["gallery"]
    assert isinstance(gallery, dg.UrlMetadataValue)
    assert gallery.url == "http://127.0.0.1:8188/?v=photos@v1.1"
    with (
        serving(platform.settings) as url,
        httpx.Client(base_url=f"{url}/api", timeout=60) as restarted,
    ):
        (found,) = restarted.get("/jobs").json()["jobs"]
    assert found == done

    again = jobs.get("/datasets/photos/versions/v1/plan").json()
    assert (again["calls"], again["cost"]) == (0, 0.0)
    labelling = jobs.get("/datasets/photos/versions/v1/plan?mode=full&kind=labelling").json()
    steps = {step["name"]: (step["mode"], step["to_compute"]) for step in labelling["steps"]}
    assert steps == {
        "normalized_images": ("incremental", 0),
        "smart_tags": ("full", 6),
        "embeddings": ("incremental", 0),
    }
    assert labelling["cost"] == pytest.approx(tagged["cost"], abs=1e-5)
    assert labelling["currency"] == "USD"


def test_a_killed_job_is_told_and_a_stopped_one_keeps_what_is_finished(
    platform: Platform, jobs: httpx.Client
) -> None:
    platform.chain.add_photos(range(100, 140))
    platform.endpoint.latency_seconds = 1.0
    before = platform.calls
    killed = begin(jobs, version="v2", mode="full", kind="labelling", budget=1000)
    wait_until(lambda: platform.calls > before, "the first call")
    with dg.DagsterInstance.get() as instance:
        run = instance.get_run_by_id(killed["id"])
        assert run is not None
        configs = {name: op["config"] for name, op in run.run_config["ops"].items()}
        os.kill(int(run.tags["listing/pid"]), signal.SIGKILL)
    assert {name: config["mode"] for name, config in configs.items()} == {
        "normalized_images": "incremental",
        "smart_tags": "full",
        "embeddings": "incremental",
        "predicted_tags": "full",
        "listing_drafts": "incremental",
    }
    assert {config["budget"] for config in configs.values()} == {1000}
    dead = over(jobs, f"/jobs/{killed['id']}")
    assert (dead["status"], dead["kind"], dead["mode"]) == ("failed", "labelling", "full")
    assert dead["problems"][0]["problem"] == "Its process was ended from outside."

    begun = begin(jobs, version="v2")
    calls = platform.calls
    wait_until(lambda: platform.calls > calls + 8, "calls of the next job")
    with (
        serving(platform.settings) as url,
        httpx.Client(base_url=f"{url}/api", timeout=60) as restarted,
    ):

        def counted() -> Any:
            steps = restarted.get(f"/jobs/{begun['id']}").json()["steps"]
            return [one for one in steps if one["name"] == "smart_tags" and one["computed"]]

        (tagging,) = wait_until(counted, "the count of a running step")
        stopping = restarted.post(f"/jobs/{begun['id']}/stop")
    assert tagging["status"] == "running" and tagging["computed"] < tagging["to_compute"] <= 46
    left = tagging["to_compute"] - tagging["computed"]
    assert tagging["remaining_seconds"] == pytest.approx(left / tagging["rate_per_second"])
    assert stopping.status_code == 202 and stopping.json()["status"] in {"stopping", "stopped"}
    stopped = over(jobs, f"/jobs/{begun['id']}")
    assert (stopped["status"], stopped["problems"], stopped["revision"]) == ("stopped", [], None)
    assert stopped["steps"][-1]["status"] == "not run"
    assert platform.calls - calls < tagging["to_compute"], "no further call was begun"
    kept = platform.chain.lake.open("smart_tags").count_rows("tag = 'category'")
    assert kept >= platform.calls - 8, "all but the calls in flight at the kill are kept"
    assert newest_revision(platform.chain.lake, VersionName("photos", "v2")) is None
    with dg.DagsterInstance.get() as instance:
        ended = instance.get_run_by_id(begun["id"])
        assert ended is not None and ended.status == dg.DagsterRunStatus.CANCELED
    again = jobs.post(f"/jobs/{begun['id']}/stop").json()
    assert again["status"] == "stopped", "one that is over stays as it is"


def test_a_job_that_never_came_to_its_run_is_told(platform: Platform, jobs: httpx.Client) -> None:
    silent, told, stopped = (
        JobFolder.create(platform.settings.jobs, VersionJob(version="photos@v7")) for _ in range(3)
    )
    told.note_end(problem="the catalog is broken.", remedy="Mend it.")
    stopped.ask_to_stop()
    listed = {job["id"]: job for job in jobs.get("/jobs").json()["jobs"]}
    assert [listed[one.id]["status"] for one in (silent, told, stopped)] == [
        "failed",
        "failed",
        "stopped",
    ]
    assert listed[silent.id]["problems"][0]["problem"] == "Its process was ended from outside."
    assert listed[told.id]["problems"] == [
        {"problem": "the catalog is broken.", "remedy": "Mend it.", "place": None}
    ]
    assert listed[stopped.id]["problems"] == [] and listed[stopped.id]["dagster_url"] is None
    for one in (silent, told, stopped):
        shutil.rmtree(one.path)


def recorded(version: str) -> str:
    """The id of a run of Dagster's own that has succeeded."""
    run = dg.DagsterRun(
        job_name="build_version",
        status=dg.DagsterRunStatus.SUCCESS,
        tags={"dagster/partition": version},
    )
    with dg.DagsterInstance.get() as instance:
        return str(instance.add_run(run).run_id)


def test_jobs_come_in_pages(jobs: httpx.Client) -> None:
    made = [recorded(f"photos@v{number}") for number in (3, 4, 5)]
    whole = [job["id"] for job in jobs.get("/jobs?max_results=100").json()["jobs"]]
    assert whole[:3] == made[::-1]
    pages, token = [], None
    while True:
        asked = {"max_results": 1, **({"next_token": token} if token else {})}
        page = jobs.get("/jobs", params=asked).json()
        pages += [job["id"] for job in page["jobs"]]
        token = page["next_token"]
        if token is None:
            break
    assert pages == whole


def test_a_process_that_has_yet_to_end_after_its_run_is_no_obstacle(
    platform: Platform, jobs: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "launch", lambda folder, settings: None)
    ended = JobFolder.create(platform.settings.jobs, VersionJob(version="photos@v6"))
    ended.path = ended.path.rename(platform.settings.jobs / recorded("photos@v6"))
    with ended.lock.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert ended.is_alive
        begun = begin(jobs, version="v6")
    for one in (ended, JobFolder(platform.settings.jobs / begun["id"])):
        shutil.rmtree(one.path)


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"dataset": "nothing", "version": "v1"}, 404, "nothing"),
        ({"dataset": "photos", "version": "v1.1"}, 422, "version"),
        ({"dataset": "photos", "version": "main"}, 400, "main"),
        ({"dataset": "photos", "version": "v1", "mode": "half"}, 422, "mode"),
        ({"dataset": "photos", "version": "v1", "kind": "drawing"}, 422, "kind"),
        ({"dataset": "photos", "version": "v1", "budget": -1}, 422, "budget"),
        ({"dataset": "photos", "version": "v1", "source": "/etc"}, 422, "source"),
    ],
    ids=["dataset", "revision", "version", "mode", "kind", "budget", "unknown field"],
)
def test_a_job_that_cannot_be_is_refused(
    jobs: httpx.Client, asked: dict[str, Any], status: int, word: str
) -> None:
    answer = jobs.post("/jobs", json=asked)
    assert answer.status_code == status and word in answer.json()["problem"]


@pytest.mark.parametrize("path", ["/jobs", "/exports"])
def test_unknown_jobs_are_told_so(jobs: httpx.Client, path: str) -> None:
    for answer in (jobs.get(f"{path}/{UNKNOWN}"), jobs.post(f"{path}/{UNKNOWN}/stop")):
        assert answer.status_code == 404 and UNKNOWN in answer.json()["problem"]
    assert jobs.get(f"{path}/..%2f..%2fetc").status_code in {404, 422}
    assert jobs.get(f"{path}/not-an-id").status_code == 422
    assert jobs.get(path, params={"next_token": UNKNOWN}).json()[path[1:]] == []
