"""What a job would do to a dataset version, and what it would cost."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from listing_assets.increment import Mode
from listing_assets.versions.names import VersionName
from listing_assets.web.routes import DatasetName, FromLibrary
from listing_assets.web.running.documents import PlanDocument
from listing_assets.web.running.folders import Kind
from listing_assets.web.running.plans import plan_job

router = APIRouter(prefix="/datasets/{dataset}/versions/{version}", tags=["jobs"])
Version = Annotated[
    str,
    Path(
        pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$",
        description="A version, published or not yet.",
    ),
]


@router.get("/plan")
def plan_version(
    library: FromLibrary,
    dataset: DatasetName,
    version: Version,
    kind: Annotated[Kind, Query(description="What a full job computes again.")] = "all",
    mode: Annotated[Mode, Query()] = "incremental",
) -> PlanDocument:
    """What a job would compute, call and cost. Lists the source; changes nothing."""
    return plan_job(library, VersionName.parse(f"{dataset}@{version}"), kind, mode)
