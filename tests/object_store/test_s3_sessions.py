"""Whose credentials a source is read with: moto checks signatures, tokens and policies here."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs
from urllib.request import Request as HttpRequest
from urllib.request import urlopen
from uuid import uuid4

import boto3
import pytest

from resources.errors import SourceError
from resources.object_store import SourceCredentials, open_store
from tests.object_store.loopback_servers import Answer, Buckets, ScriptedServer

READ = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*"}
    ],
}


@dataclass
class Account:
    """An account in which nothing is allowed but what a policy says."""

    source: str
    reader: tuple[str, str]
    """Key id and secret of a user that may read."""
    stranger: tuple[str, str]
    """Of one that may only assume the role."""
    role_arn: str


@pytest.fixture
def account(buckets: Buckets, moto_url: str) -> Iterator[Account]:
    bucket = buckets.make({"photos/a.jpg": b"1"})
    iam = boto3.client("iam", region_name="us-east-1")

    def user(policy: Mapping[str, object]) -> tuple[str, str]:
        name = f"user-{uuid4().hex}"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    anyone = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        ],
    }
    role = iam.create_role(
        RoleName=f"reader-of-{bucket}", AssumeRolePolicyDocument=json.dumps(anyone)
    )["Role"]
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="p", PolicyDocument=json.dumps(READ))
    assume = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
    }
    made = Account(f"s3://{bucket}/photos", user(READ), user(assume), role["Arn"])
    enforce(moto_url, "0")
    yield made
    enforce(moto_url, "inf")


def enforce(moto_url: str, after: str) -> None:
    """Have moto check credentials and policies once so many calls were made."""
    plain = {"Content-Type": "text/plain"}
    urlopen(HttpRequest(f"{moto_url}/moto-api/reset-auth", after.encode(), plain)).close()


def use(monkeypatch: pytest.MonkeyPatch, key: tuple[str, str], token: str | None = None) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key[1])
    if token:
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)


def test_credentials_of_the_environment(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, account.reader)
    store = open_store(account.source)
    store.check()
    assert store.read("a.jpg") == b"1"


def test_credentials_without_the_permission_are_told_which_they_lack(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, account.stranger)
    with pytest.raises(SourceError, match=r"Grant s3:ListBucket on arn:aws:s3:::photos-"):
        open_store(account.source).check()


def test_a_wrong_secret_and_an_unknown_key_are_told_apart(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, (account.reader[0], "not-the-secret"))
    with pytest.raises(SourceError, match=r"secret key .* does not fit") as raised:
        open_store(account.source).check()
    assert "not-the-secret" not in str(raised.value)
    use(monkeypatch, ("AKIAUNKNOWNUNKNOWN00", "x"))
    with pytest.raises(SourceError, match=r"access key id .* is unknown"):
        open_store(account.source).check()


@pytest.mark.parametrize("named_by", ["credentials", "environment"])
def test_credentials_of_a_profile(
    named_by: str, account: Account, cloud_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cloud_home / "aws-credentials").write_text(
        f"[shop]\naws_access_key_id={account.reader[0]}\naws_secret_access_key={account.reader[1]}\n"
    )
    if named_by == "environment":
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        monkeypatch.setenv("AWS_PROFILE", "shop")
        open_store(account.source).check()
    else:
        open_store(account.source, SourceCredentials(profile="shop")).check()


def test_a_profile_that_does_not_exist_is_said() -> None:
    with pytest.raises(SourceError, match=r"no AWS profile 'nobody'.*list-profiles"):
        open_store("s3://shop", SourceCredentials(profile="nobody"))


def test_a_session_token(account: Account, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, account.stranger)
    given = (
        boto3.Session()
        .client("sts", region_name="us-east-1")
        .assume_role(RoleArn=account.role_arn, RoleSessionName="by-hand")["Credentials"]
    )
    key = (given["AccessKeyId"], given["SecretAccessKey"])
    use(monkeypatch, key, given["SessionToken"])
    open_store(account.source).check()
    use(monkeypatch, key, "another-token")
    with pytest.raises(SourceError, match=r"does not belong to its key|has expired") as raised:
        open_store(account.source).check()
    assert "another-token" not in str(raised.value)


def test_a_role_is_assumed_with_the_credentials_at_hand(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, account.stranger)
    store = open_store(account.source, SourceCredentials(role_arn=account.role_arn))
    store.check()
    assert store.read("a.jpg") == b"1"


def test_a_role_that_may_not_be_assumed_is_said(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, account.reader)
    store = open_store(account.source, SourceCredentials(role_arn=account.role_arn))
    with pytest.raises(SourceError, match=rf"{account.role_arn} cannot be assumed.*sts:AssumeRole"):
        store.check()


def test_no_credentials_to_assume_a_role_with_is_said() -> None:
    with pytest.raises(SourceError, match=r"no credentials to assume the role with.*AWS_PROFILE"):
        open_store("s3://shop", SourceCredentials(role_arn="arn:aws:iam::1:role/reader"))


def test_a_role_is_given_its_external_id_and_assumed_again_before_it_expires(
    server: ScriptedServer, buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"s3://{buckets.make({'a.jpg': b'1'})}"
    # Five minutes are within botocore's margin: every request finds its credentials too old.
    server.respond = lambda _: Answer(
        body=b"<AssumeRoleResponse><AssumeRoleResult><Credentials>"
        b"<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        b"<SessionToken>t</SessionToken><Expiration>" + in_five_minutes() + b"</Expiration>"
        b"</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
    role = SourceCredentials(role_arn="arn:aws:iam::123456789012:role/r", external_id="shop-7")
    store = open_store(source, role)
    assert server.requests == []
    store.read("a.jpg")
    store.read("a.jpg")
    assert len(server.requests) == 2
    assert parse_qs(server.requests[0].body.decode())["ExternalId"] == ["shop-7"]


def in_five_minutes() -> bytes:
    return f"{datetime.now(UTC) + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}".encode()


def test_the_region_is_that_of_the_credentials_or_the_environment(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    endpoint = SourceCredentials(endpoint=server.url)
    server.respond = lambda _: Answer(body=b"1")

    def signed_for(credentials: SourceCredentials) -> str:
        open_store("s3://shop", credentials).read("a.jpg")
        return server.requests[-1].headers["authorization"].split("/")[2]

    assert signed_for(endpoint) == "us-east-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert signed_for(endpoint) == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    assert signed_for(endpoint) == "eu-west-2"
    assert signed_for(endpoint.model_copy(update={"region": "eu-west-3"})) == "eu-west-3"
