"""The connection to Ray: what is told where there is none, and a cluster of this machine alone."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from resources.compute import Cluster
from resources.compute.actors import Actors, WorkerLostError
from resources.errors import ListingError
from tests.support.on_nodes import Echo, Frail, half


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    import ray  # here, because it is slow to import

    yield Cluster("local")
    ray.shutdown()


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ListingError, match="Ray is not installed") as told:
        Cluster()
    assert ".[ray]" in told.value.remedy


def test_an_address_where_nobody_answers_is_told_at_once() -> None:
    with socket.socket() as taken:  # and not listening
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        told = subprocess.run(
            [sys.executable, "-m", "tests.support.listening"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, "RAY_ADDRESS": address},
        )
    assert f"no Ray cluster answers at {address}" in told.stderr


def test_a_cluster_of_its_own_listens_on_this_machine_alone() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.support.listening"],
        capture_output=True,
        text=True,
        check=True,
    )
    servers = [line.split() for line in told.stdout.splitlines()]
    assert {"gcs_server", "raylet"} <= {name for name, _ in servers}
    assert {address.removeprefix("::ffff:") for _, address in servers} == {"127.0.0.1"}


def test_tasks_are_done_lazily_and_their_errors_come_as_they_were(cluster: Cluster) -> None:
    assert sorted(cluster.map(half, iter(range(20)), 100)) == sorted(n // 2 for n in range(20))
    taken = []

    def numbers():
        for number in range(1000):
            taken.append(number)
            yield number

    results = cluster.map(half, numbers(), 10_000)
    next(results)
    results.close()
    assert len(taken) < 50
    with pytest.raises(ListingError, match=r"^7 is too large") as told:
        list(cluster.map(half, iter([1, 7]), 5))
    assert type(told.value) is ListingError


def test_one_that_is_lost_as_it_begins_is_replaced(cluster: Cluster, tmp_path: Path) -> None:
    make = partial(cluster.actor, Frail, str(tmp_path / "died"), num_cpus=0)
    _, word = asyncio.run(Actors(cluster, make, 1).call("say", "here"))
    assert word == "here" and (tmp_path / "died").exists()


def test_calls_are_shared_and_a_lost_worker_is_replaced(cluster: Cluster) -> None:
    actors = Actors(cluster, partial(cluster.actor, Echo, num_cpus=0), 2)

    async def talk() -> None:
        (first, word), *_ = await asyncio.gather(*(actors.call("say", "hello") for _ in range(8)))
        assert word == "hello"
        with pytest.raises(ListingError, match="it failed"):
            await actors.call("say", "fail")
        for _ in range(2):
            with pytest.raises(WorkerLostError):
                await actors.call("say", "die")
        other, word = await actors.call("say", "again")
        assert word == "again" and other != first

    asyncio.run(talk())
