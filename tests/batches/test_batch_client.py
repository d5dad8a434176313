"""The client over real sockets: both dialects, every request, and what is wrong with each."""

import json
from pathlib import Path
from typing import Any

import pytest

from resources.endpoints.chat.batch import PAGE, BatchClient
from resources.endpoints.chat.batch_lines import LINE_PATH, RequestLines
from resources.endpoints.chat.completion import Completion
from resources.endpoints.chat.ladder import Form
from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import DescribeRequest, Photo, TagQuestion
from resources.errors import EndpointStoppedError, ModelError
from tests.batches.conftest import HASTE
from tests.support.endpoint_server import EndpointServer

REQUEST = DescribeRequest("Say what you see.", "en", (TagQuestion("title", "text", "A title."),))
ROOTS = [("openai", "/v1"), ("dashscope", "/compatible-mode/v1")]


def config(server: EndpointServer, provider: Any = "openai", root: str = "/v1") -> EndpointConfig:
    return EndpointConfig(
        provider=provider,
        type="MLLM",
        name="chat",
        model="m",
        version="1",
        endpoint=server.origin + root,
    )


def client(server: EndpointServer, provider: str = "openai", root: str = "/v1") -> BatchClient:
    return BatchClient(config(server, provider, root), HASTE)


def write(path: Path, opened: BatchClient, photos: int = 2) -> Path:
    lines = RequestLines(opened.config)
    path.write_bytes(
        b"".join(
            lines.line(f"p{n}", Photo(f"p{n}", b"photo %d" % n), REQUEST, Form())
            for n in range(photos)
        )
    )
    return path


@pytest.mark.parametrize(("provider", "root"), ROOTS)
def test_a_batch_comes_back_line_by_line(
    chat_server: EndpointServer, tmp_path: Path, provider: str, root: str
) -> None:
    chat_server.faults += ["ok", "content_filter"]
    with client(chat_server, provider, root) as opened:
        file_id = opened.upload(write(tmp_path / "in.jsonl", opened), "name.jsonl")
        made = opened.create(file_id, "label 7")
        assert (made.status, made.labels, made.is_ended) == ("validating", {"label 7"}, False)
        chat_server.end_batches()
        ended = opened.retrieve(made.id)
        assert ended and ended.is_ended and ended.output_file_id and ended.error_file_id
        results = {}
        for file in (ended.output_file_id, ended.error_file_id):
            assert opened.download(file, tmp_path / "out.jsonl")
            results |= {
                line.custom_id: line.result for line in opened.results(tmp_path / "out.jsonl")
            }
        opened.delete_file(file_id)
    good, bad = results["p1"], results["p0"]
    assert isinstance(good, Completion) and "title" in json.loads(good.text)
    assert (good.usage.input_tokens, good.usage.output_tokens) == (100, 10)
    assert isinstance(bad, CallFault) and (bad.code, bad.kind) == ("content_filtered", "lasting")
    assert file_id not in chat_server.batches[root].files


def test_model_studio_is_given_the_label_as_the_batch_s_name(
    chat_server: EndpointServer, tmp_path: Path
) -> None:
    with client(chat_server, "dashscope", "/compatible-mode/v1") as opened:
        file_id = opened.upload(write(tmp_path / "in.jsonl", opened), "name.jsonl")
        opened.create(file_id, "label 7")
    (batch,) = chat_server.batches["/compatible-mode/v1"].batches.values()
    assert (batch.metadata, batch.endpoint) == ({"ds_name": "label 7"}, LINE_PATH)


def test_a_batch_is_found_among_many(chat_server: EndpointServer, tmp_path: Path) -> None:
    with client(chat_server) as opened:
        file_id = opened.upload(write(tmp_path / "in.jsonl", opened), "name.jsonl")
        first = opened.create(file_id, "the first")
        for number in range(PAGE):
            opened.create(file_id, f"another {number}")
        found = opened.find("no file", "the first")
        assert found and found.id == first.id
        assert opened.find("no file", "nobody") is None
    assert chat_server.batch_requests["list_batches"] == 4


def test_a_batch_that_is_cancelled_ends_and_one_that_has_ended_stays_as_it_is(
    chat_server: EndpointServer, tmp_path: Path
) -> None:
    with client(chat_server) as opened:
        made = opened.create(
            opened.upload(write(tmp_path / "in.jsonl", opened), "name.jsonl"), "label"
        )
        assert opened.cancel(made.id).status == "cancelling"
        assert opened.retrieve(made.id).status == "cancelled"
        assert opened.cancel(made.id).status == "cancelled"


def test_what_is_not_there_is_told_apart_from_what_is_wrong(
    chat_server: EndpointServer, tmp_path: Path
) -> None:
    with client(chat_server) as opened:
        assert opened.retrieve("batch_99") is None
        assert not opened.download("file-99", tmp_path / "out.jsonl")
    with (
        client(chat_server, root="/elsewhere") as nowhere,
        pytest.raises(ModelError, match="has no batches"),
    ):
        nowhere.upload(write(tmp_path / "in.jsonl", nowhere), "name.jsonl")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("401", "refuses the key"),
        ("arrears", "in arrears"),
        ("413", "will not take a file of requests"),
    ],
)
def test_what_the_user_must_mend_is_told_at_once(
    chat_server: EndpointServer, tmp_path: Path, fault: str, words: str
) -> None:
    chat_server.batch_script.faults += [fault]
    with client(chat_server) as opened, pytest.raises(ModelError, match=words):
        opened.upload(write(tmp_path / "in.jsonl", opened), "name.jsonl")
    assert chat_server.batch_requests["upload"] == 1


@pytest.mark.parametrize("fault", ["500", "429", "drop", "502_html", "error_in_200:500"])
def test_what_may_pass_is_tried_again_and_not_for_ever(
    chat_server: EndpointServer, tmp_path: Path, fault: str
) -> None:
    with client(chat_server) as opened:
        path = write(tmp_path / "in.jsonl", opened)
        chat_server.batch_script.faults += [fault, fault]
        opened.upload(path, "name.jsonl")
        assert chat_server.batch_requests["upload"] == 3
        chat_server.batch_script.faults += [fault] * 3
        with pytest.raises(EndpointStoppedError):
            opened.upload(path, "name.jsonl")
    assert chat_server.batch_requests["upload"] == 6


@pytest.mark.parametrize(
    "line",
    [
        {"response": None, "error": {"code": "server_error", "message": "no"}},
        {"response": {"status_code": 200, "body": "half a te"}, "error": None},
        {"response": {"status_code": 200, "body": {"error": {"code": "x", "message": "y"}}}},
        {"response": {"status_code": 503, "body": None}},
        {"response": None, "error": None},
        {},
    ],
)
def test_any_line_about_a_request_that_failed_is_a_fault_that_may_pass(
    chat_server: EndpointServer, tmp_path: Path, line: dict[str, Any]
) -> None:
    path = tmp_path / "out.jsonl"
    torn = b'not json\n[1]\n{"custom_id": 7}\n{"custom_'
    path.write_bytes(json.dumps({"custom_id": "p0", **line}).encode() + b"\n" + torn)
    with client(chat_server) as opened:
        (result,) = opened.results(path)
    assert isinstance(result.result, CallFault)
    assert result.result.kind == "passing"
