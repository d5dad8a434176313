"""What is special of each provider's protocol."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from resources.endpoints.config import EndpointConfig
from resources.endpoints.embeddings.dashscope import DashScope
from resources.endpoints.embeddings.pai_eas import PaiEas
from resources.endpoints.embeddings.remote import Dialect, Input
from resources.endpoints.embeddings.vllm import Vllm
from resources.endpoints.interface import Photo
from resources.errors import EndpointStoppedError
from tests.endpoints.embeddings.remote_models import Remote, draw, photos
from tests.support.endpoint_server import EndpointServer

IMAGE, TEXT = Input("image", "data:image/jpeg;base64,AAAA"), Input("text", "words")
PATH = "/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding"


@pytest.fixture
def dashscope(server: EndpointServer) -> Remote:
    return Remote("dashscope", server)


@pytest.fixture
def pai_eas(server: EndpointServer) -> Remote:
    return Remote("pai_eas", server)


@pytest.fixture
def vllm(server: EndpointServer) -> Remote:
    return Remote("vllm", server)


def registered(**changes: Any) -> EndpointConfig:
    given = {"provider": "dashscope", "endpoint": "http://host", "model": "m", "dimension": 64}
    return EndpointConfig(type="EMBEDDING", name="vectors", version="1", **(given | changes))


def body(dialect: Dialect, inputs: Sequence[Input]) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(dialect.body(inputs)))
    return written


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://host",
        "https://host/",
        "https://host/api/v1",
        "https://host/compatible-mode/v1",
        "https://host" + PATH,
    ],
)
def test_dashscope_is_found_from_any_of_its_base_urls(endpoint: str) -> None:
    assert DashScope(registered(endpoint=endpoint)).url == "https://host" + PATH


def test_dashscope_has_an_endpoint_of_its_own() -> None:
    assert DashScope(registered(endpoint=None)).url == "https://dashscope.aliyuncs.com" + PATH


def test_dashscope_is_asked_for_a_dimension_and_given_the_options() -> None:
    options = {"max_batch": 2, "parameters": {"output_type": "dense"}, "workspace": "w"}

    assert body(DashScope(registered(options=options)), [IMAGE, TEXT]) == {
        "model": "m",
        "input": {"contents": [{"image": IMAGE.value}, {"text": "words"}]},
        "parameters": {"dimension": 64, "output_type": "dense"},
        "workspace": "w",
    }


def test_a_dashscope_model_of_one_dimension_is_not_asked_for_any() -> None:
    fixed = DashScope(registered(model="multimodal-embedding-v1"))

    assert "parameters" not in body(fixed, [TEXT])
    assert fixed.max_batch == 1


@pytest.mark.parametrize(
    ("model", "dimension"),
    [
        ("tongyi-embedding-vision-plus", 1152),
        ("tongyi-embedding-vision-flash", 768),
        ("qwen3-vl-embedding", 1024),
        ("multimodal-embedding-v1", 1024),
    ],
)
def test_dashscope_models_take_the_batches_that_they_are_sent(
    dashscope: Remote, model: str, dimension: int
) -> None:
    embedded = dashscope.use(
        lambda opened: opened.embed_photos(photos(9)), model=model, dimension=dimension, options={}
    )

    assert embedded.failures == (None,) * 9
    assert dashscope.server.outcomes == {"ok": len(dashscope.meter.ended)}
    assert embedded.usage.input_tokens == dashscope.server.input_tokens == 900


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("Throttling", "rate_limited"),
        ("Throttling.RateQuota", "rate_limited"),
        ("Throttling.AllocationQuota", "rate_limited"),
        ("InternalError", "server_error"),
        ("InternalError.Timeout", "timed_out"),
    ],
)
def test_dashscope_errors_inside_200_are_asked_again(
    dashscope: Remote, code: str, outcome: str
) -> None:
    dashscope.server.faults = [f"error_in_200:{code}"]
    embedded = dashscope.use(lambda model: model.embed_photos(photos(2)))

    assert dashscope.meter.outcomes == [outcome, "ok"]
    assert embedded.failures == (None, None)


@pytest.mark.parametrize("code", ["Arrearage", "InvalidApiKey", "AccessDenied.Unpurchased"])
def test_dashscope_errors_inside_200_that_the_user_must_mend_stop(
    dashscope: Remote, code: str
) -> None:
    dashscope.server.faults = [f"error_in_200:{code}"]
    with pytest.raises(EndpointStoppedError):
        dashscope.use(lambda model: model.embed_photos(photos(2)))


@pytest.mark.parametrize(
    "code", ["DataInspectionFailed", "data_inspection_failed", "DATAINSPECTIONFAILED"]
)
@pytest.mark.parametrize("status", [200, 400])
def test_dashscope_filters_one_photo_whatever_the_case_of_the_code(
    dashscope: Remote, code: str, status: int
) -> None:
    asked = photos(3)
    words = {"code": code, "message": "Input data may contain inappropriate content."}
    dashscope.server.script.of_photo = {asked[1].image_id: (status, json.dumps(words))}
    embedded = dashscope.use(lambda model: model.embed_photos(asked))

    assert embedded.failures == (None, "content_filtered", None)


def test_a_photo_above_the_limit_of_dashscope_is_not_sent(dashscope: Remote) -> None:
    large = Photo("large", draw(0) + b"\0" * 3_000_000)
    embedded = dashscope.use(lambda model: model.embed_photos([*photos(1), large]))

    assert embedded.failures == (None, "too_many_bytes")
    assert [attempt.images for attempt in dashscope.meter.ended] == [1]


def test_photos_that_are_all_too_large_make_no_call(dashscope: Remote) -> None:
    large = Photo("large", b"\0" * 3_000_001)
    embedded = dashscope.use(lambda model: model.embed_photos([large, large]))

    assert embedded.failures == ("too_many_bytes",) * 2
    assert (embedded.attempts, embedded.call_id) == (0, "")


def test_gme_leaves_unanswered_what_a_partial_answer_lacks(pai_eas: Remote) -> None:
    pai_eas.server.faults = ["partial:0,2"]
    embedded = pai_eas.use(lambda model: model.embed_photos(photos(4)))

    assert embedded.failures == ("unanswered", None, "unanswered", None)
    assert [vector.any() for vector in embedded.vectors] == [False, True, False, True]
    assert embedded.usage.input_tokens == 200
    assert pai_eas.meter.outcomes == ["ok"]


def test_a_partial_answer_that_says_not_which_is_asked_for_again(pai_eas: Remote) -> None:
    told = {"status_code": 204, "output": {"embeddings": [{"embedding": [1.0] * 8}]}}
    pai_eas.server.faults = [(200, json.dumps(told))]
    embedded = pai_eas.use(lambda model: model.embed_photos(photos(2)))

    assert pai_eas.meter.outcomes == ["malformed_response", "ok"]
    assert embedded.failures == (None, None)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(429, "rate_limited"), (450, "rate_limited"), (500, "server_error"), (408, "timed_out")],
)
@pytest.mark.parametrize("inside", [False, True])
def test_gme_tells_its_status_outside_or_inside(
    pai_eas: Remote, status: int, outcome: str, inside: bool
) -> None:
    told = json.dumps({"status_code": status, "message": "wait", "output": None})
    pai_eas.server.faults = [(200 if inside else status, told)]
    embedded = pai_eas.use(lambda model: model.embed_photos(photos(1)))

    assert pai_eas.meter.outcomes == [outcome, "ok"]
    assert embedded.failures == (None,)


def test_gme_is_asked_with_its_contents_and_the_options() -> None:
    config = registered(
        provider="pai_eas", endpoint="http://host/api/predict/gme/", options={"a": 1}
    )

    assert PaiEas(config).url == "http://host/api/predict/gme"
    assert body(PaiEas(config), [IMAGE, TEXT]) == {
        "a": 1,
        "model": "m",
        "contents": {"input": [{"image": IMAGE.value}, {"text": "words"}]},
    }


def test_vllm_is_asked_with_one_users_message() -> None:
    dialect = Vllm(
        registered(provider="vllm", endpoint="http://host/v1/", options={"dimensions": 3})
    )

    assert dialect.url == "http://host/v1/embeddings"
    assert body(dialect, [IMAGE]) == {
        "model": "m",
        "encoding_format": "float",
        "dimensions": 3,
        "messages": [
            {
                "role": "user",
                "content": [{"type": "image_url", "image_url": {"url": IMAGE.value}}],
            }
        ],
    }
    assert body(dialect, [TEXT])["messages"][0]["content"] == [{"type": "text", "text": "words"}]


def test_a_text_accompanies_photos_of_vllm_where_the_model_wants_one() -> None:
    options = {"image_text": "Represent the given image."}
    dialect = Vllm(registered(provider="vllm", options=options))

    image, text = body(dialect, [IMAGE]), body(dialect, [TEXT])
    assert image["messages"][0]["content"][1] == {"type": "text", "text": options["image_text"]}
    assert len(text["messages"][0]["content"]) == 1
    assert "image_text" not in image


def test_an_error_of_a_gateway_before_vllm_inside_200_is_one(vllm: Remote) -> None:
    vllm.server.faults = ["error_in_200:429"]
    embedded = vllm.use(lambda model: model.embed_texts(["one"]))

    assert vllm.meter.outcomes == ["rate_limited", "ok"]
    assert embedded.failures == (None,)


def test_vllm_gives_the_dimensions_that_the_options_ask_for(vllm: Remote) -> None:
    embedded = vllm.use(
        lambda model: model.embed_texts(["one"]), options={"dimensions": 3}, dimension=3
    )

    assert embedded.vectors.shape == (1, 3)
    assert np.any(embedded.vectors)
