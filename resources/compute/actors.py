"""A few equal actors that share calls, each with as many in flight as the others."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from resources.compute.cluster import MOST_LOSSES, Cluster, LostError
from resources.errors import ListingError

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
"""How often it is looked for a worker where none is there."""


class WorkerLostError(Exception):
    """The actor that had the call is gone; whether to try again is for the caller to say."""


@dataclass(eq=False)
class _Worker:
    actor: Any
    ready: Any
    """The call of `ready` that tells that it is there."""
    in_flight: int = 0


class Actors:
    """Actors of one class, which has a method `ready`. Used from one event loop.

    One that is lost is replaced by a new one. They end when nobody holds this any more.
    """

    def __init__(self, cluster: Cluster, make: Callable[[], Any], count: int) -> None:
        """Begin `count` actors that `make` makes, and wait for one of them.

        Raises:
            LostError: they are lost again and again.
            whatever `ready` raised, where none could begin.
        """
        self._cluster = cluster
        self._make = make
        self._count = count
        self._losses = 0
        self._coming = [self._begun() for _ in range(count)]
        self._ready: list[_Worker] = []
        while not self._ready:
            cluster.wait_for_one([worker.ready for worker in self._coming])
            self._welcome()

    async def call(self, method: str, *arguments: Any) -> Any:
        """What `method` of the actor with the fewest calls in flight brings.

        A call that is cancelled is cancelled over there, too.

        Raises:
            WorkerLostError: the actor or its node is gone.
            whatever the method raised.
        """
        worker = await self._least_busy()
        worker.in_flight += 1
        called = getattr(worker.actor, method).remote(*arguments)
        try:
            return await called
        except asyncio.CancelledError:
            self._cluster.cancel(called)
            raise
        except self._cluster.faults.RayTaskError as error:
            raise error.cause from None
        except self._cluster.faults.RayError as error:
            if worker in self._ready:
                self._ready.remove(worker)
                self._replace()
            raise WorkerLostError(type(error).__name__) from error
        finally:
            worker.in_flight -= 1

    def _begun(self) -> _Worker:
        actor = self._make()
        return _Worker(actor, actor.ready.remote())

    async def _least_busy(self) -> _Worker:
        self._welcome()
        while not self._ready:
            await asyncio.sleep(LOOK_SECONDS)
            self._welcome()
        return min(self._ready, key=lambda worker: worker.in_flight)

    def _welcome(self) -> None:
        """Give calls to those that are there now."""
        if not self._coming:
            return
        landed = set(self._cluster.landed([worker.ready for worker in self._coming]))
        for worker in [worker for worker in self._coming if worker.ready in landed]:
            self._coming.remove(worker)
            try:
                self._cluster.result(worker.ready)
            except LostError:
                self._replace()
            except ListingError as error:  # its node lacks something
                log.warning("a worker of the cluster could not begin: %s", error)
                if not self._coming and not self._ready:
                    raise
            else:
                self._ready.append(worker)

    def _replace(self) -> None:
        """Begin another in place of one that is lost."""
        self._losses += 1
        if self._losses <= MOST_LOSSES * self._count:
            self._coming.append(self._begun())
        elif not self._coming and not self._ready:
            raise LostError(
                f"the workers of the cluster were lost {self._losses} times.",
                "Look at the cluster for nodes that run out of memory; what is finished is kept.",
            )
