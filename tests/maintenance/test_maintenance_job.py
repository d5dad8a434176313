"""The job and the command: what they report, and how they refuse."""

import json
from pathlib import Path

import dagster as dg
import pytest

from listing_assets.cli.app import main
from listing_assets.definitions import build_defs
from listing_assets.maintenance_job import POOL
from resources.lake import Lake
from tests.maintenance.lakes import make_lake


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("LISTING_HOME", str(tmp_path))
    monkeypatch.setenv("LISTING_MAINTENANCE_RETENTION", "0")
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    return make_lake(str(tmp_path / "lake"))


def run_job(*, succeeds: bool) -> dg.ExecuteInProcessResult:
    result = (
        build_defs()
        .resolve_job_def("lake_maintenance")
        .execute_in_process(
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    )
    assert result.success is succeeds
    return result


def test_it_is_scheduled_every_night_in_a_pool_of_its_own() -> None:
    defs = build_defs()
    schedule = defs.resolve_schedule_def("nightly_maintenance")
    assert schedule.job_name == "lake_maintenance"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    (node,) = defs.resolve_job_def("lake_maintenance").nodes
    assert node.definition.pool == POOL


def test_the_job_reports_files_and_bytes_of_every_table(lake: Lake) -> None:
    (output,) = (
        event.step_output_data.metadata
        for event in run_job(succeeds=True).all_events
        if event.event_type == dg.DagsterEventType.STEP_OUTPUT
    )
    assert output["files_after"].value < output["files_before"].value
    tables = {row.data["table"]: row.data for row in output["tables"].records}
    assert set(tables) == {"leases", "listings", "normalized_images", "photos", "smart_tags"}
    assert tables["smart_tags"]["fragments_merged"] == 12
    assert tables["smart_tags"]["bytes_after"] < tables["smart_tags"]["bytes_before"]


def test_the_job_succeeds_before_there_is_a_lake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTING_HOME", str(tmp_path))
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    run_job(succeeds=True)
    assert not (tmp_path / "lake").exists()


def test_the_job_fails_in_plain_words_where_the_lake_is_in_use(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listing_assets.maintenance_job.WAIT_SECONDS", 0.1)
    with lake.lease("photos@v1", "run 7"):
        result = run_job(succeeds=False)
    (failure,) = result.get_step_failure_events()
    assert (
        "the lake is in use: photos@v1" in failure.step_failure_data.user_failure_data.description
    )


def test_the_command_tells_people_and_programs(
    lake: Lake, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def listing(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["listing", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().out

    code, out = listing("maintain", "--dry-run")
    assert code == 0
    assert "nothing was changed" in out
    with lake.lease("photos@v1", "run 7"):
        code, out = listing("maintain", "--json")
    assert code == 1
    assert "photos@v1 is held by" in json.loads(out)["error"]["problem"]
    code, out = listing("maintain", "--retention", "7", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["retention_days"] == 7
    assert document["after"]["files"] > document["before"]["files"]
    code, out = listing("maintain", "--json")
    document = json.loads(out)
    assert document["after"]["bytes"] < document["before"]["bytes"]
    assert {table["table"] for table in document["tables"]} > {"photos", "leases"}
