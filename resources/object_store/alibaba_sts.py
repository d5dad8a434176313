"""Assumes a role of Alibaba Cloud (RAM), which AWS's own signing cannot do.

The request is AssumeRole of STS 2015-04-01, signed by ACS3-HMAC-SHA256 as in "Request syntax and
signature method V3" (https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature).
"""

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

SESSION_NAME = "listing-assets"
DURATION_SECONDS = 3600
ALGORITHM = "ACS3-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class AlibabaKey:
    """An access key of Alibaba Cloud, with the security token of a temporary one."""

    access_key_id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def assume_role(
    key: AlibabaKey, role_arn: str, external_id: str | None, region: str | None
) -> dict[str, str]:
    """Temporary credentials of a role, under the names that botocore refreshes them by.

    The endpoint is that of the region, unless ALIBABA_CLOUD_STS_ENDPOINT names another.

    Raises:
        ClientError: STS refused, as operation AssumeRole with its error code.
        HTTPClientError: STS cannot be reached.
    """
    endpoint = os.environ.get("ALIBABA_CLOUD_STS_ENDPOINT") or (
        f"sts.{region}.aliyuncs.com" if region else "sts.aliyuncs.com"
    )
    base = endpoint if "://" in endpoint else f"https://{endpoint}"
    query = {
        "DurationSeconds": str(DURATION_SECONDS),
        "RoleArn": role_arn,
        "RoleSessionName": SESSION_NAME,
        **({"ExternalId": external_id} if external_id else {}),
    }
    headers = signed_headers(
        key,
        host=urlsplit(base).netloc,
        action="AssumeRole",
        version="2015-04-01",
        query=query,
        date=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        nonce=uuid.uuid4().hex,
    )
    url = f"{base}/?{canonical_query(query)}"
    session = URLLib3Session(proxies=get_environ_proxies(url), timeout=30)
    headers["accept"] = "application/json"
    response = session.send(AWSRequest("POST", url, headers).prepare())
    answer = _json(response.content)
    given = answer.get("Credentials")
    if response.status_code != 200 or not isinstance(given, dict):
        refusal: Any = {
            "Error": {"Code": str(answer.get("Code", response.status_code))},
            "ResponseMetadata": {
                "HTTPStatusCode": response.status_code,
                "HTTPHeaders": {name.lower(): text for name, text in response.headers.items()},
            },
        }
        raise ClientError(refusal, "AssumeRole")
    return {
        "access_key": given["AccessKeyId"],
        "secret_key": given["AccessKeySecret"],
        "token": given["SecurityToken"],
        "expiry_time": given["Expiration"],
    }


def signed_headers(
    key: AlibabaKey,
    *,
    host: str,
    action: str,
    version: str,
    query: Mapping[str, str],
    date: str,
    nonce: str,
) -> dict[str, str]:
    """The headers of a POST without a body, `authorization` among them."""
    body = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    if key.token:
        headers["x-acs-security-token"] = key.token
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    request = "\n".join(["POST", "/", canonical_query(query), lines, ";".join(names), body])
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(key.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"{ALGORITHM} Credential={key.access_key_id},SignedHeaders={';'.join(names)},"
        f"Signature={signature}"
    )
    return headers


def canonical_query(query: Mapping[str, str]) -> str:
    """The query sorted by name, its values percent-encoded as RFC 3986 has it."""
    return "&".join(f"{name}={quote(query[name], safe='')}" for name in sorted(query))


def _json(content: bytes) -> dict[str, object]:
    try:
        answer = json.loads(content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
