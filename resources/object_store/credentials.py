"""How a source is to be reached: names of profiles, roles and places, never a secret.

Secrets come from the environment or from the credential files of the cloud's own tools.
"""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict


def _without_secret(endpoint: str) -> str:
    if "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError(
            "an endpoint is a URL such as https://minio.example.com:9000, without user or password"
        )
    return endpoint.rstrip("/")


class SourceCredentials(BaseModel):
    """Which identity reads a source, and where the source is. All of it may be left out.

    `profile` names a profile of the AWS files (S3) or of the `aliyun` command (OSS); `role_arn` is
    a role that is assumed with it, under `external_id` where the role asks for one. `endpoint` is
    where the objects are; the service that gives out roles is found as every tool finds it
    (AWS_ENDPOINT_URL_STS, ALIBABA_CLOUD_STS_ENDPOINT).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    region: str | None = None
    endpoint: Annotated[str, AfterValidator(_without_secret)] | None = None
