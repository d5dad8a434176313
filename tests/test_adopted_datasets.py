"""Datasets of the command line: noted with where their photos go, and easy to put right."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from listing_assets.assets.run import Installation, VersionRun
from listing_assets.catalog import load_catalog
from listing_assets.cli.adopting import adopt, described
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import CatalogError, ListingError, SourceError
from tests.conftest import Chain, draw_photo
from tests.support.endpoint_server import EndpointServer

SHOP = VersionName("shop", "v1")
VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "DASHSCOPE_API_KEY", "DASHSCOPE_HTTP_BASE_URL")
A, B = "http://a.example:8000/v1", "http://b.example/v1"


@pytest.fixture
def shell(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the variables of a new shell: those given, and no other that tells of endpoints."""

    def begin(**variables: str) -> None:
        for variable in VARIABLES:
            monkeypatch.delenv(variable, raising=False)
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)

    begin(OPENAI_API_KEY="sk-Secret", OPENAI_BASE_URL=A)
    chain.add_photos(range(1))
    return begin


def noted(chain: Chain) -> dict[str, str]:
    fields: dict[str, str] = yaml.safe_load((chain.home / "datasets" / "shop.yaml").read_text())[
        "datasets"
    ]["shop"]
    return fields


def test_the_endpoint_s_host_is_noted_and_said(
    chain: Chain, shell: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    adopt(Settings(), SHOP, str(chain.source), "llava:7b")
    assert noted(chain) == {
        "source": str(chain.source),
        "tag_model": "llava:7b at a.example:8000",
    }
    told = capsys.readouterr().err
    assert "photos of shop go to a.example:8000: model llava:7b, with the key in OPENAI_API" in told
    assert "Secret" not in told
    model = described(Settings(), SHOP, None, None).dataset("shop")[1].tag_model
    assert model.identity == "llava:7b@1", "answers are kept under the name alone"
    assert model.endpoint_config().endpoint == A


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "OPENAI_BASE_URL is not set, which means api.openai.com"),
        ({"OPENAI_BASE_URL": B}, "OPENAI_BASE_URL names b.example"),
        (
            {"OPENAI_BASE_URL": A, "DASHSCOPE_API_KEY": "k"},
            "DASHSCOPE_HTTP_BASE_URL is not set, which means dashscope.aliyuncs.com",
        ),
    ],
    ids=["unset", "another", "provider"],
)
def test_in_a_shell_that_means_another_host_the_dataset_is_refused(
    chain: Chain, shell: Callable[..., None], variables: dict[str, str], told: str
) -> None:
    adopt(Settings(), SHOP, str(chain.source), "qwen-x")
    before = noted(chain)
    shell(OPENAI_API_KEY="sk-Secret", **variables)
    for source, model in [(None, None), (str(chain.source), None), (str(chain.source), "qwen-x")]:
        with pytest.raises(CatalogError, match="'qwen-x' are to go to a"):
            adopt(Settings(), SHOP, source, model)
        with pytest.raises(CatalogError, match=told):
            described(Settings(), SHOP, source, model).dataset("shop")
    assert noted(chain) == before
    assert load_catalog(chain.catalog, Settings().adopted).dataset("photos"), "the others stand"


def test_another_host_is_taken_when_it_is_named_once(
    chain: Chain, shell: Callable[..., None]
) -> None:
    adopt(Settings(), SHOP, str(chain.source), "m")
    shell(OPENAI_API_KEY="k", OPENAI_BASE_URL=B)
    with pytest.raises(CatalogError) as refused:
        adopt(Settings(), SHOP, None, None)
    reference = refused.value.remedy.rpartition("--model ")[2].strip("'.")
    assert reference == "m at b.example"
    adopt(Settings(), SHOP, None, reference)
    assert noted(chain) == {"source": str(chain.source), "tag_model": "m at b.example"}
    adopt(Settings(), SHOP, None, None)


def test_a_wrong_model_is_replaced_by_running_again(
    chain: Chain, shell: Callable[..., None]
) -> None:
    adopt(Settings(), SHOP, str(chain.source), "mistyped")
    shell(OPENAI_API_KEY="k")
    adopt(Settings(), SHOP, None, "gpt-4o-mini@2")
    assert noted(chain)["tag_model"] == "gpt-4o-mini at api.openai.com@2"
    adopt(Settings(), SHOP, str(chain.source), "chat")
    assert noted(chain)["tag_model"] == "chat"
    (chain.home / "datasets" / "shop.yaml").write_text("datasets:\n  shop: {source: x, oops: 1}\n")
    with pytest.raises(CatalogError, match="oops"):
        adopt(Settings(), SHOP, str(chain.source), "chat")


def test_a_wrong_source_is_replaced_until_something_of_it_is_published(
    chain: Chain, shell: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "p.jpg").write_bytes(draw_photo(7))
    adopt(Settings(), SHOP, str(other), "chat")
    adopt(Settings(), SHOP, str(chain.source), None)
    assert noted(chain) == {"source": str(chain.source), "tag_model": "chat"}
    assert f"nothing of {other} is published" in capsys.readouterr().err.replace("\n", "")
    with pytest.raises(SourceError):
        adopt(Settings(), SHOP, str(tmp_path / "missing"), None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("listing_assets.cli.adopting.revisions", lambda lake, name: ["shop@v1.1"])
        with pytest.raises(ListingError, match="has the source"):
            adopt(Settings(), SHOP, str(other), None)


def test_a_dataset_of_the_catalog_is_not_changed(chain: Chain, shell: Callable[..., None]) -> None:
    photos = VersionName("photos", "v1")
    adopt(Settings(), photos, str(chain.source), "chat")
    with pytest.raises(ListingError, match="the catalog defines dataset 'photos'"):
        adopt(Settings(), photos, None, "gpt-4o")
    assert not Settings().adopted.exists()


def test_photos_go_to_the_noted_endpoint(
    chain: Chain, shell: Callable[..., None], chat_server: EndpointServer
) -> None:
    shell(OPENAI_API_KEY="k", OPENAI_BASE_URL=chat_server.url)
    adopt(Settings(), SHOP, str(chain.source), "m")
    assert chain.run("shop@v1").success
    assert len(chat_server.asked) == 1
    shell(OPENAI_API_KEY="k", OPENAI_BASE_URL=B)
    with pytest.raises(CatalogError, match="are to go to"):  # as for every run of the daemon
        VersionRun("shop@v2", Installation())
