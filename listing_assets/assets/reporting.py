"""What every asset body ends with: a report as Dagster metadata, in kilobytes."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from listing_assets.assets.run import VersionRun
from listing_assets.calls import CallSummary
from listing_assets.hashing import digest
from listing_assets.increment import Report
from listing_assets.versions.view import required_listing
from resources.lake import Lake


def materialized(
    context: dg.AssetExecutionContext,
    metadata: Mapping[str, Any],
    data_version: str,
    checks: Sequence[dg.AssetCheckResult] = (),
) -> dg.MaterializeResult:
    """What an asset's body returns.

    The metadata goes with the materialization: a result's own would be in the event log a second
    time, with the step's output.
    """
    context.add_asset_metadata(metadata)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(data_version), check_results=list(checks)
    )


def step_result(
    context: dg.AssetExecutionContext,
    run: VersionRun,
    lake: Lake,
    table: str,
    recipe: object,
    report: Report,
    checks: Sequence[dg.AssetCheckResult],
    **more: str | int | dg.MetadataValue,
) -> dg.MaterializeResult:
    """What a step of the kernel materialized.

    Its data version is that of the listing and the recipe: all that determines the results.
    """
    listing = required_listing(lake, run.version)
    metadata = {
        **report_metadata(report),
        "dagster/uri": f"{lake.uri}/{table}.lance",
        "recipe": digest(recipe, length=16),
        **more,
    }
    return materialized(context, metadata, digest(listing.fingerprint, recipe), checks)


def report_metadata(report: Report) -> dict[str, dg.MetadataValue]:
    """The kernel's report."""
    metadata: dict[str, dg.MetadataValue] = {
        "needed": dg.MetadataValue.int(report.needed),
        "reused": dg.MetadataValue.int(report.reused),
        "computed": dg.MetadataValue.int(report.computed),
        "failed": dg.MetadataValue.int(sum(report.failed.values())),
        "calls": dg.MetadataValue.int(report.calls),
        "seconds": dg.MetadataValue.float(round(report.seconds, 2)),
        "rate_per_second": dg.MetadataValue.float(round(report.rate, 2)),
    }
    if report.calls:
        metadata |= {
            "input_tokens": dg.MetadataValue.int(report.input_tokens),
            "output_tokens": dg.MetadataValue.int(report.output_tokens),
        }
    if report.cost is not None:
        metadata["cost"] = dg.MetadataValue.float(round(report.cost, 6))
    if report.failed:
        metadata["failed_by_reason"] = counts(report.failed, "reason")
    return metadata


def calls_metadata(summary: CallSummary) -> dict[str, dg.MetadataValue]:
    """How the endpoint served: latencies of answered calls, and how the others ended."""
    metadata: dict[str, dg.MetadataValue] = {
        "latency_p50_ms": dg.MetadataValue.float(round(summary.latency_ms(0.5), 1)),
        "latency_p95_ms": dg.MetadataValue.float(round(summary.latency_ms(0.95), 1)),
        "share_of_time_at_ceiling": dg.MetadataValue.float(round(summary.at_ceiling, 3)),
    }
    if set(summary.outcomes) - {"ok"}:
        metadata["requests_by_outcome"] = counts(summary.outcomes, "outcome")
    return metadata


def counts(values: Mapping[str, int], name: str) -> dg.MetadataValue:
    """A table of counts by name."""
    return dg.MetadataValue.table(
        [dg.TableRecord({name: key, "count": count}) for key, count in values.items()],
        schema=dg.TableSchema([dg.TableColumn(name), dg.TableColumn("count", "int")]),
    )


def column_schema(schema: pa.Schema) -> dg.TableSchema:
    """An Arrow schema as Dagster shows it."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                field.name,
                str(field.type),
                constraints=dg.TableColumnConstraints(nullable=field.nullable),
            )
            for field in schema
        ]
    )
