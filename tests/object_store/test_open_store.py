"""The forms of a source, and what credentials may say."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from resources.errors import SourceError
from resources.object_store import SourceCredentials, open_store


def test_a_folder_may_be_given_relative_absolute_or_as_a_uri(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "红 书包 100%"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for form in [
        folder.name,
        f"./{folder.name}/",
        str(folder),
        folder.as_uri(),
        f"~/{folder.name}",
    ]:
        assert open_store(form).uri == folder.as_uri()


@pytest.mark.usefixtures("aws")
def test_a_prefix_is_a_folder_with_or_without_its_slash() -> None:
    assert open_store("s3://shop").uri == "s3://shop"
    assert open_store("s3://shop/").uri == "s3://shop"
    assert open_store("s3://shop/2024/photos/").uri == "s3://shop/2024/photos"
    assert open_store("s3://shop/a?b#c %41").uri == "s3://shop/a?b#c %41"


@pytest.mark.parametrize("uri", ["gs://shop/x", "https://shop.s3.amazonaws.com/x", "://x"])
def test_another_form_is_refused_with_those_that_are_known(uri: str) -> None:
    with pytest.raises(SourceError, match="s3://bucket/prefix or oss://bucket/prefix"):
        open_store(uri)


@pytest.mark.parametrize("uri", ["s3://", "oss:///x", "file://host/x", "file://x", "", "a\0b"])
def test_a_uri_without_a_bucket_or_folder_is_refused(uri: str) -> None:
    with pytest.raises(SourceError, match="names no"):
        open_store(uri)


@pytest.mark.parametrize(
    "endpoint", ["https://user:pass@minio.example.com", "ftp://minio.example.com", "https://"]
)
def test_an_endpoint_is_a_url_without_a_password(endpoint: str) -> None:
    with pytest.raises(ValidationError, match="without user or password"):
        SourceCredentials(endpoint=endpoint)


def test_credentials_have_no_place_for_a_secret() -> None:
    with pytest.raises(ValidationError):
        SourceCredentials.model_validate({"secret_access_key": "x"})
    assert SourceCredentials(endpoint="minio.example.com:9000/").endpoint == (
        "https://minio.example.com:9000"
    )
