"""Makes the client of a source: whose credentials, which region and endpoint, which limits.

S3 reads AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and the rest as every tool does. OSS reads
OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET, OSS_SESSION_TOKEN, OSS_REGION and OSS_ENDPOINT, or a
profile of the `aliyun` command. A role, on either, is assumed anew before its credentials expire.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.exceptions import BotoCoreError, NoCredentialsError, ProfileNotFound
from botocore.loaders import Loader
from botocore.session import Session
from botocore.utils import parse_timestamp

from resources.errors import SourceError
from resources.object_store.alibaba_sts import SESSION_NAME, AlibabaKey, assume_role
from resources.object_store.credentials import SourceCredentials
from resources.object_store.listing_pages import read_pages_of
from resources.object_store.s3_errors import OSS, S3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ATTEMPTS = 5
CONNECT_SECONDS = 10
READ_SECONDS = 60
DEFAULT_REGION = "us-east-1"
OSS_HOST = re.compile(r"^(https?://)(?:s3\.)?(oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com)$")
"""An endpoint of OSS: scheme, native host, region."""


def s3_client(credentials: SourceCredentials, max_connections: int) -> "S3Client":
    """A client of S3 or of a store that speaks its protocol.

    Raises:
        SourceError: the profile does not exist, or a setting cannot be used.
    """
    try:
        session = _session(profile=credentials.profile)
        region = credentials.region or os.environ.get("AWS_REGION")
        region = region or session.get_config_variable("region") or DEFAULT_REGION
        session.set_config_variable("region", region)
        if credentials.role_arn:
            session = _in_role(session, credentials.role_arn, credentials.external_id)
        return _client(session, region, credentials.endpoint, _config(max_connections))
    except ProfileNotFound as error:
        raise SourceError(
            f"there is no AWS profile '{error.kwargs['profile']}'.",
            "`aws configure list-profiles` shows those that exist.",
        ) from None
    except (BotoCoreError, ValueError) as error:
        raise _unusable("S3", error) from None


def oss_client(credentials: SourceCredentials, max_connections: int) -> "S3Client":
    """A client of OSS through its S3-compatible endpoint.

    Raises:
        SourceError: neither region nor endpoint is known, or there are no credentials.
    """
    profile = _aliyun_profile(credentials.profile)
    region, endpoint = _oss_place(credentials, profile)
    # AWS's own profile has no part in this: a wrong AWS_PROFILE must not stop a reader of OSS.
    session = _session(session_vars={"profile": (None, None, None, None)})
    key = _oss_key(profile)
    role_arn = credentials.role_arn or (profile.role_arn if profile else None)
    config = _config(
        max_connections,
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
        # OSS refuses the checksum trailers that boto3 adds by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    if role_arn is None:
        session.set_credentials(key.access_key_id, key.secret, key.token)
    else:
        external_id, arn = credentials.external_id, role_arn
        _use_refreshed(session, lambda: assume_role(key, arn, external_id, region))
    try:
        return _client(session, region or DEFAULT_REGION, endpoint, config)
    except (BotoCoreError, ValueError) as error:
        raise _unusable("OSS", error) from None


def _client(session: Session, region: str, endpoint: str | None, config: Config) -> "S3Client":
    # Of the 79 ms that botocore takes to read a page of 1,000 keys, its own dates take 60. Pages of
    # listings are read by `listing_pages`; this is for whatever is left to botocore.
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_time)
    client = session.create_client("s3", region_name=region, endpoint_url=endpoint, config=config)
    read_pages_of(client)
    return cast("S3Client", client)


def _session(**settings: Any) -> Session:
    session = Session(**settings)
    session.register_component("data_loader", _service_models())
    return session


@cache
def _service_models() -> Loader:
    """What botocore knows of the services: read from its files once, not once a store."""
    return Loader()


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return parse_timestamp(text)


def _config(max_connections: int, **more: Any) -> Config:
    return Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=max_connections,
        **more,
    )


def _in_role(source: Session, role_arn: str, external_id: str | None) -> Session:
    """A session of the role, which `source` assumes when credentials are needed."""
    given = source.get_credentials()
    if given is None:
        raise NoCredentialsError
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=source.create_client,
        source_credentials=given,
        role_arn=role_arn,
        extra_args={
            "RoleSessionName": SESSION_NAME,
            **({"ExternalId": external_id} if external_id else {}),
        },
    )
    session = _session(profile=source.profile)
    _use_refreshed(session, fetcher.fetch_credentials)
    return session


def _use_refreshed(session: Session, fetch: Callable[[], dict[str, Any]]) -> None:
    resolver = CredentialResolver([_RoleProvider(fetch)])
    session.register_component("credential_provider", resolver)


class _RoleProvider(CredentialProvider):
    """Gives credentials that are fetched at first use and again before they expire."""

    METHOD = "assume-role"

    def __init__(self, fetch: Callable[[], dict[str, Any]]) -> None:
        self._fetch = fetch

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(self._fetch, self.METHOD)


@dataclass(frozen=True, slots=True)
class _AliyunProfile:
    key: AlibabaKey
    region: str | None
    role_arn: str | None


def _aliyun_profile(name: str | None) -> _AliyunProfile | None:
    """A profile of the `aliyun` command; None where none is named."""
    name = name or os.environ.get("ALIBABA_CLOUD_PROFILE")
    if not name:
        return None
    default = Path.home() / ".aliyun" / "config.json"
    path = Path(os.environ.get("ALIBABA_CLOUD_CONFIG_FILE") or default)
    try:
        profiles = json.loads(path.read_text(encoding="utf-8"))["profiles"]
        found = next((profile for profile in profiles if profile["name"] == name), None)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{path} has no profiles that can be read ({type(error).__name__}).",
            f"Make the profile: aliyun configure --profile {name}",
        ) from None
    if found is None:
        raise SourceError(
            f"there is no profile '{name}' in {path}.",
            f"`aliyun configure list` shows those that exist; aliyun configure --profile {name} "
            "makes it.",
        )
    if found.get("mode") not in {"AK", "StsToken", "RamRoleArn"}:
        raise SourceError(
            f"profile '{name}' in {path} is of mode {found.get('mode')}, which is not read here.",
            "Use a profile of mode AK, StsToken or RamRoleArn, or set OSS_ACCESS_KEY_ID, "
            "OSS_ACCESS_KEY_SECRET and OSS_SESSION_TOKEN.",
        )
    return _AliyunProfile(
        AlibabaKey(
            found.get("access_key_id", ""),
            found.get("access_key_secret", ""),
            found.get("sts_token") or None,
        ),
        found.get("region_id") or None,
        (found.get("ram_role_arn") or None) if found["mode"] == "RamRoleArn" else None,
    )


def _oss_key(profile: _AliyunProfile | None) -> AlibabaKey:
    if profile is not None:
        return profile.key
    key_id, secret = os.environ.get("OSS_ACCESS_KEY_ID"), os.environ.get("OSS_ACCESS_KEY_SECRET")
    if not key_id or not secret:
        raise SourceError(
            "there are no credentials for OSS.",
            OSS.credentials,
        )
    return AlibabaKey(key_id, secret, os.environ.get("OSS_SESSION_TOKEN") or None)


def _oss_place(
    credentials: SourceCredentials, profile: _AliyunProfile | None
) -> tuple[str | None, str]:
    """Region and S3-compatible endpoint; either may be given, each tells the other."""
    region = credentials.region or os.environ.get("OSS_REGION")
    region = (region or (profile.region if profile else None) or "").removeprefix("oss-") or None
    endpoint = credentials.endpoint or os.environ.get("OSS_ENDPOINT")
    if endpoint:
        endpoint = endpoint if "://" in endpoint else f"https://{endpoint}"
        if match := OSS_HOST.match(endpoint.rstrip("/")):
            return region or match[3], f"{match[1]}s3.{match[2]}"
        return region, endpoint
    if region:
        return region, f"https://s3.oss-{region}.aliyuncs.com"
    raise SourceError(
        "neither region nor endpoint of OSS is known.",
        "Set OSS_REGION (such as cn-hangzhou) or OSS_ENDPOINT, or 'region' of the dataset.",
    )


def _unusable(service: str, error: Exception) -> SourceError:
    if isinstance(error, NoCredentialsError):
        return SourceError(
            "there are no credentials to assume the role with.",
            S3.credentials,
        )
    return SourceError(
        f"a setting for {service} cannot be used ({type(error).__name__}).",
        "Check region, endpoint and profile; an endpoint is a URL such as "
        "https://minio.example.com:9000.",
    )
