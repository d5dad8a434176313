"""The commands `evaluate` and `instructions`, and the assets of the same."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from listing_assets.catalog import GroupBy, Listings
from listing_assets.cli.app import app
from listing_assets.definitions import build_defs
from listing_assets.listings.training import InstructionRequest
from listing_assets.partitions import dataset_versions
from resources.errors import CatalogError
from tests.listings.training.published_listings import World
from tests.support.endpoint_server import EndpointServer


@pytest.fixture(scope="module", autouse=True)
def endpoint(world: World) -> Iterator[None]:
    """The dataset's tag model answers again while these tests run."""
    models = world.chain.catalog / "models.yaml"
    before = models.read_text()
    with EndpointServer() as server:
        models.write_text(re.sub(r"http://127\.0\.0\.1:\d+/v1", server.url, before))
        yield
    models.write_text(before)


def told(*words: str) -> Any:
    ran = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert ran.exit_code == 0
    return json.loads(ran.stdout)


def test_a_version_is_evaluated_and_the_report_kept(world: World) -> None:
    found = told("evaluate", "photos@v1", "--definition", "trained", "--products", "5")
    figures = {(row["part"], row["name"], row["metric"]) for row in found["figures"]}
    for arm in ("photo", "+ category", "+ reference", "all"):
        assert ("description", arm, "BLEU-4") in figures
        assert ("description", arm, "ROUGE-L") in figures
    assert ("retrieval", "SKU", "Precision@100") in figures
    tables, picture = map(Path, found["files"])
    assert "ablation" not in tables.read_text()
    assert "| + reference |" in tables.read_text()
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_instructions_are_written_once(world: World) -> None:
    first = told("instructions", "photos@v1", "--definition", "trained")
    assert first["listings"] - sum(line["removed"] for line in first["cleaning"]) == first["kept"]
    again = told("instructions", "photos@v1", "--definition", "trained")
    assert (again["is_new"], again["data_version"]) == (False, first["data_version"])
    shown = CliRunner().invoke(
        app, ["instructions", "photos@v1", "--definition", "trained"], catch_exceptions=False
    )
    assert "photos" in shown.output
    assert first["to"] in shown.output


@pytest.mark.parametrize(
    ("group_by", "column"),
    [("photo", ""), ("name", ""), ("folder", ""), ("product", "meta_sku")],
)
def test_command_and_asset_group_photos_as_the_dataset_does_or_by_product(
    group_by: GroupBy, column: str
) -> None:
    named = Listings(definition="trained", group_by=group_by, product_column="meta_sku")
    request = InstructionRequest(
        version="a@v1", definition="d", **InstructionRequest.of_dataset(named)
    )
    assert request.group_by == ("product" if group_by == "photo" else group_by)
    assert request.product_column == column
    unnamed = InstructionRequest.of_dataset(None)
    assert unnamed == InstructionRequest.of_dataset(Listings(definition="trained"))


def test_a_dataset_without_a_definition_needs_one(world: World) -> None:
    for command in ("evaluate", "instructions", "drafts"):
        with pytest.raises(CatalogError, match="names no listing definition"):
            CliRunner().invoke(app, [command, "photos@v1"], catch_exceptions=False)


def test_the_jobs_materialize_the_assets_of_a_dataset_with_listings(world: World) -> None:
    datasets = world.chain.catalog / "datasets.yaml"
    before = datasets.read_text()
    datasets.write_text(before + "    listings: {definition: trained, group_by: product}\n")
    try:
        made = {
            job: materialized(world, job) for job in ("evaluate_listings", "write_instructions")
        }
    finally:
        datasets.write_text(before)
    assert "## Descriptions" in made["evaluate_listings"]["tables"]
    assert made["evaluate_listings"]["description/all/BLEU-1"] >= 0
    assert made["write_instructions"]["kept"] > 0


def materialized(world: World, job: str) -> dict[str, Any]:
    instance = dg.DagsterInstance.ephemeral()
    instance.add_dynamic_partitions(dataset_versions.name or "", ["photos@v1"])
    result = (
        build_defs()
        .resolve_job_def(job)
        .execute_in_process(
            instance=instance,
            partition_key="photos@v1",
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    )
    (event,) = result.get_asset_materialization_events()
    return {name: value.value for name, value in event.materialization.metadata.items()}
