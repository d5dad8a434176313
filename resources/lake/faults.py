"""What Lance's long errors mean: the place of a lake cannot be reached, is missing, or refuses."""

import re

from resources.errors import LakeError

_CAUSES: tuple[tuple[str, str, str], ...] = (
    ("NoSuchBucket", "its bucket does not exist", "Create the bucket, or correct LISTING_LAKE."),
    (
        "InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken|SecurityTokenExpired",
        "the store refuses its credentials",
        "Check the access key, its secret and, where there is one, the session token.",
    ),
    (
        "CredentialsNotLoaded|no providers in chain|[Mm]issing (access )?key|NoCredentials",
        "there are no credentials for it",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for oss:// OSS_ACCESS_KEY_ID and"
        " OSS_ACCESS_KEY_SECRET).",
    ),
    (
        "OSS endpoint is required",
        "no endpoint is set for it",
        "Set OSS_ENDPOINT, such as https://oss-cn-hangzhou.aliyuncs.com.",
    ),
    (
        "RequestTimeTooSkewed",
        "this machine's clock differs from the store's",
        "Set the clock.",
    ),
    (
        "PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|status: 301",
        "its bucket is in another region",
        "Set AWS_REGION (for oss:// OSS_REGION and OSS_ENDPOINT) to the region of the bucket.",
    ),
    (
        "AccessDenied|PermissionDenied|status: 40[13]|[Pp]ermission denied",
        "access is denied",
        "Allow listing, getting, putting and deleting below it.",
    ),
    (
        "(?i)connect ?error|connection (refused|reset|closed)|dns error|timed ?out|kind: connect"
        "|error sending request",
        "nothing answers at its endpoint",
        "Check AWS_ENDPOINT_URL (for oss:// OSS_ENDPOINT), and that the network lets you through.",
    ),
)
_CLEARED = re.compile("(?i)not found|no longer exists")
_WHERE = re.compile(r"\bhttps?://(?:[^/@\s]*@)?([^/\s?\")]+)")


def is_cleared(error: Exception) -> bool:
    """Whether Lance misses what a table had: the version that is read was cleared away."""
    return bool(_CLEARED.search(str(error)))


def lake_error(uri: str, error: Exception, what: str = "", remedy: str = "") -> LakeError:
    """The error that Lance raised, in plain words where it is one of the lake's place.

    Otherwise `what` of the lake cannot be opened, for Lance's own reason, and `remedy` is said.
    """
    text = str(error)
    for pattern, problem, cure in _CAUSES:
        if re.search(pattern, text):
            where = _WHERE.search(text) if "nothing answers" in problem else None
            at = f" ({where[1]})" if where else ""
            return LakeError(f"the lake {uri} cannot be opened: {problem}{at}.", cure)
    return LakeError(f"{what} the lake {uri} cannot be opened: {text}.".strip(), remedy)
