"""A meter that keeps what it is told, and the configuration of an endpoint that no one serves."""

from typing import Any

from resources.endpoints.config import Ceilings, EndpointConfig
from resources.endpoints.metering import Attempt


class RecordingMeter:
    """Numbers the attempts; `errors` are raised by the next `begin`s, one each."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[Attempt] = []
        self.errors: list[Exception] = []

    def begin(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.begun.append(f"attempt-{len(self.begun) + 1}")
        return self.begun[-1]

    def end(self, attempt: Attempt) -> None:
        self.ended.append(attempt)

    @property
    def outcomes(self) -> list[str]:
        return [attempt.outcome for attempt in self.ended]

    @property
    def is_balanced(self) -> bool:
        """Whether every begin has exactly one end."""
        return sorted(self.begun) == sorted(attempt.attempt_id for attempt in self.ended)


def endpoint(concurrency: int = 8, **changes: Any) -> EndpointConfig:
    """The configuration; `changes` are of `EndpointConfig` and of `Ceilings`."""
    limits = {
        name: changes.pop(name)
        for name in ("requests_per_minute", "tokens_per_minute")
        if name in changes
    }
    settings: dict[str, Any] = {
        "provider": "openai",
        "type": "MLLM",
        "name": "qwen_vl",
        "model": "qwen-vl-max",
        "version": "1",
        "endpoint": "https://user:hidden@models.example:8443/secret-path/v1?token=hidden",
        "api_key_env": "FLOW_TEST_KEY",
        "timeout_ms": 5_000,
        "ceilings": Ceilings(concurrency, **limits),
    }
    return EndpointConfig(**settings | changes)
