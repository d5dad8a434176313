"""The endpoint server of the tests: what it says is real enough, and what it counts is exact."""

import asyncio
import base64
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import openai
import pytest

from tests.support.endpoint_server import Asked, EndpointServer, Fault
from tests.support.endpoint_server.exchange import seconds_of

PROPERTIES: dict[str, Any] = {
    "category": {"type": ["string", "null"], "enum": ["Food", "Toys", None]},
    "title": {"type": ["string", "null"]},
    "price": {"type": ["number", "null"], "minimum": 1, "maximum": 9},
    "colours": {"type": ["array", "null"], "items": {"type": "string", "enum": ["red", "blue"]}},
}
SCHEMA = {
    "type": "object",
    "properties": PROPERTIES,
    "required": list(PROPERTIES),
    "additionalProperties": False,
}
NATIVE = "/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding"


def data_url(photo: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(photo).decode()


def photo_id(photo: bytes) -> str:
    return hashlib.sha256(photo).hexdigest()


def chat_body(photo: bytes = b"a photo", format_: str = "json_schema", **extra: Any) -> dict:
    strict = {"name": "tags", "strict": True, "schema": SCHEMA}
    formats = {
        "json_schema": {"type": "json_schema", "json_schema": strict},
        "json_object": {"type": "json_object"},
    }
    text = f"Answer as JSON after this schema: {json.dumps(SCHEMA)}"
    content = [
        {"type": "text", "text": text},
        {"type": "image_url", "image_url": {"url": data_url(photo)}},
    ]
    body = {"model": "m", "messages": [{"role": "user", "content": content}], **extra}
    return body if format_ == "none" else {**body, "response_format": formats[format_]}


def native_body(*contents: dict[str, str], model: str = "m", **parameters: Any) -> dict:
    return {"model": model, "input": {"contents": contents}, "parameters": parameters}


@pytest.fixture
def server() -> Iterator[EndpointServer]:
    with EndpointServer() as started:
        yield started


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as opened:
        yield opened


def chat(client: httpx.Client, server: EndpointServer, *args: Any, **kwargs: Any) -> httpx.Response:
    return client.post(f"{server.url}/chat/completions", json=chat_body(*args, **kwargs))


def said(response: httpx.Response) -> str:
    return response.json()["choices"][0]["message"]["content"]


def answer(response: httpx.Response) -> dict[str, Any]:
    return json.loads(said(response))


def test_answers_follow_the_schema_and_hang_on_the_photo_alone(
    server: EndpointServer, client: httpx.Client
) -> None:
    photos = [f"photo {number}".encode() for number in range(20)]
    answers = [answer(chat(client, server, photo)) for photo in photos]
    assert [answer(chat(client, server, photo)) for photo in photos] == answers
    assert len({json.dumps(one) for one in answers}) > 10
    for one in answers:
        assert list(one) == list(PROPERTIES)
        assert one["category"] in {"Food", "Toys"}
        assert 1 <= one["price"] <= 9
        assert set(one["colours"]) < {"red", "blue"}


@pytest.mark.parametrize("format_", ["json_object", "none"])
def test_without_a_response_schema_the_prompt_tells_the_questions(
    server: EndpointServer, client: httpx.Client, format_: str
) -> None:
    assert answer(chat(client, server, format_=format_)) == answer(chat(client, server))
    assert server.asked[0] == (photo_id(b"a photo"), tuple(PROPERTIES))


def test_without_any_schema_the_given_questions_or_answers_count(client: httpx.Client) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Which tags?"}]}
    with EndpointServer(questions={"worn": {"type": "boolean"}}) as server:
        first = client.post(f"{server.url}/chat/completions", json=body)
        server.questions.clear()
        server.answers["size"] = lambda photo: photo[:2]
        second = client.post(f"{server.url}/chat/completions", json=body)
        server.answer_with = lambda asked: f"about {len(asked.contents)}"
        third = client.post(f"{server.url}/chat/completions", json=body)
    assert isinstance(answer(first)["worn"], bool)
    assert answer(second) == {"size": hashlib.sha256(b"Which tags?").hexdigest()[:2]}
    assert said(third) == "about 1"


def test_a_format_that_is_switched_off_is_refused_in_real_words(client: httpx.Client) -> None:
    with EndpointServer(formats=["json_object"]) as server:
        refused = chat(client, server)
        allowed = chat(client, server, format_="json_object")
    assert refused.status_code == 400
    assert "'response_format' of type 'json_schema' is not supported" in refused.text
    assert allowed.status_code == 200
    assert server.outcomes == {"bad_request": 1, "ok": 1}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model": None}, "model"),
        ({"messages": []}, "say nothing"),
        ({"messages": [{"role": "user", "content": "tags?"}]}, "the word 'json'"),
        ({"messages": [{"role": "user", "content": [{"type": "video"}]}]}, "no type of content"),
    ],
)
def test_requests_against_the_protocol_are_refused(
    server: EndpointServer, client: httpx.Client, change: dict[str, Any], words: str
) -> None:
    body = {**chat_body(format_="json_object"), **change}
    response = client.post(f"{server.url}/chat/completions", json=body)
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]


def test_a_strict_schema_must_be_complete(server: EndpointServer, client: httpx.Client) -> None:
    body = chat_body()
    body["response_format"]["json_schema"]["schema"] = {"properties": PROPERTIES}
    response = client.post(f"{server.url}/chat/completions", json=body)
    assert response.status_code == 400
    assert "additionalProperties" in response.text


def test_an_earlier_turn_may_be_empty(server: EndpointServer, client: httpx.Client) -> None:
    body = chat_body()
    body["messages"].append({"role": "assistant", "content": ""})
    response = client.post(f"{server.url}/chat/completions", json=body)
    assert answer(response) == answer(chat(client, server))


def test_compatible_mode_refuses_json_while_the_model_thinks(client: httpx.Client) -> None:
    with EndpointServer(thinks=True) as server:
        url = f"{server.origin}/compatible-mode/v1/chat/completions"
        refused = client.post(url, json=chat_body())
        allowed = client.post(url, json=chat_body(enable_thinking=False))
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "invalid_parameter_error"
    assert allowed.status_code == 200


def test_a_streamed_answer_is_the_whole_answer_in_pieces(
    server: EndpointServer, client: httpx.Client
) -> None:
    whole = said(chat(client, server))
    api = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    body = chat_body(stream=True, stream_options={"include_usage": True})
    chunks = list(api.chat.completions.create(**body))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole
    assert len(chunks) > 5
    assert chunks[-1].usage.prompt_tokens == 100
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert (server.input_tokens, server.output_tokens) == (200, 20)


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("malformed", lambda reply: not said(reply).startswith('{"')),
        ("truncated", lambda reply: reply.json()["choices"][0]["finish_reason"] == "length"),
        ("fenced", lambda reply: said(reply).startswith("```json\n{")),
        ("chatty", lambda reply: said(reply).startswith("Sure!") and '{"category"' in said(reply)),
        ("wrong_values", lambda reply: answer(reply)["category"] not in {"Food", "Toys"}),
        ("wrong_types", lambda reply: isinstance(answer(reply)["title"], dict)),
        ("missing_tag", lambda reply: list(answer(reply)) == list(PROPERTIES)[1:]),
        ("empty", lambda reply: said(reply) == ""),
        ("refusal", lambda reply: said(reply) is None),
        (
            "content_filter_finish",
            lambda reply: reply.json()["choices"][0]["finish_reason"] == "content_filter",
        ),
        ("no_usage", lambda reply: "usage" not in reply.json()),
        ("400", lambda reply: reply.status_code == 400),
        ("404", lambda reply: reply.json()["error"]["code"] == "model_not_found"),
        ("429", lambda reply: reply.status_code == 429 and "retry-after" not in reply.headers),
        ("429_retry_after:7", lambda reply: reply.headers["retry-after"] == "7"),
        ("503", lambda reply: reply.status_code == 503),
        ("502_html", lambda reply: reply.text.startswith("<html>")),
        ("arrears", lambda reply: reply.json()["error"]["code"] == "insufficient_quota"),
        ("content_filter", lambda reply: reply.json()["error"]["code"] == "content_filter"),
        (
            "error_in_200:busy",
            lambda reply: (reply.status_code, reply.json()["error"]["code"]) == (200, "busy"),
        ),
        ((418, "tea"), lambda reply: (reply.status_code, reply.text) == (418, "tea")),
        (Fault("500"), lambda reply: reply.status_code == 500),
    ],
)
def test_each_fault_shows_once_and_is_counted(
    server: EndpointServer, client: httpx.Client, fault: Any, check: Any
) -> None:
    server.faults += [fault]
    assert check(chat(client, server))
    assert chat(client, server).status_code == 200
    assert server.requests == {"chat": 2}
    assert server.outcomes["ok"] == 1
    assert sum(server.outcomes.values()) == 2


@pytest.mark.parametrize("fault", ["drop", "drop_mid_body", "malformed_body"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_cut_answer_is_counted_and_not_billed(
    server: EndpointServer, client: httpx.Client, fault: str, stream: bool
) -> None:
    server.faults += [fault]
    if fault == "malformed_body":
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            chat(client, server, stream=stream).json()
    else:
        with pytest.raises(httpx.RemoteProtocolError if "mid" in fault else httpx.TransportError):
            chat(client, server, stream=stream)
    assert server.outcomes == {fault: 1}
    assert (server.input_tokens, server.in_flight) == (0, 0)


def test_a_stalled_request_is_answered_after_all(
    server: EndpointServer, client: httpx.Client
) -> None:
    server.faults += ["stall:0.2", "stall"]
    assert chat(client, server).elapsed.total_seconds() >= 0.2
    with pytest.raises(httpx.ReadTimeout):
        client.post(f"{server.url}/chat/completions", json=chat_body(), timeout=0.1)


def test_an_unknown_fault_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="no fault is called 'explode'"):
        EndpointServer(faults=["explode"])


def test_a_fault_waits_for_a_protocol_that_can_have_it(
    server: EndpointServer, client: httpx.Client
) -> None:
    server.faults += ["zero", "fenced"]
    assert said(chat(client, server)).startswith("```")
    body = native_body({"text": "words"})
    vectors = client.post(server.origin + NATIVE, json=body).json()["output"]["embeddings"]
    assert set(vectors[0]["embedding"]) == {0.0}
    assert server.faults == []


def test_a_mix_of_faults_strikes_the_same_photos_whatever_the_order() -> None:
    photos = [f"photo {number}".encode() for number in range(60)]
    mix = {"429": 0.2, "malformed": 0.1, "503": 0.1}

    def fates(order: list[bytes]) -> dict[bytes, tuple[int, bool]]:
        # Threads that share a client's idle connections sometimes close them for each other.
        single = httpx.Limits(max_keepalive_connections=0)
        with (
            EndpointServer(mix=mix, seed=3) as server,
            httpx.Client(timeout=10, limits=single) as client,
            ThreadPoolExecutor(8) as pool,
        ):
            replies = pool.map(lambda photo: (photo, chat(client, server, photo)), order)
            return {p: (r.status_code, "=>" in r.text) for p, r in replies}

    first = fates(photos)
    assert fates(photos[::-1]) == first
    counts = [sum(fate == kind for fate in first.values()) for kind in {*first.values()}]
    assert len(counts) == 4
    assert sum(fate != (200, False) for fate in first.values()) in range(12, 37)


def test_a_photo_can_be_refused_for_ever(client: httpx.Client) -> None:
    with EndpointServer(of_photo={photo_id(b"bad"): "content_filter"}) as server:
        statuses = [chat(client, server, p).status_code for p in (b"bad", b"good", b"bad")]
    assert statuses == [400, 200, 400]


def test_above_the_hidden_limit_further_requests_are_busy_at_once() -> None:
    async def ask(server: EndpointServer) -> list[int]:
        async with httpx.AsyncClient(timeout=10) as client:

            async def status(number: int) -> int:
                body = chat_body(f"photo {number}".encode())
                reply = await client.post(f"{server.url}/chat/completions", json=body)
                return reply.status_code

            waiting = [asyncio.create_task(status(number)) for number in range(5)]
            while server.in_flight < 5:
                await asyncio.sleep(0.01)
            further = await asyncio.gather(*(status(number) for number in range(5, 12)))
            for task in waiting:
                task.cancel()
            return further

    with EndpointServer(hidden_limit=5, latency_seconds=60) as server:
        assert asyncio.run(ask(server)) == [429] * 7
        assert server.outcomes == {"over_limit": 7}
        assert 6 <= server.most_in_flight <= 12


def test_above_its_capacity_it_slows_down() -> None:
    server = EndpointServer(capacity=4, latency_seconds=0.1)
    seconds = [seconds_of(server, None, crowd) for crowd in (1, 4, 6, 8)]
    assert seconds == pytest.approx([0.1, 0.1, 0.15, 0.2])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/chat/completions", {"error", "invalid_api_key", "message", "param", "type"}),
        ("/v1/embeddings", {"Unauthorized"}),
        (NATIVE, {"code", "InvalidApiKey", "request_id"}),
        ("/api/predict/gme", {"Incorrect API key"}),
        ("/v1/files", {"error", "invalid_api_key"}),
    ],
)
def test_another_key_is_refused_as_the_protocol_words_it(
    client: httpx.Client, path: str, told: set[str]
) -> None:
    with EndpointServer(key="sk-right", echoes_key=True) as server:
        headers = {"Authorization": "Bearer sk-wrong"}
        response = client.post(server.origin + path, json=chat_body(), headers=headers)
    assert response.status_code == 401
    assert all(words in response.text for words in told)
    assert "sk-wrong" in response.text or path == "/v1/embeddings"


@pytest.mark.parametrize(
    ("auth", "statuses"), [("bearer", [200, 401]), ("raw", [401, 200]), ("either", [200, 200])]
)
def test_a_key_travels_as_the_server_wants_it(
    client: httpx.Client, auth: Any, statuses: list[int]
) -> None:
    body = {"model": "m", "contents": {"input": [{"text": "words"}]}}
    with EndpointServer(key="token", auth=auth) as server:
        url = f"{server.origin}/api/predict/gme"
        replies = [
            client.post(url, json=body, headers={"Authorization": given})
            for given in ("Bearer token", "token")
        ]
    assert [reply.status_code for reply in replies] == statuses


@pytest.mark.parametrize(("model", "total"), [("m", 201), ("qwen3-vl-embedding", 200)])
def test_native_vectors_belong_to_their_index_and_are_billed(
    server: EndpointServer, client: httpx.Client, model: str, total: int
) -> None:
    shuffled = False
    for number in range(12):
        contents = [{"image": data_url(f"photo {number}".encode())}, {"text": "words"}]
        body = native_body(*contents, model=model, dimension=5)
        answer = client.post(server.origin + NATIVE, json=body).json()
        vectors = answer["output"]["embeddings"]
        shuffled |= vectors[0]["index"] == 1
        by_index = {one["index"]: one["embedding"] for one in vectors}
        assert {len(vector) for vector in by_index.values()} == {5}
        alone = client.post(
            server.origin + NATIVE, json=native_body(contents[1], model=model, dimension=5)
        ).json()
        assert alone["output"]["embeddings"][0]["embedding"] == by_index[1]
        assert answer["usage"]["total_tokens"] in {total, total + 1}
    assert shuffled, "vectors come now and then in another order"
    assert server.input_tokens == 12 * 300


@pytest.mark.parametrize(
    "body",
    [
        native_body(),
        native_body({"sound": "x"}),
        native_body({"image": "not a url"}),
        native_body({"image": data_url(b"")}),
        native_body(*[{"text": "words"}] * 21),
        native_body(*[{"image": data_url(b"x")}] * 6, model="qwen3-vl-embedding"),
        native_body({"text": "words"}, dimension="many"),
        "no object",
    ],
)
def test_native_requests_against_the_protocol_are_refused(
    server: EndpointServer, client: httpx.Client, body: Any
) -> None:
    response = client.post(server.origin + NATIVE, json=body)
    assert response.status_code == 400
    assert response.json()["code"] == "InvalidParameter"


def test_gme_leaves_out_what_it_could_not_embed(
    server: EndpointServer, client: httpx.Client
) -> None:
    inputs = [{"image": data_url(b"one")}, {"image": data_url(b"two")}, {"text": "three"}]
    body = {"model": "gme", "contents": {"input": inputs}}
    url = f"{server.origin}/api/predict/gme"
    whole = client.post(url, json=body).json()
    server.faults += ["partial:0,2"]
    response = client.post(url, json=body)
    part = response.json()
    assert (response.status_code, whole["status_code"], part["status_code"]) == (200, 200, 204)
    assert [one["index"] for one in part["output"]["embeddings"]] == [1]
    assert (whole["usage"]["total_tokens"], part["usage"]["total_tokens"]) == (300, 100)
    server.faults += ["error_in_200:400"]
    assert client.post(url, json=body).json()["status_code"] == 400


def test_vllm_embeds_one_prompt_and_plain_texts_in_one_space(
    server: EndpointServer, client: httpx.Client
) -> None:
    api = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    texts = api.embeddings.create(model="m", input=["red shoes", "blue shoes"])
    message = {"role": "user", "content": [{"type": "text", "text": "red shoes"}]}
    body = {"model": "m", "messages": [message], "encoding_format": "float"}
    prompt = client.post(f"{server.url}/embeddings", json=body).json()["data"]
    assert len(prompt) == 1
    assert texts.data[0].embedding == pytest.approx(prompt[0]["embedding"], abs=1e-5)
    assert texts.data[1].embedding != texts.data[0].embedding
    message["content"] = [{"type": "image_url", "image_url": {"url": data_url(b"photo")}}]
    body["dimensions"] = 3
    photo = client.post(f"{server.url}/embeddings", json=body).json()["data"]
    assert len(photo[0]["embedding"]) == 3
    assert server.calls[photo_id(b"photo")] == 1


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("nan", lambda vectors: vectors[0][0] != vectors[0][0]),
        ("zero", lambda vectors: set(vectors[0]) == {0.0}),
        ("wrong_dimension", lambda vectors: len(vectors[0]) == 9),
        ("wrong_count", lambda vectors: len(vectors) == 2),
    ],
)
def test_vectors_can_be_wrong(
    server: EndpointServer, client: httpx.Client, fault: str, check: Any
) -> None:
    server.faults += [fault]
    body = {"model": "m", "input": "words"}
    response = client.post(f"{server.url}/embeddings", json=body)
    assert check([one["embedding"] for one in response.json()["data"]])


def test_photos_by_url_are_opened_or_refused(client: httpx.Client) -> None:
    class Store(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if "signature" in self.path else 403)
            self.end_headers()
            self.wfile.write(b"a photo")

        def log_message(self, *_: object) -> None:
            pass

    store = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=store.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{store.server_address[1]}/a.jpg"
    try:
        with EndpointServer() as server:

            def ask(image: str) -> httpx.Response:
                body = native_body({"image": image})
                return client.post(server.origin + NATIVE, json=body)

            by_url, by_data = ask(f"{url}?signature=1"), ask(data_url(b"a photo"))
            unsigned = ask(url)
            server.images = ["data"]
            not_taken = ask(f"{url}?signature=1")
            server.images = ["url"]
            no_data = ask(data_url(b"a photo"))
    finally:
        store.shutdown()
        store.server_close()
    assert by_url.json()["output"] == by_data.json()["output"]
    assert [r.status_code for r in (unsigned, not_taken, no_data)] == [400] * 3
    assert "download" in unsigned.text


def batch_file(lines: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def batch_line(number: int, **change: Any) -> dict[str, Any]:
    line = {"custom_id": f"line {number}", "method": "POST", "url": "/v1/chat/completions"}
    return {**line, "body": chat_body(f"photo {number}".encode()), **change}


def submit(api: openai.OpenAI, data: bytes, **extra: Any) -> Any:
    file = api.files.create(file=("in.jsonl", data), purpose="batch")
    return api.batches.create(
        input_file_id=file.id,
        endpoint="/v1/chat/completions",
        completion_window="24h",
        **extra,
    )


def lines_of(api: openai.OpenAI, file_id: str) -> dict[str, dict[str, Any]]:
    lines = [json.loads(line) for line in api.files.content(file_id).text.splitlines()]
    return {line["custom_id"]: line for line in lines}


@pytest.fixture(params=["/v1", "/compatible-mode/v1"])
def api(request: pytest.FixtureRequest, server: EndpointServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.origin + request.param, api_key="none", max_retries=0)


def test_a_batch_is_answered_line_by_line(
    api: openai.OpenAI, server: EndpointServer, client: httpx.Client
) -> None:
    server.script.of_photo[photo_id(b"photo 1")] = "content_filter"
    batch = submit(api, batch_file([batch_line(n) for n in range(3)]), metadata={"run": "7"})
    statuses = [batch.status, *(api.batches.retrieve(batch.id).status for _ in range(2))]
    assert statuses == ["validating", "in_progress", "completed"]
    batch = api.batches.retrieve(batch.id)
    assert (batch.request_counts.completed, batch.request_counts.failed) == (2, 1)
    assert batch.metadata == {"run": "7"}
    good, bad = lines_of(api, batch.output_file_id), lines_of(api, batch.error_file_id)
    assert list(good) == ["line 2", "line 0"], "in another order"
    body = good["line 2"]["response"]["body"]
    live = chat(client, server, b"photo 2").json()
    assert body["choices"] == live["choices"]
    assert bad["line 1"]["response"]["status_code"] == 400
    assert server.requests["batch_line"] == 3
    assert server.batch_requests["create"] == 1
    assert [listed.id for listed in api.batches.list()] == [batch.id]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"{oops", "invalid_json_line"),
        (batch_file([batch_line(1), batch_line(1)]), "duplicate_custom_id"),
        (batch_file([batch_line(1, url="/v1/else")]), "invalid_url"),
        (batch_file([batch_line(1, body=None)]), "missing_required_parameter"),
        (
            batch_file([batch_line(1), batch_line(2, body={"model": "other"})]),
            "mismatched_model",
        ),
        (batch_file([batch_line(number) for number in range(4)]), "too_many_tasks"),
    ],
)
def test_a_batch_over_a_wrong_file_fails_as_a_whole(
    server: EndpointServer, data: bytes, code: str
) -> None:
    server.batch_most_lines = 3
    api = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    batch = api.batches.retrieve(submit(api, data).id)
    assert batch.status == "failed"
    assert batch.errors.data[0].code == code
    assert server.requests["batch_line"] == 0


def test_a_file_that_is_too_large_is_refused(server: EndpointServer) -> None:
    server.batch_most_bytes = 100
    api = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    with pytest.raises(openai.APIStatusError) as refused:
        api.files.create(file=("in.jsonl", b"x" * 101), purpose="batch")
    assert refused.value.status_code == 413


def test_a_batch_can_expire_or_be_cancelled_half_way(server: EndpointServer) -> None:
    server.batch_polls, server.batch_done_lines = None, 1
    api = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    data = batch_file([batch_line(number) for number in range(3)])
    expiring, cancelled = submit(api, data), submit(api, data)
    for _ in range(5):
        assert api.batches.retrieve(expiring.id).status == "in_progress"
    assert api.batches.cancel(cancelled.id).status == "cancelling"
    assert api.batches.retrieve(cancelled.id).status == "cancelled"
    server.end_batches("expired")
    batch = api.batches.retrieve(expiring.id)
    assert batch.status == "expired"
    assert list(lines_of(api, batch.output_file_id)) == ["line 0"]
    left = lines_of(api, batch.error_file_id)
    assert {line["error"]["code"] for line in left.values()} == {"batch_expired"}
    assert len(left) == 2


def test_an_answer_about_a_batch_can_be_lost_after_it_was_made(server: EndpointServer) -> None:
    api = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
    file = api.files.create(file=("in.jsonl", batch_file([batch_line(1)])), purpose="batch")
    for made, fault in enumerate(["429", "drop_mid_body"]):
        server.batch_script.faults += [fault]
        with pytest.raises(openai.APIError):
            api.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
            )
        assert len(list(api.batches.list())) == made


def test_a_server_that_went_away_comes_back_on_its_port(client: httpx.Client) -> None:
    with EndpointServer() as server:
        assert chat(client, server).status_code == 200
    with pytest.raises(httpx.ConnectError):
        chat(client, server)
    with server:
        assert chat(client, server).status_code == 200
    assert server.requests == {"chat": 2}


def test_as_a_program_it_prints_its_port_and_tells_its_counts(client: httpx.Client) -> None:
    command = [sys.executable, "-m", "tests.support.endpoint_server", "--latency", "0.01"]
    script = json.dumps(["500", [418, "tea"], "ok"])
    process = subprocess.Popen(
        [*command, "--faults", script, "--key", "k"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        origin = f"http://127.0.0.1:{int(process.stdout.readline())}"
        headers = {"Authorization": "Bearer k"}
        url = f"{origin}/v1/chat/completions"
        replies = [client.post(url, json=chat_body(), headers=headers) for _ in range(3)]
        counts = client.get(f"{origin}/_counts").json()
        models = client.get(f"{origin}/v1/models").json()
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert [reply.status_code for reply in replies] == [500, 418, 200]
    assert counts["outcomes"] == {"500": 1, "raw": 1, "ok": 1}
    assert counts["by_photo"] == {photo_id(b"a photo"): 3}
    assert counts["input_tokens"] == 100
    assert models["data"][0]["id"] == "test-model"


def test_what_is_asked_is_given_to_whoever_answers(client: httpx.Client) -> None:
    seen: list[Asked] = []

    def tell(asked: Asked) -> str:
        seen.append(asked)
        return json.dumps({"category": None})

    with EndpointServer(answer_with=tell) as server:
        assert answer(chat(client, server)) == {"category": None}
    assert seen[0].questions == PROPERTIES
    assert seen[0].photo == photo_id(b"a photo")
