"""Says what an S3 or OSS server's refusal means: its cause, the permission it lacks, the remedy.

A server's own words are not repeated, for they may echo what was sent; of an answer only its code
and the names it gives for actions and regions are shown. For the same reason these errors are
raised without their cause, whose text has the server's words in it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from resources.errors import ObjectUnavailableError, SourceError

FAULTS = (boto.ClientError, boto.BotoCoreError, ResponseParserError, RecursionError)
"""Everything that a call may raise. botocore follows a server that redirects everything, such as
one that wants https, until it recurses too deeply."""

DENIED = {"AccessDenied", "AllAccessDisabled", "Forbidden", "403"}
MISSING = {"NoSuchKey", "NoSuchVersion", "NotFound", "404"}
MOVED = {
    "PermanentRedirect",
    "TemporaryRedirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "301",
    "307",
}
SKEWED = {"RequestTimeTooSkewed", "RequestExpired", "InvalidTimeStamp.Expired"}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "SecurityTokenExpired"}
BAD_TOKEN = {"InvalidToken", "InvalidSecurityToken", "InvalidSecurityToken.MismatchWithAccessKey"}
BAD_KEY = {"InvalidAccessKeyId", "InvalidAccessKeyId.NotFound", "InvalidClientTokenId"}
BAD_SIGNATURE = {"SignatureDoesNotMatch", "IncompleteSignature"}
NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.LoginError,
    boto.NoAuthTokenError,
    boto.MetadataRetrievalError,
)
UNREACHABLE = (
    boto.ConnectionError,
    boto.HTTPClientError,
    boto.IncompleteReadError,
    boto.FlexibleChecksumError,
)
WORD = re.compile(r"[\w.:-]{1,99}")
NOT_AUTHORIZED = re.compile(r"not authorized to perform: ([\w:*-]+)")


@dataclass(frozen=True, slots=True)
class Service:
    """How a service names what a user must know to put things right."""

    scheme: str
    name: str
    list_permission: str
    read_permission: str
    resource: Callable[[str], str]
    region_setting: str
    endpoint_setting: str
    credentials: str
    keys: str
    token: str
    restore: str


S3 = Service(
    scheme="s3",
    name="S3",
    list_permission="s3:ListBucket",
    read_permission="s3:GetObject",
    resource=lambda path: f"arn:aws:s3:::{path}",
    region_setting="AWS_REGION",
    endpoint_setting="AWS_ENDPOINT_URL",
    credentials="Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "
    "`aws configure` or `aws sso login`.",
    keys="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile",
    token="AWS_SESSION_TOKEN",  # noqa: S106 — the name of a variable
    restore="aws s3api restore-object",
)
OSS = Service(
    scheme="oss",
    name="OSS",
    list_permission="oss:ListObjects",
    read_permission="oss:GetObject",
    resource=lambda path: f"acs:oss:*:*:{path}",
    region_setting="OSS_REGION",
    endpoint_setting="OSS_ENDPOINT",
    credentials="Set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or run `aliyun configure` and "
    "name the profile.",
    keys="OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or the profile",
    token="OSS_SESSION_TOKEN",  # noqa: S106 — the name of a variable
    restore="ossutil restore",
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Turns the faults of one source's calls into errors for its user."""

    service: Service
    bucket: str
    prefix: str
    endpoint: str
    region: str
    role_arn: str | None

    @property
    def uri(self) -> str:
        """The source's root."""
        return f"{self.service.scheme}://{self.bucket}/{self.prefix}".rstrip("/")

    def of_listing(self, fault: Exception) -> SourceError:
        """Why the source cannot be listed."""
        shared = self._of_source(fault)
        if shared is not None:
            return shared
        code = _code(fault)
        if code in DENIED:
            action = _action(fault) or self.service.list_permission
            return SourceError(
                f"access denied: {self.uri} may not be listed.",
                f"Grant {action} on {self.service.resource(self.bucket)} to these credentials.",
            )
        if code in MISSING:
            return self._not_a_store(f"it has no bucket '{self.bucket}'")
        if code.isdigit():
            return SourceError(
                f"{self.uri} cannot be listed: {self._answer(fault)} and no reason.",
                f"Run again; if it stays so, check {self.service.endpoint_setting}: an object "
                "store gives reasons.",
            )
        return SourceError(
            f"{self.uri} cannot be listed: {self._answer(fault)}.",
            "This may pass: run again. If it does not, look the code up in the service's manual.",
        )

    def of_reading(self, fault: Exception, key: str) -> SourceError:
        """Why one object cannot be read: an `ObjectUnavailableError`, unless none can be."""
        shared = self._of_source(fault)
        if shared is not None:
            return shared
        where = f"{self.service.scheme}://{self.bucket}/{self.prefix}{key}"
        code = _code(fault)
        if code in DENIED:
            action = _action(fault) or self.service.read_permission
            resource = self.service.resource(f"{self.bucket}/{self.prefix}*")
            return ObjectUnavailableError(
                f"access denied: {where} may not be read.",
                f"Grant {action} on {resource} to these credentials.",
                transient=False,
            )
        if code in MISSING:
            return ObjectUnavailableError(
                f"{where} is not there.",
                "It was moved or removed: list the source again.",
                transient=False,
            )
        if code == "InvalidObjectState":
            kind = _error(fault).get("StorageClass", "an archive class")
            return ObjectUnavailableError(
                f"{where} is archived ({kind}) and must be restored before it can be read.",
                f"Restore it ({self.service.restore}), then run again.",
                transient=False,
            )
        transient = not isinstance(fault, boto.ClientError) or _is_passing(fault)
        return ObjectUnavailableError(
            f"{where} cannot be read: {self._answer(fault)}.",
            "Run again." if transient else "Look the code up in the service's manual.",
            transient=transient,
        )

    def _of_source(self, fault: Exception) -> SourceError | None:
        """What concerns the source as a whole, whatever was asked of it."""
        if isinstance(fault, ResponseParserError):
            return self._not_a_store("its answer is not that of an object store")
        if isinstance(fault, RecursionError):
            return self._not_a_store("it redirects every request, perhaps to https")
        if isinstance(fault, NO_CREDENTIALS):
            return SourceError(
                f"there are no usable credentials for {self.uri} ({type(fault).__name__}).",
                self.service.credentials,
            )
        if isinstance(fault, boto.ParamValidationError) or _code(fault) == "InvalidBucketName":
            return SourceError(
                f"'{self.bucket}' cannot be the name of a bucket.",
                "Write 3 to 63 lower-case letters, digits, '-' and '.'.",
            )
        if not isinstance(fault, boto.ClientError):
            if isinstance(fault, UNREACHABLE):
                return None
            return SourceError(
                f"{self.uri} cannot be reached as configured ({type(fault).__name__}).",
                "Check region, endpoint and profile: `listing config` shows what is in effect.",
            )
        if fault.operation_name == "AssumeRole":
            return self._refused(fault) or self._role_refused(fault)
        return self._refused(fault)

    def _refused(self, fault: boto.ClientError) -> SourceError | None:
        code, error = _code(fault), _error(fault)
        keys, token = self.service.keys, self.service.token
        if code == "NoSuchBucket":
            return SourceError(
                f"the bucket '{self.bucket}' does not exist at {self.endpoint}.",
                f"Check its name, and {self.service.endpoint_setting} where it lies elsewhere.",
            )
        if code in MOVED or "Endpoint" in error:
            return self._elsewhere(fault)
        if code in SKEWED:
            return SourceError(
                f"the clock of this machine is {_skew(fault)} off that of {self.endpoint}, "
                "which therefore refuses every request.",
                "Set the clock (timedatectl set-ntp true), then run again.",
            )
        if code in EXPIRED:
            return SourceError(
                f"the session token for {self.uri} has expired.",
                f"Obtain a new one and set {token}, log in again, or name a 'role_arn', "
                "which renews itself.",
            )
        if code in BAD_TOKEN:
            return SourceError(
                f"the session token for {self.uri} does not belong to its key.",
                f"Set {token} anew together with its key, or unset it for a lasting key.",
            )
        if code in BAD_KEY:
            return SourceError(
                f"the access key id given for {self.uri} is unknown to {self.endpoint}.",
                f"Check {keys}, and whether they belong to this service.",
            )
        if code in BAD_SIGNATURE:
            return SourceError(
                f"the secret key given for {self.uri} does not fit its access key id.",
                f"Check {keys}: a character may be missing or a blank too many.",
            )
        if code == "UserDisable":
            return SourceError(
                f"{self.service.name} has suspended the account that owns {self.uri}.",
                "Settle its bill or ask its owner.",
            )
        return None

    def _elsewhere(self, fault: boto.ClientError) -> SourceError:
        error = _error(fault)
        right = error.get("Region") or _headers(fault).get("x-amz-bucket-region")
        place = error.get("Endpoint")
        if right:
            remedy = f"Set {self.service.region_setting}={right}, or 'region' of the dataset."
        elif place and self.service is OSS:
            remedy = f"Set {self.service.endpoint_setting}=https://{place}."
        else:
            remedy = f"Set {self.service.region_setting} to the region of the bucket."
        return SourceError(
            f"the bucket '{self.bucket}' is not in region {self.region} ({self.endpoint}).", remedy
        )

    def _role_refused(self, fault: boto.ClientError) -> SourceError:
        role = f"the role {self.role_arn}" if self.role_arn else "the profile's role"
        return SourceError(
            f"{role} cannot be assumed: {self._answer(fault)}.",
            "Check its name, grant sts:AssumeRole on it to these credentials, and let its trust "
            "policy name them (and the 'external_id', where it asks for one).",
        )

    def _not_a_store(self, why: str) -> SourceError:
        return SourceError(
            f"{self.endpoint} does not serve {self.uri}: {why}.",
            f"Check {self.service.endpoint_setting} and the name of the bucket.",
        )

    def _answer(self, fault: Exception) -> str:
        if not isinstance(fault, boto.ClientError):
            return f"{self.endpoint} cannot be reached or broke off ({type(fault).__name__})"
        detail = f", detail {ec}" if (ec := _error(fault).get("EC")) else ""
        return f"the server answers {_code(fault)} (HTTP {_status(fault)}{detail})"


def is_denied(fault: Exception) -> bool:
    """Whether a permission is what was lacking."""
    return _code(fault) in DENIED


def _error(fault: Exception) -> dict[str, Any]:
    """The members of an error answer that are names: one word, and not long."""
    if not isinstance(fault, boto.ClientError):
        return {}
    members: dict[str, Any] = dict(fault.response.get("Error", {}))
    return {name: text for name, text in members.items() if WORD.fullmatch(str(text))}


def _code(fault: Exception) -> str:
    """The code of the answer, or its HTTP status where it has none."""
    return str(_error(fault).get("Code") or _status(fault))


def _status(fault: Exception) -> int:
    if not isinstance(fault, boto.ClientError):
        return 0
    return fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _action(fault: Exception) -> str | None:
    """The permission that AWS says is lacking, such as kms:Decrypt."""
    if not isinstance(fault, boto.ClientError):
        return None
    match = NOT_AUTHORIZED.search(fault.response.get("Error", {}).get("Message", ""))
    return match[1] if match else None


def _headers(fault: boto.ClientError) -> dict[str, str]:
    headers: dict[str, str] = fault.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers


def _is_passing(fault: boto.ClientError) -> bool:
    passing = {"RequestTimeout", "SlowDown"}
    return _status(fault) >= 500 or _status(fault) in {408, 429} or _code(fault) in passing


def _skew(fault: boto.ClientError) -> str:
    """How far the server's clock is from ours, in words."""
    try:
        server = parsedate_to_datetime(_headers(fault)["date"])
        minutes = abs((datetime.now(UTC) - server).total_seconds()) / 60
    except (KeyError, TypeError, ValueError):
        return "too far"
    return f"{minutes:,.0f} minutes"
