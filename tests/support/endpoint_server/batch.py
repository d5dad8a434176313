"""The OpenAI batch API, which Model Studio has too: files, batches, and how they come to an end."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aiohttp import web

from tests.support.endpoint_server.batch_jobs import Batch, Ending, answer_lines, validate
from tests.support.endpoint_server.dialects import Dialect
from tests.support.endpoint_server.exchange import echo, is_key, seconds_of, send
from tests.support.endpoint_server.reply import (
    RefusedError,
    Reply,
    Speaks,
    error_reply,
    reply_with_fault,
)
from tests.support.endpoint_server.state import State

ENDED = {"completed", "expired", "cancelled", "failed"}
Handler = Callable[[str, Mapping[str, Any]], Reply]
"""Given the id in the path and the form, query or JSON of the request."""


class Batches:
    """Files and batches under one root. `lines` speaks the protocol of each line's URL."""

    def __init__(self, state: State, dialect: Dialect, lines: Mapping[str, Speaks]) -> None:
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Batch] = {}
        self._facts: dict[str, dict[str, Any]] = {}
        self._state = state
        self._dialect = dialect
        self._lines = lines

    def routes(self, root: str) -> list[web.RouteDef]:
        """Under a root such as `/v1`."""
        handlers: list[tuple[str, str, Handler]] = [
            ("POST", "/files", self.upload),
            ("GET", "/files", self.list_files),
            ("GET", "/files/{id}", self.show_file),
            ("DELETE", "/files/{id}", self.delete_file),
            ("GET", "/files/{id}/content", self.read_file),
            ("POST", "/batches", self.create),
            ("GET", "/batches", self.list_batches),
            ("GET", "/batches/{id}", self.poll),
            ("POST", "/batches/{id}/cancel", self.cancel),
        ]
        return [
            web.route(method, root + path, partial(self._exchange, handler))
            for method, path, handler in handlers
        ]

    def end(self, ending: Ending = "completed") -> None:
        """End all batches that are under way, whatever their polls."""
        for batch in self.batches.values():
            if batch.status not in ENDED:
                self._validate(batch)
                self._end(batch, ending)

    def upload(self, _: str, form: Mapping[str, Any]) -> Reply:
        """A file for a batch."""
        file = form.get("file")
        if not isinstance(file, web.FileField) or form.get("purpose") != "batch":
            raise RefusedError("A file and the purpose 'batch' are required.")
        with file.file as opened:
            data = opened.read()
        if len(data) > self._state.batch_most_bytes:
            raise RefusedError("The file is too large.", status=413)
        return Reply.json(self._store(data, "batch", file.filename))

    def list_files(self, _: str, query: Mapping[str, Any]) -> Reply:
        """All files, newest first."""
        return Reply.json({"object": "list", "data": [*self._facts.values()][::-1]})

    def show_file(self, file_id: str, _: Mapping[str, Any]) -> Reply:
        """One file's facts."""
        return Reply.json(self._found(self._facts, file_id))

    def delete_file(self, file_id: str, _: Mapping[str, Any]) -> Reply:
        """Remove one file."""
        del self._facts[self._found(self._facts, file_id)["id"]], self.files[file_id]
        return Reply.json({"id": file_id, "object": "file", "deleted": True})

    def read_file(self, file_id: str, _: Mapping[str, Any]) -> Reply:
        """One file's bytes."""
        return Reply(200, [self._found(self.files, file_id)], "application/octet-stream")

    def create(self, _: str, body: Mapping[str, Any]) -> Reply:
        """A batch over a file that was uploaded."""
        endpoint, file_id = body.get("endpoint"), body.get("input_file_id")
        if endpoint not in self._lines:
            raise RefusedError(f"Invalid value: '{endpoint}' is no endpoint for batches.")
        if body.get("completion_window") is None:
            raise RefusedError("Missing required parameter: 'completion_window'.")
        self._found(self.files, str(file_id))
        batch = Batch(
            f"batch_{len(self.batches) + 1}",
            str(endpoint),
            str(file_id),
            body["completion_window"],
            body.get("metadata"),
        )
        self.batches[batch.id] = batch
        return Reply.json(batch.told())

    def list_batches(self, _: str, query: Mapping[str, Any]) -> Reply:
        """Batches, newest first, from after the one named `after`, `limit` at most."""
        batches = [*self.batches.values()][::-1]
        ids = [batch.id for batch in batches]
        start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
        end = start + int(query.get("limit", 20))
        data = [batch.told() for batch in batches[start:end]]
        return Reply.json({"object": "list", "data": data, "has_more": end < len(batches)})

    def poll(self, batch_id: str, _: Mapping[str, Any]) -> Reply:
        """One batch, for which time passes by being asked for."""
        batch, state = self._found(self.batches, batch_id), self._state
        batch.polls += 1
        if batch.status == "cancelling":
            self._end(batch, "cancelled")
        if batch.status not in ENDED:
            self._validate(batch)
            aged = time.time() - batch.created_at >= state.batch_seconds
            if state.batch_polls is not None and batch.polls >= state.batch_polls and aged:
                self._end(batch, state.batch_ending)
        return Reply.json(batch.told())

    def cancel(self, batch_id: str, _: Mapping[str, Any]) -> Reply:
        """Ask for the end of one batch."""
        batch = self._found(self.batches, batch_id)
        if batch.status in ENDED:
            raise RefusedError(f"Cannot cancel a batch with status '{batch.status}'.", status=409)
        self._validate(batch)
        batch.status = "cancelling" if batch.status != "failed" else "failed"
        return Reply.json(batch.told())

    def _validate(self, batch: Batch) -> None:
        if batch.status == "validating":
            most = self._state.batch_most_lines
            file = self.files.get(batch.input_file_id, b"")
            batch.lines, batch.errors = validate(file, batch.endpoint, most)
            batch.status = "failed" if batch.errors else "in_progress"

    def _end(self, batch: Batch, ending: Ending) -> None:
        if batch.status == "failed":
            return
        most = None if ending == "completed" else self._state.batch_done_lines
        protocol = self._lines[batch.endpoint]
        good, bad = answer_lines(self._state, protocol, batch, ending, most)
        batch.output_file_id = self._store(good, "batch_output")["id"] if good else None
        batch.error_file_id = self._store(bad, "batch_output")["id"] if bad else None
        batch.status = ending

    def _store(self, data: bytes, purpose: str, name: str = "output.jsonl") -> dict[str, Any]:
        file_id = f"file-{len(self._facts) + 1}-{purpose}"
        self.files[file_id] = data
        self._facts[file_id] = {
            "id": file_id,
            "object": "file",
            "bytes": len(data),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }
        return self._facts[file_id]

    def _found(self, things: Mapping[str, Any], name: str) -> Any:
        if name not in things:
            raise RefusedError(f"No such object: {name}", "not_found")
        return things[name]

    async def _exchange(self, handler: Handler, request: web.Request) -> web.StreamResponse:
        state, words = self._state, echo(self._state, request)
        given = await _given(request)
        state.batch_requests[handler.__name__] += 1
        fault = state.batch_script.next([], ())
        await asyncio.sleep(seconds_of(state, fault, 1))

        def answer() -> Reply:
            if not is_key(state, request):
                raise RefusedError("Incorrect API key provided.", "key_refused")
            return handler(request.match_info.get("id", ""), given)

        try:
            reply = reply_with_fault(self._dialect, fault, answer, words) if fault else answer()
        except RefusedError as refused:
            reply = error_reply(self._dialect, refused.problem, words)
        return await send(state, request, reply)


async def _given(request: web.Request) -> Mapping[str, Any]:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "multipart/form-data":
        return dict(await request.post())
    try:
        return dict(json.loads(await request.read() or b"{}"))
    except ValueError:
        return {}
