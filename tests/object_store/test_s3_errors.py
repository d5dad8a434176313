"""What goes wrong is said with its cause and its remedy, and never with a secret."""

import socket
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from resources.errors import ObjectUnavailableError, SourceError
from resources.object_store import EmptySourceError, SourceCredentials, open_store
from resources.object_store.s3 import S3Store
from tests.object_store.loopback_servers import Answer, Buckets, Request, ScriptedServer

SECRETS = ("a-secret-key", "a-session-token")


def refusal(code: str, status: int = 403, message: str = "No.", **members: str) -> Answer:
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in members.items())
    body = f"<Error><Code>{code}</Code><Message>{message}</Message>{inside}</Error>"
    return Answer(status, body.encode(), {"Content-Type": "application/xml"})


def said(action: Callable[[], object]) -> SourceError:
    """The error that `action` raises, after making sure that it gives nothing away."""
    with pytest.raises(SourceError) as raised:
        action()
    error = raised.value
    assert error.problem
    assert error.remedy
    everything = "".join(traceback.format_exception(error)) + repr(error)
    for secret in SECRETS:
        assert secret not in everything
    return error


LISTING = [
    pytest.param(
        refusal("NoSuchBucket", 404),
        ["bucket 'shop' does not exist", "AWS_ENDPOINT_URL"],
        id="gone",
    ),
    pytest.param(
        refusal("AccessDenied"),
        ["s3://shop/photos may not be listed", "Grant s3:ListBucket on arn:aws:s3:::shop"],
        id="denied",
    ),
    pytest.param(
        Answer(301, b"", {"Location": "https://shop.example.com"}),
        ["redirects every request, perhaps to https", "AWS_ENDPOINT_URL"],
        id="redirected",
    ),
    pytest.param(
        Answer(301, b"", {"x-amz-bucket-region": "eu-west-1"}),
        ["not in region us-east-1", "Set AWS_REGION=eu-west-1"],
        id="moved-by-header",
    ),
    pytest.param(
        refusal("IllegalLocationConstraintException", 400, Region="us-west-2"),
        ["not in region us-east-1", "Set AWS_REGION=us-west-2"],
        id="moved-opt-in",
    ),
    pytest.param(
        Answer(200, b"<ListBucketResult><Contents></ListBucketResult>"),
        ["s3://shop/photos", "AWS_ENDPOINT_URL"],
        id="broken-xml",
    ),
    pytest.param(
        refusal("AuthorizationHeaderMalformed", 400, Region="ap-southeast-1"),
        ["Set AWS_REGION=ap-southeast-1"],
        id="moved-by-body",
    ),
    pytest.param(
        refusal("InvalidAccessKeyId"),
        ["access key id given for s3://shop/photos is unknown", "AWS_ACCESS_KEY_ID"],
        id="unknown-key",
    ),
    pytest.param(
        refusal("SignatureDoesNotMatch"),
        ["secret key given for s3://shop/photos does not fit", "AWS_SECRET_ACCESS_KEY"],
        id="wrong-secret",
    ),
    pytest.param(
        refusal("ExpiredToken", 400), ["has expired", "AWS_SESSION_TOKEN", "role_arn"], id="expired"
    ),
    pytest.param(
        refusal("InvalidToken", 400), ["does not belong to its key"], id="token-of-another"
    ),
    pytest.param(
        Answer(404, b"<html><h1>Not Found</h1></html>", {"Content-Type": "text/html"}),
        ["does not serve s3://shop/photos", "AWS_ENDPOINT_URL"],
        id="another-server-404",
    ),
    pytest.param(
        Answer(200, b"<html>Welcome to nginx!<br></html>", {"Content-Type": "text/html"}),
        ["s3://shop/photos cannot be listed", "and no reason", "AWS_ENDPOINT_URL"],
        id="another-server-200",
    ),
    pytest.param(refusal("SlowDown", 503), ["SlowDown (HTTP 503)", "run again"], id="busy"),
    pytest.param(
        refusal("InvalidBucketName", 400), ["'shop' cannot be the name of a bucket"], id="name"
    ),
]


@pytest.mark.parametrize(("answer", "words"), LISTING)
def test_why_a_bucket_cannot_be_listed(
    answer: Answer, words: list[str], scripted_s3: S3Store, server: ScriptedServer
) -> None:
    server.respond = lambda _: answer
    for action in (
        scripted_s3.check,
        lambda: next(scripted_s3.list()),
        lambda: scripted_s3.find("a"),
    ):
        error = said(action)
        assert not isinstance(error, ObjectUnavailableError | EmptySourceError)
        for word in words:
            assert word in str(error)


OSS_LISTING = [
    pytest.param(
        refusal("AccessDenied", EC="0003-00000001"),
        ["Grant oss:ListObjects on acs:oss:*:*:shop"],
        id="denied",
    ),
    pytest.param(
        refusal("AccessDenied", Endpoint="oss-cn-beijing.aliyuncs.com"),
        ["not in region cn-hangzhou", "Set OSS_ENDPOINT=https://oss-cn-beijing.aliyuncs.com"],
        id="moved",
    ),
    pytest.param(
        refusal("InvalidAccessKeyId"), ["OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET"], id="key"
    ),
    pytest.param(
        refusal("SecurityTokenExpired"), ["has expired", "OSS_SESSION_TOKEN"], id="expired"
    ),
    pytest.param(refusal("UserDisable"), ["OSS has suspended the account"], id="arrears"),
    pytest.param(
        refusal("InvalidArgument", 400, EC="0002-00000033"),
        ["InvalidArgument (HTTP 400, detail 0002-00000033)"],
        id="other",
    ),
]


@pytest.mark.parametrize(("answer", "words"), OSS_LISTING)
def test_why_an_oss_bucket_cannot_be_listed(
    answer: Answer, words: list[str], scripted_oss: S3Store, server: ScriptedServer
) -> None:
    server.respond = lambda _: answer
    error = said(scripted_oss.check)
    for word in words:
        assert word in str(error)


READING = [
    pytest.param(
        refusal("AccessDenied"),
        [
            "s3://shop/photos/a.jpg may not be read",
            "Grant s3:GetObject on arn:aws:s3:::shop/photos/*",
        ],
        False,
        id="denied",
    ),
    pytest.param(
        refusal(
            "AccessDenied",
            message="User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on it",
        ),
        ["Grant kms:Decrypt"],
        False,
        id="encrypted",
    ),
    pytest.param(
        refusal("NoSuchKey", 404), ["is not there", "list the source again"], False, id="gone"
    ),
    pytest.param(
        refusal("InvalidObjectState", StorageClass="GLACIER"),
        ["is archived (GLACIER)", "aws s3api restore-object"],
        False,
        id="archived",
    ),
    pytest.param(refusal("SlowDown", 503), ["SlowDown (HTTP 503)"], True, id="busy"),
    pytest.param(refusal("InternalError", 500), ["InternalError"], True, id="broken"),
    pytest.param(Answer(429, b""), ["429"], True, id="too-many"),
    pytest.param(refusal("InvalidRequest", 400), ["InvalidRequest (HTTP 400)"], False, id="other"),
]


@pytest.mark.parametrize(("answer", "words", "transient"), READING)
def test_why_one_object_cannot_be_read_and_whether_that_may_pass(
    answer: Answer, words: list[str], transient: bool, scripted_s3: S3Store, server: ScriptedServer
) -> None:
    server.respond = lambda _: answer
    error = said(lambda: scripted_s3.read("a.jpg"))
    assert isinstance(error, ObjectUnavailableError)
    assert error.transient is transient
    for word in words:
        assert word in str(error)


@pytest.mark.parametrize(
    "code", ["ExpiredToken", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed"]
)
def test_what_holds_for_every_object_stops_the_run_instead_of_failing_each(
    code: str, scripted_s3: S3Store, server: ScriptedServer
) -> None:
    server.respond = lambda _: refusal(code)
    assert not isinstance(said(lambda: scripted_s3.read("a.jpg")), ObjectUnavailableError)


def test_a_wrong_clock_is_said_with_how_wrong_it_is(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    there = format_datetime(datetime.now(UTC) + timedelta(minutes=42), usegmt=True)
    answer = refusal("RequestTimeTooSkewed")
    server.respond = lambda _: Answer(answer.status, answer.body, {"Date": there})
    error = said(scripted_s3.check)
    assert "clock of this machine is 42 minutes off" in str(error)
    assert "timedatectl" in error.remedy


def test_a_server_that_repeats_what_it_was_sent_gives_nothing_away(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    def repeat(asked: Request) -> Answer:
        sent = " ".join(asked.headers.values()) + " a-secret-key"
        assert "a-session-token" in sent
        return refusal("AccessDenied", message=sent, CanonicalRequest=sent, Region=sent)

    server.respond = repeat
    said(scripted_s3.check)
    said(lambda: scripted_s3.read("a.jpg"))
    server.respond = lambda asked: Answer(200, " ".join(asked.headers.values()).encode())
    said(scripted_s3.check)
    assert "secret" not in repr(scripted_s3)


def test_an_endpoint_that_nobody_serves_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unserved:
        unserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unserved.getsockname()[1]}"
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-key")
        store = open_store("s3://shop/photos", SourceCredentials(endpoint=url))
        error = said(store.check)
        assert f"{url} cannot be reached" in str(error)
        failed = said(lambda: store.read("a.jpg"))
        assert isinstance(failed, ObjectUnavailableError)
        assert failed.transient


def test_a_server_that_never_answers_is_given_up(
    server: ScriptedServer, scripted_s3: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resources.object_store.s3_sessions.READ_SECONDS", 0.2)
    store = S3Store.on_aws("shop", "photos", SourceCredentials(), 4)

    def sleep(_: Request) -> Answer:
        time.sleep(1)
        return Answer()

    server.respond = sleep
    assert "ReadTimeoutError" in str(said(store.check))


def test_an_object_closed_for_a_reason_of_its_own_does_not_fail_the_check(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    def respond(asked: Request) -> Answer:
        if "list-type" in asked.path:
            keys = "".join(
                f"<Contents><Key>photos/{key}</Key><Size>1</Size></Contents>" for key in "abc"
            )
            return Answer(body=f"<ListBucketResult>{keys}</ListBucketResult>".encode())
        return Answer(body=b"x") if asked.path.endswith(open_key) else refusal("AccessDenied")

    server.respond = respond
    open_key = "/c"
    scripted_s3.check()
    open_key = "/none"
    assert "Grant s3:GetObject" in str(said(scripted_s3.check))


def test_no_credentials_at_all_is_said(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    error = said(open_store("s3://shop/photos").check)
    assert "no usable credentials for s3://shop/photos" in str(error)
    assert "AWS_PROFILE" in error.remedy


def test_an_unset_prefix_and_an_impossible_bucket_are_said(buckets: Buckets) -> None:
    bucket = buckets.make({"photos/a.jpg": b""})
    error = said(open_store(f"s3://{bucket}/Photos").check)
    assert isinstance(error, EmptySourceError)
    assert f"no object below s3://{bucket}/Photos" in str(error)
    assert "cannot be the name of a bucket" in str(said(open_store("s3://no bucket/x").check))
    assert "does not exist" in str(said(open_store("s3://not-there/x").check))
