"""Opening an embedding model: what a registration lacks is said, and no secret with it."""

import pytest

from resources.endpoints.embeddings.open import open_remote
from resources.endpoints.metering import Unmetered
from resources.endpoints.open import open_embedding_model
from resources.errors import ModelError
from tests.endpoints.embeddings.remote_models import KEY, VARIABLE, Remote


def test_a_model_says_what_it_is(remote: Remote) -> None:
    model = open_embedding_model(remote.config(), Unmetered())

    assert (model.name, model.version, model.dimension) == ("test-model", "1", 8)
    assert model.concurrency == 4


def test_a_dimension_has_to_be_registered(remote: Remote) -> None:
    with pytest.raises(ModelError, match=r"dimension: N.*listing models check vectors"):
        open_remote(remote.config(dimension=None), Unmetered())


def test_a_key_that_is_not_set_is_named_by_its_variable(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ModelError, match=f"{VARIABLE} is not set"):
        open_remote(remote.config(), Unmetered())


def test_a_key_that_no_header_carries_is_refused_without_showing_it(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEY + "\nX-Other: 1")
    with pytest.raises(ModelError, match=VARIABLE) as refused:
        open_remote(remote.config(), Unmetered())
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("endpoint", ["host/v1", "ftp://host/v1", "http://"])
def test_an_endpoint_that_is_no_url_is_refused(remote: Remote, endpoint: str) -> None:
    with pytest.raises(ModelError, match="no http:// or https:// URL"):
        open_remote(remote.config(endpoint=endpoint), Unmetered())


@pytest.mark.parametrize("provider", ["pai_eas", "vllm"])
def test_an_endpoint_is_needed_where_there_is_no_usual_one(remote: Remote, provider: str) -> None:
    with pytest.raises(ModelError, match="has no endpoint"):
        open_remote(Remote(provider, remote.server).config(endpoint=None), Unmetered())


def test_another_provider_has_no_embedding_models(remote: Remote) -> None:
    config = Remote("dashscope", remote.server).config()
    other = type(config)(provider="xgboost", type="EMBEDDING", name="n", model="m", version="1")
    with pytest.raises(ModelError, match="'xgboost' has no embedding models"):
        open_remote(other, Unmetered())
