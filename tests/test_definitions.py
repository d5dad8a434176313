"""The definitions as Dagster loads them: what a user sees in the UI is meant to be there."""

import dagster as dg

from listing_assets.assets import ASSETS
from listing_assets.definitions import build_defs
from listing_assets.jobs import mode_config

CHAIN = {
    "raw_images": set(),
    "normalized_images": {"raw_images"},
    "smart_tags": {"normalized_images"},
    "embeddings": {"normalized_images"},
    "predicted_tags": {"normalized_images", "embeddings"},
    "labeled_dataset_versions": {"smart_tags", "embeddings", "predicted_tags"},
    "listing_drafts": {"labeled_dataset_versions"},
}
ON_REQUEST = {
    "listing_evaluations": {"listing_drafts"},
    "instruction_datasets": {"labeled_dataset_versions"},
}
BLOCKING = {
    "unique_keys",
    "every_object_settled",
    "known_label_values",
    "known_predicted_values",
    "unit_vectors_of_one_dimension",
    "row_accounting",
}
WARNING = {
    "reject_rate",
    "tag_coverage",
    "predicted_coverage",
    "vector_coverage",
    "label_drift",
}


def specs() -> dict[str, dg.AssetSpec]:
    graph = build_defs().resolve_asset_graph()
    return {node.key.to_user_string(): node for node in graph.asset_nodes}  # type: ignore[misc]


def test_the_definitions_load() -> None:
    dg.Definitions.validate_loadable(build_defs())


def test_the_assets_form_the_chain() -> None:
    found = {
        name: {key.to_user_string() for key in node.parent_keys} for name, node in specs().items()
    }
    assert found == CHAIN | ON_REQUEST


def test_every_asset_has_partition_group_owner_kind_description_and_code_version() -> None:
    for node in specs().values():
        assert node.partitions_def == dg.DynamicPartitionsDefinition(name="dataset_versions")
        assert node.group_name == "dataset_versions"
        assert node.owners and node.kinds and node.description and node.code_version


def test_steps_that_call_a_model_are_in_a_pool() -> None:
    pools = {name: node.pools for name, node in specs().items()}
    assert pools["smart_tags"] == {"tag_model"}
    assert pools["embeddings"] == {"embedding_model"}
    assert pools["listing_drafts"] == {"listing_models"}


def test_checks_block_where_publishing_would_be_wrong_and_warn_where_quality_drifts() -> None:
    checks = {spec.name: spec.blocking for asset in ASSETS for spec in asset.check_specs}
    assert {name for name, blocking in checks.items() if blocking} == BLOCKING
    assert {name for name, blocking in checks.items() if not blocking} == WARNING


def test_both_jobs_run_the_chain_and_one_of_them_in_full() -> None:
    defs = build_defs()
    for name in ("build_version", "build_version_full"):
        job = defs.resolve_job_def(name)
        assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == set(CHAIN)
    assert mode_config("full")["ops"]["smart_tags"]["config"]["mode"] == "full"
