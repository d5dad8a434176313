"""OSS: its variables, the profiles of the aliyun command, and roles assumed at Alibaba's STS."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from resources.errors import SourceError
from resources.object_store import SourceCredentials, open_store
from resources.object_store.alibaba_sts import AlibabaKey, signed_headers
from resources.object_store.s3 import S3Store
from tests.object_store.loopback_servers import Answer, Request, ScriptedServer

ROLE = "acs:ram::1234567890:role/reader"
KEY = AlibabaKey("LTAIEXAMPLE", "a-secret-key", "a-session-token")


def endpoint_of(store: object) -> str:
    assert isinstance(store, S3Store)
    return str(store._client.meta.endpoint_url)


@pytest.fixture
def oss_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", KEY.access_key_id)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", KEY.secret)
    monkeypatch.setenv("OSS_SESSION_TOKEN", KEY.token or "")


@pytest.mark.usefixtures("oss_key")
@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        ({"OSS_REGION": "cn-hangzhou"}, "https://s3.oss-cn-hangzhou.aliyuncs.com"),
        ({"OSS_REGION": "oss-cn-hangzhou"}, "https://s3.oss-cn-hangzhou.aliyuncs.com"),
        (
            {"OSS_ENDPOINT": "https://oss-ap-southeast-1.aliyuncs.com"},
            "https://s3.oss-ap-southeast-1.aliyuncs.com",
        ),
        (
            {"OSS_ENDPOINT": "oss-cn-beijing-internal.aliyuncs.com"},
            "https://s3.oss-cn-beijing-internal.aliyuncs.com",
        ),
        (
            {"OSS_ENDPOINT": "https://s3.oss-cn-beijing.aliyuncs.com/"},
            "https://s3.oss-cn-beijing.aliyuncs.com",
        ),
        ({"OSS_ENDPOINT": "http://127.0.0.1:9000"}, "http://127.0.0.1:9000"),
    ],
)
def test_the_s3_endpoint_follows_from_the_region_or_the_native_endpoint(
    variables: dict[str, str], endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    assert endpoint_of(open_store("oss://shop/photos")) == endpoint


@pytest.mark.usefixtures("oss_key")
def test_neither_region_nor_endpoint_is_said() -> None:
    with pytest.raises(SourceError, match=r"OSS_REGION \(such as cn-hangzhou\) or OSS_ENDPOINT"):
        open_store("oss://shop/photos")


def test_no_credentials_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSS_REGION", "cn-hangzhou")
    with pytest.raises(SourceError, match=r"no credentials for OSS.*OSS_ACCESS_KEY_ID"):
        open_store("oss://shop/photos")


def write_profiles(home: Path, *profiles: dict[str, str]) -> None:
    (home / "aliyun.json").write_text(json.dumps({"current": "x", "profiles": profiles}))


@pytest.mark.parametrize("named_by", ["credentials", "environment"])
def test_a_profile_of_the_aliyun_command(
    named_by: str, cloud_home: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profiles(
        cloud_home,
        {"name": "other", "mode": "AK", "access_key_id": "LTAIOTHER", "access_key_secret": "x"},
        {
            "name": "shop",
            "mode": "StsToken",
            "access_key_id": "STS.SHOP",
            "access_key_secret": "a-secret-key",
            "sts_token": "a-session-token",
            "region_id": "cn-shenzhen",
        },
    )
    monkeypatch.setenv("OSS_ENDPOINT", server.url)
    if named_by == "environment":
        monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "shop")
    server.respond = lambda _: Answer(body=b"1")
    profile = None if named_by == "environment" else "shop"
    assert open_store("oss://shop", SourceCredentials(profile=profile)).read("a.jpg") == b"1"
    sent = server.requests[0].headers
    assert "Credential=STS.SHOP/" in sent["authorization"]
    assert "/cn-shenzhen/" in sent["authorization"]
    assert sent["x-amz-security-token"] == "a-session-token"


@pytest.mark.parametrize(
    ("profiles", "words"),
    [
        ([], r"no profile 'shop' in .*aliyun configure --profile shop"),
        ([{"name": "shop", "mode": "OAuth"}], r"is of mode OAuth.*AK, StsToken or RamRoleArn"),
    ],
)
def test_a_profile_that_cannot_be_used_is_said(
    profiles: list[dict[str, str]], words: str, cloud_home: Path
) -> None:
    write_profiles(cloud_home, *profiles)
    with pytest.raises(SourceError, match=words):
        open_store("oss://shop", SourceCredentials(profile="shop", region="cn-hangzhou"))


def test_a_profile_file_that_cannot_be_read_is_said(cloud_home: Path) -> None:
    (cloud_home / "aliyun.json").write_text('{"access_key_secret": "a-secret-key"')
    with pytest.raises(SourceError, match="no profiles that can be read") as raised:
        open_store("oss://shop", SourceCredentials(profile="shop", region="cn-hangzhou"))
    assert "a-secret-key" not in str(raised.value)


def test_the_signature_is_that_of_alibabas_published_example() -> None:
    headers = signed_headers(
        AlibabaKey("YourAccessKeyId", "YourAccessKeySecret"),
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query={
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            "RegionId": "cn-shanghai",
        },
        date="2023-10-26T10:22:32Z",
        nonce="3156853299f313e23d1673dc12e1703d",
    )
    assert headers["authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;"
        "x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


class Cloud:
    """STS and OSS on one server: STS checks signatures, OSS takes the keys that STS gave."""

    def __init__(self, server: ScriptedServer, life: timedelta) -> None:
        self._life = life
        self.asked: list[dict[str, list[str]]] = []
        self.read_with: list[str] = []
        server.respond = self.respond
        self._host = urlsplit(server.url).netloc

    def respond(self, request: Request) -> Answer:
        if "x-acs-action" not in request.headers:
            self.read_with.append(request.headers["x-amz-security-token"])
            return Answer(body=b"1")
        query = parse_qs(urlsplit(request.path).query)
        expected = signed_headers(
            KEY,
            host=self._host,
            action="AssumeRole",
            version="2015-04-01",
            query={name: texts[0] for name, texts in query.items()},
            date=request.headers["x-acs-date"],
            nonce=request.headers["x-acs-signature-nonce"],
        )
        if any(request.headers.get(name) != text for name, text in expected.items()):
            return Answer(400, b'{"Code": "SignatureDoesNotMatch", "Message": "a-secret-key"}')
        self.asked.append(query)
        given = {
            "AccessKeyId": "STS.GIVEN",
            "AccessKeySecret": "given",
            "SecurityToken": f"given-{len(self.asked)}",
            "Expiration": f"{datetime.now(UTC) + self._life:%Y-%m-%dT%H:%M:%SZ}",
        }
        return Answer(body=json.dumps({"Credentials": given}).encode())


@pytest.fixture
def at_server(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", server.url)
    monkeypatch.setenv("OSS_ENDPOINT", server.url)


@pytest.mark.usefixtures("oss_key", "at_server")
def test_a_role_is_assumed_once_for_as_long_as_it_lasts(server: ScriptedServer) -> None:
    cloud = Cloud(server, timedelta(hours=1))
    role = SourceCredentials(role_arn=ROLE, external_id="shop 7/红")
    store = open_store("oss://shop", role)
    assert [store.read("a.jpg") for _ in range(3)] == [b"1"] * 3
    assert cloud.read_with == ["given-1"] * 3
    [asked] = cloud.asked
    assert asked["RoleArn"] == [ROLE]
    assert asked["ExternalId"] == ["shop 7/红"]
    assert asked["RoleSessionName"] == ["listing-assets"]


@pytest.mark.usefixtures("oss_key", "at_server")
def test_a_role_is_assumed_again_before_it_expires(server: ScriptedServer) -> None:
    cloud = Cloud(server, timedelta(minutes=5))
    store = open_store("oss://shop", SourceCredentials(role_arn=ROLE))
    store.read("a.jpg")
    store.read("a.jpg")
    assert cloud.read_with == ["given-1", "given-2"]


@pytest.mark.usefixtures("at_server")
def test_a_profile_with_a_role_assumes_it(cloud_home: Path, server: ScriptedServer) -> None:
    write_profiles(
        cloud_home,
        {
            "name": "shop",
            "mode": "RamRoleArn",
            "access_key_id": KEY.access_key_id,
            "access_key_secret": KEY.secret,
            "sts_token": KEY.token or "",
            "ram_role_arn": ROLE,
        },
    )
    cloud = Cloud(server, timedelta(hours=1))
    assert open_store("oss://shop", SourceCredentials(profile="shop")).read("a.jpg") == b"1"
    assert cloud.read_with == ["given-1"]


@pytest.mark.usefixtures("oss_key", "at_server")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("NoPermission", rf"the role {ROLE} cannot be assumed: .*NoPermission.*sts:AssumeRole"),
        ("EntityNotExist.Role", r"EntityNotExist\.Role"),
        ("SignatureDoesNotMatch", "OSS_ACCESS_KEY_SECRET"),
        ("InvalidAccessKeyId.NotFound", "access key id given for oss://shop/photos is unknown"),
        ("InvalidTimeStamp.Expired", "the clock of this machine"),
    ],
)
def test_why_a_role_cannot_be_assumed(server: ScriptedServer, code: str, words: str) -> None:
    body = json.dumps({"Code": code, "Message": "a-secret-key a-session-token"}).encode()
    server.respond = lambda _: Answer(403, body)
    store = open_store("oss://shop/photos", SourceCredentials(role_arn=ROLE))
    with pytest.raises(SourceError, match=words) as raised:
        store.check()
    assert "a-secret-key" not in str(raised.value)
    assert "a-session-token" not in str(raised.value)


def test_a_key_shows_neither_secret_nor_token() -> None:
    assert repr(KEY) == "AlibabaKey(access_key_id='LTAIEXAMPLE')"
