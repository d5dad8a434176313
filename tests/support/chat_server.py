"""A vision chat endpoint over a real socket: answers by the photo's bytes, counts, and can fail.

It speaks as much of the OpenAI protocol as a tagging call needs. Run as a program it prints its
port and serves until it is ended, so that a test can kill its clients and not the server.
"""

import argparse
import hashlib
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ChatServer(ThreadingHTTPServer):
    """Serves on 127.0.0.1 and remembers every request."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *, latency_seconds: float = 0.0, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.latency_seconds = latency_seconds
        self.lock = threading.Lock()
        self.calls: Counter[str] = Counter()
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.faults: list[tuple[int, str]] = []
        """Answers (HTTP status, body) to give before any good one."""
        self.answers: dict[str, object] = {}
        """Values to give for a tag, whatever the photo."""

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no error of the server."""

    @property
    def url(self) -> str:
        """The base URL for the client."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self) -> "ChatServer":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ChatServer

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        with self.server.lock:
            total = sum(self.server.calls.values())
            counts = {"calls": total, "photos": len(self.server.calls)}
        self._send(200, json.dumps(counts))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = body["messages"][-1]["content"]
        url = next(part["image_url"]["url"] for part in content if part["type"] == "image_url")
        photo = hashlib.sha256(url.encode()).hexdigest()
        schema = body["response_format"]["json_schema"]["schema"]["properties"]
        server = self.server
        with server.lock:
            server.in_flight += 1
            server.most_in_flight = max(server.most_in_flight, server.in_flight)
            server.calls[photo] += 1
            server.asked.append((photo, tuple(schema)))
            fault = server.faults.pop(0) if server.faults else None
        time.sleep(server.latency_seconds)
        try:
            if fault:
                self._send(*fault)
            else:
                self._send(200, json.dumps(_completion(server, photo, schema)))
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with server.lock:
                server.in_flight -= 1

    def _send(self, status: int, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _completion(server: ChatServer, photo: str, schema: dict[str, dict]) -> dict[str, object]:
    values = {name: server.answers.get(name, _value(photo, kind)) for name, kind in schema.items()}
    message = {"role": "assistant", "content": json.dumps(values)}
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 0,
        "model": "test",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def _value(photo: str, schema: dict) -> object:
    number = int(photo[:8], 16)
    if "enum" in schema:
        names = [name for name in schema["enum"] if name is not None]
        return names[number % len(names)]
    kind = schema["type"][0]
    return {
        "array": [],
        "boolean": bool(number % 2),
        "number": float(number % 1000),
        "string": f"photo {photo[:6]}",
    }[kind]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    served = ChatServer(latency_seconds=parser.parse_args().latency)
    print(served.server_address[1], flush=True)
    served.serve_forever()
