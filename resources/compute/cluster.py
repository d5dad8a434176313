"""A Ray cluster: tasks over a stream of items, and actors that serve calls.

Workers read the lake and the sources themselves; what passes through here is small. Credentials do
not: every node has its own environment.
"""

import logging
import os
import socket
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeVar

from resources.errors import ListingError

R = TypeVar("R")

ComputeKind = Literal["local", "ray"]

LOCAL = "local"
"""The address of a cluster of this machine alone, which the process starts and ends."""
MOST_LOSSES = 10
"""How often one task may lose its worker or node before the run gives up."""
WAITING_PER_CPU = 2
"""Tasks in flight for each processor: one that runs, and one that is ready to."""
ANSWER_SECONDS = 10.0
"""How long a cluster may take to answer before it is said that none is there."""
COUNT_SECONDS = 5.0
"""How often processors are counted again: a cluster may grow or shrink while it works."""


class LostError(ListingError):
    """A task or an actor is gone, and with it what it was doing."""


class Cluster:
    """The cluster of `RAY_ADDRESS`, or one of its own on this machine.

    A process connects once and stays connected until it ends: a cluster of its own takes seconds to
    start, and a run has several steps.
    """

    def __init__(self, address: str | None = None) -> None:
        """Connect.

        Raises:
            ListingError: Ray is not installed, no cluster answers, or it refuses the token.
        """
        address = address or os.environ.get("RAY_ADDRESS") or LOCAL
        if address == LOCAL:
            # Ray reads this when it is imported: its servers then listen on 127.0.0.1 alone.
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        # No report of use leaves this machine, and no hint about containers fills the log.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_DISABLE_DOCKER_CPU_WARNING", "1")
        try:
            import ray
        except ImportError as error:
            raise ListingError(
                "compute is set to ray, but Ray is not installed.",
                'In the project: .venv/bin/pip install -c constraints.txt -e ".[ray]". Or let'
                " LISTING_COMPUTE, or compute: of the dataset, be local.",
            ) from error
        self._ray: Any = ray
        self._processors = 1
        self._counted_at = -COUNT_SECONDS
        if not ray.is_initialized():
            self._connect(address)

    @property
    def processors(self) -> int:
        """How many processors the cluster has now; at least 1."""
        if time.monotonic() - self._counted_at >= COUNT_SECONDS:
            self._processors = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
            self._counted_at = time.monotonic()
        return self._processors

    def map(self, work: Callable[..., R], items: Iterator[Any], *shared: Any) -> Iterator[R]:
        """Results of `work(item, *shared)` as they finish; items are taken as there is room.

        `work` is a function of a module that the nodes can import. A task whose worker or node is
        lost is done again elsewhere, so `work` must bear that.

        Raises:
            LostError: a task lost its worker `MOST_LOSSES` times.
            whatever `work` raised.
        """
        task = self._ray.remote(num_cpus=1, max_retries=MOST_LOSSES)(work)
        common = [self._ray.put(one) for one in shared]
        flying: list[Any] = []
        try:
            for item in items:
                flying.append(task.remote(item, *common))
                while len(flying) >= WAITING_PER_CPU * self.processors:
                    landed, flying = self._ray.wait(flying)
                    yield from (self.result(ref) for ref in landed)
            while flying:
                landed, flying = self._ray.wait(flying)
                yield from (self.result(ref) for ref in landed)
        finally:
            for ref in flying:
                self._ray.cancel(ref, force=True)

    def actor(self, kind: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """The handle of a new actor; `options` are Ray's own (`num_cpus`, `max_restarts`, …)."""
        return self._ray.remote(**options)(kind).remote(*arguments)

    def result(self, ref: Any) -> Any:
        """What a task or a call of an actor brought, or the error that it ended with."""
        try:
            return self._ray.get(ref)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except self._ray.exceptions.RayError as error:
            raise LostError(
                f"a task was lost on the Ray cluster for good: {type(error).__name__}.",
                "Look at the cluster's dashboard for workers that run out of memory; what is"
                " finished is kept, and the next run goes on from there.",
            ) from error

    def landed(self, refs: list[Any]) -> list[Any]:
        """Those of the tasks and calls that have ended."""
        ended: list[Any] = self._ray.wait(refs, num_returns=len(refs), timeout=0)[0]
        return ended

    def wait_for_one(self, refs: list[Any]) -> None:
        """Wait until a task or a call has ended."""
        self._ray.wait(refs)

    def cancel(self, ref: Any) -> None:
        """Give up a task or a call of an actor."""
        self._ray.cancel(ref)

    @property
    def faults(self) -> Any:
        """Ray's exceptions: `RayTaskError` of the work, any other `RayError` of the cluster."""
        return self._ray.exceptions

    def _connect(self, address: str) -> None:
        if address != LOCAL:
            _require_answer(address)
        options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
        if address == LOCAL:
            options["include_dashboard"] = False
        logging.getLogger("ray").setLevel(logging.ERROR)  # or it tells of its token each time
        try:
            with warnings.catch_warnings():  # it forks to start its servers, which run at once
                warnings.simplefilter("ignore")
                self._ray.init(address=address, **options)
        except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
            raise ListingError(
                f"{address} answers, but lets nobody into a Ray cluster: {error}",
                "Where its servers ask for a token, set RAY_AUTH_MODE=token here, too, and have the"
                " same ~/.ray/auth_token. Have the same release of Ray. Check RAY_ADDRESS.",
            ) from error


def _require_answer(address: str) -> None:
    """Look whether anyone listens: Ray itself would try for minutes, and not be interrupted.

    Raises:
        ListingError: nobody does.
    """
    host, found, port = address.rpartition("://")[2].rpartition(":")
    if not (found and port.isdigit()):
        return  # a word of Ray's own, such as auto
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise ListingError(
            f"no Ray cluster answers at {address}: {error}",
            "Check RAY_ADDRESS, or unset it for a cluster of this machine alone.",
        ) from error
