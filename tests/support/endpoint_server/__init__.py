"""A model endpoint over real sockets: every protocol that users run, and faults by script.

`EndpointServer` serves from a thread of a test; `python -m tests.support.endpoint_server` serves
from a process of its own. Each protocol is a file: `chat`, `dashscope`, `gme`, `vllm`, `batch`.
"""

from tests.support.endpoint_server.faults import Fault, Written
from tests.support.endpoint_server.server import EndpointServer
from tests.support.endpoint_server.state import Asked

__all__ = ["Asked", "EndpointServer", "Fault", "Written"]
