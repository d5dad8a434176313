from pathlib import Path

import httpx
import pytest

from listing_assets.cli.serving import serve
from listing_assets.web.access import AccessError, access_for, is_loopback
from tests.web.conftest import KEY

PATHS = (
    "/api/datasets",
    "/api/openapi.json",
    "/api/datasets/photos/versions/v1/files",
    "/api/datasets/photos/versions/v1/original?key=p0003.jpg",
    "/api/nothing",
)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", f"Bearer {KEY[:-1]}", f"Bearer {KEY}x", f"Basic {KEY}", KEY],
)
@pytest.mark.parametrize("path", PATHS)
def test_without_the_right_key_nothing_is_answered(
    locked_url: str, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.get(locked_url + path, headers=headers)
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["problem"] == "the key is missing or wrong." and KEY not in answer.text


def test_with_the_key_all_is_answered(locked_url: str) -> None:
    for path in PATHS[:-1]:
        answer = httpx.get(locked_url + path, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200


def test_a_browser_exchanges_the_key_for_a_session(locked_url: str) -> None:
    with httpx.Client(base_url=locked_url) as browser:
        assert browser.post("/api/session").status_code == 401
        opened = browser.post("/api/session", headers={"Authorization": f"Bearer {KEY}"})
        cookie = opened.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and KEY not in cookie
        assert browser.get("/api/datasets").status_code == 200
        kept = dict(browser.cookies)
        browser.delete("/api/session")
        assert httpx.get(f"{locked_url}/api/datasets", cookies=kept).status_code == 401


def test_a_session_that_was_never_opened_is_none(locked_url: str) -> None:
    cookies = {"listing_session": "x" * 43}
    assert httpx.get(f"{locked_url}/api/datasets", cookies=cookies).status_code == 401


def test_the_page_is_for_everybody_and_holds_no_data(locked_url: str) -> None:
    answer = httpx.get(f"{locked_url}/")
    assert answer.status_code == 200 and "photos" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:8188", ""])
def test_without_a_key_only_loopback_names_are_answered_to(url: str, host: str) -> None:
    answer = httpx.get(f"{url}/api/datasets", headers={"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_other_sites_pages_are_refused(url: str, headers: dict[str, str]) -> None:
    assert httpx.get(f"{url}/api/datasets", headers=headers).status_code == 403
    assert httpx.post(f"{url}/api/uploads", headers=headers, content=b"x").status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/datasets", "/api/nothing", "/nothing"])
def test_every_answer_has_the_security_headers(url: str, path: str) -> None:
    headers = httpx.get(url + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_errors_have_one_form(url: str) -> None:
    for method, path in (("GET", "/api/nothing"), ("PUT", "/api/datasets")):
        answer = httpx.request(method, url + path)
        assert answer.status_code in {404, 405} and answer.json().keys() == {"problem", "remedy"}


def test_beyond_loopback_a_key_is_needed() -> None:
    with pytest.raises(AccessError, match="LISTING_API_KEY"):
        access_for("0.0.0.0", {})
    with pytest.raises(AccessError, match="at least 16"):
        access_for("0.0.0.0", {"LISTING_API_KEY": "short"})
    assert access_for("0.0.0.0", {"LISTING_API_KEY": KEY}).needs_key
    assert not access_for("127.0.0.1", {}).needs_key
    assert KEY not in repr(access_for("::", {"LISTING_API_KEY": KEY}))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_command_refuses_to_serve_others_without_a_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LISTING_HOME", str(tmp_path))
    monkeypatch.delenv("LISTING_API_KEY", raising=False)
    with pytest.raises(AccessError, match="LISTING_API_KEY"):
        serve(host="0.0.0.0", port=0)
    assert list(tmp_path.iterdir()) == [], "nothing was begun"
