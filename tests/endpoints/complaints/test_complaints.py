"""What errors mean, in the words and shapes in which servers are known to say them."""

import json
import time
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.endpoints.complaints import Complaints, RequestRefused
from resources.endpoints.complaints.retry_after import retry_after_seconds
from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import MOST_WORDS, CallFault

KEY = "sk-abcdef"


def complaints(**changes: Any) -> Complaints:
    given: dict[str, Any] = {"provider": "openai", "type": "MLLM", "name": "n", "model": "m"}
    given |= {"version": "1", "api_key_env": "SHOP_KEY"}
    return Complaints(EndpointConfig(**(given | changes)), KEY)


def fault(status: int, body: Any, **changes: Any) -> CallFault:
    content = body if isinstance(body, str) else json.dumps(body)
    return complaints(**changes).fault(status, {}, content.encode())


def openai_error(message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    kind = "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


ARREARS = "Access denied, please make sure your account is in good standing."
STATUSES = [
    (400, openai_error("nope"), "bad_request", "lasting"),
    (400, {"code": "Arrearage", "message": ARREARS}, "in_arrears", "stopping"),
    (400, openai_error("filtered", "content_filter"), "content_filtered", "lasting"),
    (400, {"code": "DataInspectionFailed", "message": "…"}, "content_filtered", "lasting"),
    (400, openai_error("bad", "data_inspection_failed"), "content_filtered", "lasting"),
    (400, openai_error("API key not valid", "invalid_api_key"), "key_refused", "stopping"),
    (401, "Unauthorized", "key_refused", "stopping"),
    (402, {"error": {"message": "Insufficient Balance"}}, "in_arrears", "stopping"),
    (403, {"code": "AccessDenied", "message": "no"}, "access_denied", "stopping"),
    (403, {"code": "AllocationQuota.FreeTierOnly"}, "in_arrears", "stopping"),
    (404, openai_error("no such model", "model_not_found"), "not_found", "stopping"),
    (405, "", "not_found", "stopping"),
    (308, "", "redirected", "stopping"),
    (408, "", "timed_out", "passing"),
    (409, "", "conflict", "passing"),
    (413, "", "too_many_bytes", "lasting"),
    (422, {"detail": "no"}, "bad_request", "lasting"),
    (425, "", "server_error", "passing"),
    (429, openai_error("slow down", "rate_limit_exceeded"), "rate_limited", "busy"),
    (450, "request queue is full", "rate_limited", "busy"),
    (429, openai_error("pay", "insufficient_quota"), "in_arrears", "stopping"),
    (429, openai_error("pay", "billing_hard_limit_reached"), "in_arrears", "stopping"),
    (429, {"code": "Throttling.AllocationQuota"}, "rate_limited", "busy"),
    (500, "<html>oops</html>", "server_error", "passing"),
    (503, {"code": "Throttling"}, "rate_limited", "busy"),
    (529, {"error": "overloaded"}, "server_error", "passing"),
]


@pytest.mark.parametrize(("status", "body", "code", "kind"), STATUSES)
def test_a_status_and_code_mean_one_fault(status: int, body: Any, code: str, kind: str) -> None:
    met = fault(status, body)
    assert (met.code, met.kind) == (code, kind)


IN_SUCCESS = [
    ({"code": "Throttling", "message": "…"}, "rate_limited", "busy"),
    ({"code": "Throttling.RateQuota"}, "rate_limited", "busy"),
    ({"error": {"code": "limit_requests"}}, "rate_limited", "busy"),
    ({"code": "Arrearage", "message": ARREARS}, "in_arrears", "stopping"),
    ({"code": "InvalidApiKey", "message": "…"}, "key_refused", "stopping"),
    ({"code": "ModelNotFound"}, "not_found", "stopping"),
    ({"code": "data_inspection_failed"}, "content_filtered", "lasting"),
    ({"error": {"code": "DataInspectionFailed"}}, "content_filtered", "lasting"),
    ({"code": "InvalidParameter", "message": "bad image"}, "bad_request", "lasting"),
    ({"code": "InternalError.Algo"}, "server_error", "passing"),
    ({"code": "RequestTimeOut"}, "timed_out", "passing"),
    ({"code": "SomethingNew"}, "server_error", "passing"),
    ({"status_code": 429, "message": "…"}, "rate_limited", "busy"),
    ({"error": {"code": 502, "message": "upstream"}}, "server_error", "passing"),
    ({"error": "it broke"}, "server_error", "passing"),
    ({"hello": "world"}, "malformed_response", "passing"),
    ({"status_code": 200, "message": "ok"}, "malformed_response", "passing"),
    ([1, 2], "malformed_response", "passing"),
    (None, "malformed_response", "passing"),
]


@pytest.mark.parametrize(("body", "code", "kind"), IN_SUCCESS)
def test_an_error_inside_http_200_means_what_its_code_means(
    body: Any, code: str, kind: str
) -> None:
    met = complaints().fault_in_success(body)
    assert (met.code, met.kind) == (code, kind)


def test_a_minutes_quota_of_model_studio_is_not_arrears() -> None:
    body = openai_error("You exceeded your current quota.", "insufficient_quota")
    there = "https://dashscope.aliyuncs.com/compatible-mode/v1"
    assert fault(429, body, provider="dashscope").kind == "busy"
    assert fault(429, body, endpoint=there).kind == "busy"
    assert fault(429, body, endpoint="https://api.openai.com/v1").code == "in_arrears"


REFUSALS = [
    ("format", openai_error("Invalid parameter", None, "response_format")),
    ("format", openai_error("'response_format' of type 'json_schema' is not supported")),
    ("format", {"error": "'response_format.type' must be 'json_schema' or 'text'"}),
    ("format", openai_error("Json mode response is not supported when enable_thinking is true")),
    ("format", {"message": "guided_json is not supported", "code": 400}),
    ("format", {"detail": [{"loc": ["body", "response_format"], "msg": "Extra inputs"}]}),
    ("schema", openai_error("Invalid schema for response_format 'tags'", None, "response_format")),
    ("schema", {"error": {"message": "The provided JSON schema contains features not supported"}}),
    (
        "temperature",
        openai_error("'temperature' does not support 0", "unsupported_value", "temperature"),
    ),
    ("temperature", openai_error("temperature is not supported with this model")),
    ("temperature", {"detail": "Unknown field: temperature"}),
    ("temperature", {"error": "This model does not support temperature."}),
    ("limit", openai_error("Use 'max_completion_tokens' instead.", None, "max_tokens")),
    ("limit", openai_error("'max_tokens' is not supported with this model.")),
    ("limit", {"message": "unexpected keyword argument 'max_completion_tokens'"}),
    (
        "limit",
        {
            "detail": [
                {"loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}
            ]
        },
    ),
    ("input", openai_error("Invalid image.", "invalid_image_format")),
    ("input", openai_error("The model cannot read the image: file not found.")),
    ("input", openai_error("The model 'm' does not support this image.", None, "model")),
    ("input", openai_error("This model's maximum context length is 8192 tokens.")),
    ("input", openai_error("Invalid value", None, "messages.[0].content.[1].image_url")),
    (
        "input",
        openai_error("You uploaded an unsupported image. (not in response_format)", None, "x"),
    ),
    (
        "input",
        {
            "detail": [
                {
                    "loc": ["body", "messages", 0, "content"],
                    "msg": "cannot decode",
                    "input": {"response_format": {"type": "json_schema"}},
                }
            ]
        },
    ),
    ("input", openai_error("Bad image. " + "x" * 300 + " response_format json_schema")),
    ("unknown", openai_error("<400> InternalError.Algo", "invalid_parameter_error")),
    ("unknown", ""),
]


@pytest.mark.parametrize(("about", "body"), REFUSALS)
def test_a_refused_request_tells_what_of_it_was_refused(about: str, body: Any) -> None:
    met = fault(400, body)
    assert isinstance(met, RequestRefused)
    assert (met.about, met.kind) == (about, "lasting")


def test_a_server_error_over_the_format_is_a_refusal_and_any_other_is_not() -> None:
    refused = fault(500, {"error": {"message": "Unsupported response_format json_schema"}})
    assert refused.code == "unsupported_format"
    assert fault(500, {"error": {"message": "cannot decode image"}}).code == "server_error"


def test_an_option_that_is_refused_stops_and_is_named() -> None:
    body = openai_error(f"Unsupported parameter for {KEY}.", "unsupported_parameter", "top_k")
    met = fault(400, body, options={"top_k": 5})
    assert (met.code, met.kind) == ("option_refused", "stopping")
    assert "'top_k'" in met.words
    assert "models.yaml" in met.words
    assert KEY not in met.words


@pytest.mark.parametrize("words", ["Unknown option: 'seed'.", "`seed` must be positive"])
def test_an_option_that_is_refused_in_words_alone_stops_and_is_named(words: str) -> None:
    met = fault(400, {"error": words}, options={"top_k": 5, "seed": -1})
    assert (met.code, met.kind) == ("option_refused", "stopping")
    assert "'seed'" in met.words
    met = fault(422, {"error": "top_k should be at most 3"}, options={"top_k": 5, "seed": -1})
    assert "'top_k'" in met.words
    assert fault(400, {"error": "it is seedless"}, options={"seed": 1}).kind == "lasting"


NO_MODEL = [
    openai_error("The model `m` does not exist."),
    openai_error("Invalid model name passed in model=m. Call `/v1/models`."),
    openai_error("Unknown model: m", None, "model"),
    openai_error("no good", None, "model"),
    {"detail": "Server is pinned to 'other/model'; requested 'm'."},
    {"error": "model 'm' not found, try pulling it first"},
    {"message": "Model m has not been loaded or is not served here", "code": 400},
]


@pytest.mark.parametrize("body", NO_MODEL)
def test_a_model_that_is_not_there_stops_whatever_the_status(body: Any) -> None:
    for status in (400, 422):
        met = fault(status, body)
        assert (met.code, met.kind) == ("not_found", "stopping")
        assert "'m'" in met.words


@pytest.mark.parametrize(
    "words",
    [
        "image input is not supported - hint: you may need to provide the mmproj",
        "Qwen/Qwen3-4B is not a multimodal model",
        "This model does not support image input.",
        "The model 'm' does not support images.",
        "Invalid content type. image_url is only supported by certain models.",
    ],
)
def test_a_model_that_sees_nothing_stops_whatever_the_status(words: str) -> None:
    for status in (400, 500):
        met = fault(status, openai_error(words))
        assert (met.code, met.kind) == ("takes_no_photos", "stopping")
        assert words.split(maxsplit=1)[0] in met.words and "'m'" in met.words


@pytest.mark.parametrize(
    "words", ["We do not support images in WEBP.", "The model does not support image format bmp."]
)
def test_a_photo_of_the_wrong_kind_stops_nothing(words: str) -> None:
    assert fault(400, openai_error(words)).kind == "lasting"


def test_a_model_named_like_a_photo_can_be_missing_too() -> None:
    body = openai_error("The model 'qwen-image-edit' does not exist.")
    assert fault(400, body, model="qwen-image-edit").code == "not_found"
    assert fault(400, openai_error("The image of the model does not exist.")).kind == "lasting"


def test_a_denied_access_is_told_in_the_endpoints_words_without_the_key() -> None:
    body = openai_error(f"Your plan lacks vision models (key {KEY[:-1]}, sk-ab***ef).")
    words = fault(403, body).words
    assert "Your plan lacks vision models" in words
    assert "SHOP_KEY" in words and "'m'" in words
    assert "sk-ab" not in words


def test_a_photo_that_is_too_long_for_the_tokens_asked_for_stops_nothing() -> None:
    body = openai_error("max_tokens is too large: the context has 8192", None, "max_tokens")
    assert fault(400, body, options={"max_tokens": 4096}).kind == "lasting"


def test_what_is_not_there_names_the_model_and_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTING_CATALOG", raising=False)
    words = fault(404, "no such route").words
    assert "'m'" in words and "no such route" in words
    assert "in catalog/models.yaml" in words
    monkeypatch.setenv("LISTING_CATALOG", "/srv/shop")
    assert "in /srv/shop/models.yaml" in fault(404, "").words


def test_a_page_of_a_gateway_is_told_by_its_title() -> None:
    page = "<html><head><title>502 Bad\n Gateway</title></head><body>nginx</body></html>"
    assert fault(502, page).words == "502 Bad Gateway"


def test_words_have_no_key_no_signature_and_no_photo() -> None:
    photo = "data:image/jpeg;base64," + "A" * 4000
    url = "https://bucket.host/a.jpg?X-Signature=abc&b=c"
    met = fault(400, openai_error(f"bad {photo} or {url} for {KEY}"))
    assert met.words == "bad data:… or https://bucket.host/a.jpg?… for ***"


def test_a_stop_for_the_key_has_none_of_the_endpoints_words() -> None:
    for status in (401, 402, 403, 404):
        assert (
            "sk-abc" not in fault(status, openai_error("Incorrect key provided: sk-abc***")).words
        )


@given(st.text(max_size=40), st.integers(0, 60))
def test_no_part_of_the_key_is_left_where_words_are_cut(filler: str, repeats: int) -> None:
    key = "k3y-" + "0123456789" * 5
    made = Complaints(EndpointConfig("openai", "MLLM", "n", "m", "1", api_key_env="SHOP_KEY"), key)
    met = made.fault(400, {}, json.dumps({"message": filler + key * repeats}).encode())
    assert "k3y-0" not in met.words
    assert len(met.words) <= MOST_WORDS


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(
                        st.sampled_from(["error", "code", "message", "detail", "type", "param",
                                         "loc", "msg", "choices"]), inner)),
       st.sampled_from([200, 400, 422, 429, 500]))  # fmt: skip
def test_whatever_the_body_there_is_a_fault_that_can_be_stored(body: Any, status: int) -> None:
    met = fault(status, body) if status != 200 else complaints().fault_in_success(body)
    assert met.kind in {"busy", "passing", "lasting", "stopping"}
    met.words.encode()


@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_are_words(content: bytes) -> None:
    complaints().fault(400, {}, content).words.encode()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("0", 0.0), ("-1", None), ("nan", None), ("soon", None), ("", None)],
)
def test_the_wait_is_read_in_seconds(header: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": header}) == seconds


def test_the_wait_is_read_as_a_date_and_in_milliseconds() -> None:
    later = formatdate(time.time() + 30, usegmt=True)
    wait = retry_after_seconds({"retry-after": later})
    assert wait is not None
    assert 27 < wait <= 30
    assert retry_after_seconds({"retry-after": formatdate(0, usegmt=True)}) == 0
    assert retry_after_seconds({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5
    assert retry_after_seconds({}) is None


def test_a_wait_comes_with_429_and_503() -> None:
    for status in (429, 503):
        met = complaints().fault(status, {"retry-after": "7"}, b"")
        assert met.retry_after_seconds == 7
