"""`listing export`, and the job behind it: what they print, record and refuse."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from listing_assets import open_version
from listing_assets.assets.run import Installation, Progress
from listing_assets.export_job import (
    ExportConfig,
    export_config,
    export_version,
)
from listing_assets.exports import Exported, ExportRequest
from listing_assets.search import Query
from resources.injected import LakeResource
from tests.conftest import draw_photo
from tests.reading.published import PUBLISHED, Shop
from tests.support.in_process import Listing


def document(result: tuple[int, str, str]) -> Any:
    code, out, err = result
    assert code == 0, err
    return json.loads(out)


def test_the_command_exports_and_says_what_it_wrote(listing: Listing, tmp_path: Path) -> None:
    to = tmp_path / "out"
    done = document(listing("export", "photos@v1", "--format", "coco", "--to", str(to), "--json"))
    manifest = json.loads((to / "export.json").read_text())
    assert done["manifest"] == str(to / "export.json")
    assert (done["photos"], done["revision"]) == (len(PUBLISHED), "v1.2")
    assert (done["files"], done["bytes"]) == (len(manifest["files"]), manifest["counts"]["bytes"])
    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_runs(dg.RunsFilter(job_name="export_version"), limit=1)
    assert run.status == dg.DagsterRunStatus.SUCCESS
    code, _, err = listing("export", "photos@v1", "--format", "coco", "--to", str(to))
    assert code == 1
    assert "--overwrite" in err
    code, out, _ = listing(
        "export", "photos@v1.1", "--format", "retrieval", "--to", str(to), "--overwrite"
    )
    assert code == 0
    assert "photos of photos@v1.1 exported as retrieval" in out


def test_conditions_choose_and_a_dry_run_writes_nothing(listing: Listing, tmp_path: Path) -> None:
    food = open_version("photos@v1").where("category=Food")
    words = ["export", "photos@v1", "--format", "coco", "--to", str(tmp_path / "o"), "--dry-run"]
    asked = {
        ("--where", "category=Food"): len(food),
        ("--any", "category:Food"): len(food),
        ("--none", "category:Food"): len(PUBLISHED) - len(food),
        ("--all", "category:Food", "--all", "category:Toys"): None,
        ("--text", "photo", "--top-k", "3"): 3,
        ("--image", "a.jpg", "--top-k", "2"): 2,
    }
    for options, count in asked.items():
        code, out, err = listing(*words, *options, "--json")
        if count is None:
            assert code == 1
            assert "no published photo" in err
        else:
            planned = document((code, out, err))
            assert (planned["photos"], planned["is_planned"]) == (count, True)
    photo = tmp_path / "mine.jpg"
    photo.write_bytes(draw_photo(0))
    planned = document(listing(*words, "--image", str(photo), "--top-k", "4", "--json"))
    assert planned["photos"] == 4
    code, _, err = listing(*words, "--image", "nowhere.jpg")
    assert (code, "nowhere.jpg" in err) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.jpg"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("photos@v1", "--format", "coca", "--to", "o"), "no export format 'coca'"),
        (("photos@v9", "--format", "coco", "--to", "o"), "was not published yet"),
        (("photos@v1", "--format", "coco", "--to", "o", "--where", "a("), "at character"),
        (("photos@v1", "--format", "coco", "--to", "caf\udce9"), "not valid Unicode"),
        (("photos@v1", "--format", "dataset-version", "--to", "photos@v4"), "another dataset"),
    ],
)
def test_mistakes_are_told_with_a_remedy(
    listing: Listing, words: tuple[str, ...], told: str
) -> None:
    code, out, err = listing("export", *words)
    assert (code, out) == (1, "")
    assert told in err
    assert "→" in err
    assert "Traceback" not in err


def run_job(shop: Shop, config: dict[str, Any], progress: Progress | None = None) -> Any:
    with dg.DagsterInstance.ephemeral() as instance:
        return export_version.execute_in_process(
            instance=instance,
            run_config={**config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            resources={
                "installation": Installation(),
                "lake": LakeResource(uri=str(shop.chain.home / "lake")),
                "progress": progress or Progress(),
            },
            raise_on_error=False,
        ), instance.get_dynamic_partitions("dataset_versions")


def test_a_run_of_the_job_says_in_its_metadata_what_was_exported(
    shop: Shop, tmp_path: Path
) -> None:
    request = ExportRequest(
        version="photos@v1",
        format="file-list",
        to=str(tmp_path / "out"),
        query=Query(where="category=Food"),
    )
    result, _ = run_job(shop, export_config(request))
    assert result.success
    (told,) = (
        event.step_output_data.metadata
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.STEP_OUTPUT
    )
    assert told.keys() == {field.name for field in fields(Exported)}
    assert told["photos"].value == len(open_version("photos@v1").where("category=Food"))
    assert json.loads((tmp_path / "out" / "export.json").read_text())["query"] == {
        "where": "category=Food"
    }


def test_a_failed_run_has_problem_and_remedy(shop: Shop, tmp_path: Path) -> None:
    request = ExportRequest(version="photos@v1", format="coca", to=str(tmp_path / "out"))
    result, _ = run_job(shop, export_config(request))
    assert not result.success
    (failure,) = result.get_step_failure_events()
    metadata = failure.step_failure_data.user_failure_data.metadata
    assert "no export format 'coca'" in metadata["problem"].value
    assert "coco" in metadata["remedy"].value


def test_the_job_adds_the_partition_of_a_dataset_version(shop: Shop) -> None:
    request = ExportRequest(version="photos@v1", format="dataset-version", to="job@v1")
    result, partitions = run_job(shop, export_config(request))
    assert result.success
    assert partitions == ["job@v1"]


def test_the_config_of_a_run_has_every_field_of_a_request() -> None:
    assert ExportConfig.model_fields.keys() == ExportRequest.model_fields.keys()
