"""What `options` of a registered embedding model hold besides members of the request's body."""

from typing import Any

from resources.endpoints.config import EndpointConfig, catalog_file
from resources.errors import ModelError

_OURS = frozenset({"max_batch", "image_text"})


def batch_size(config: EndpointConfig, default: int) -> int:
    """Most inputs of one request: `options.max_batch`, or what is usual.

    Raises:
        ModelError: it is no positive integer.
    """
    size = config.options.get("max_batch", default)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise ModelError(
            f"model {config.name}: options.max_batch is {size!r}, not a positive whole number.",
            f"Correct it in {catalog_file('models.yaml')}.",
        )
    return size


def body_options(config: EndpointConfig) -> dict[str, Any]:
    """The members that go into each request's body."""
    return {name: value for name, value in config.options.items() if name not in _OURS}


def endpoint_url(config: EndpointConfig) -> str:
    """The endpoint without a slash at its end.

    Raises:
        ModelError: the model has none.
    """
    if not config.endpoint:
        raise ModelError(
            f"model {config.name}: it has no endpoint, and provider {config.provider} has no"
            " usual one.",
            f"Set endpoint in {catalog_file('models.yaml')}.",
        )
    return config.endpoint.rstrip("/")
