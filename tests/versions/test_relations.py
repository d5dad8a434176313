"""Databases for joins: an idle DuckDB instance serves the next user, who finds nothing in it."""

import os
import signal

import pyarrow as pa
import pytest

from listing_assets.versions import instances
from listing_assets.versions.instances import Idle
from listing_assets.versions.relations import Relations

ROWS = pa.table({"number": [1, 2, 3]})


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "BRIEF_SECONDS", 60.0)
    instances.IDLE.close()


def test_the_next_user_has_the_same_instance_and_finds_it_empty() -> None:
    with Relations("100MB") as first:
        first.load("numbers", ROWS)
        first.make("others", "FROM numbers")
        begun = first.stream("FROM range(1000000)", 2048)
        next(begun)
        instance = first._instance
    with Relations("100MB") as second:
        assert second._instance is instance
        assert second.all("SELECT table_name FROM duckdb_tables()") == []
        second.load("numbers", ROWS.slice(1))
        assert second.one("SELECT sum(number), typeof(now()) FROM numbers") == (
            5,
            "TIMESTAMP WITH TIME ZONE",
        )
        assert sum(batch.num_rows for batch in second.stream("FROM numbers")) == 2


def test_users_at_the_same_time_and_of_other_limits_have_instances_of_their_own() -> None:
    limit = "SELECT current_setting('memory_limit'), current_setting('TimeZone')"
    with Relations("100MB") as one, Relations("100MB") as two, Relations("200MB") as three:
        assert len({id(each._instance) for each in (one, two, three)}) == 3
        limits = [each.one(limit) for each in (one, two, three)]
    assert limits == [("95.3 MiB", "UTC"), ("95.3 MiB", "UTC"), ("190.7 MiB", "UTC")]
    with Relations("200MB") as again:
        assert again._instance is three._instance and again.one(limit) == limits[2]


@pytest.mark.parametrize("seconds", [60.0, 0.0])
def test_who_failed_or_took_long_leaves_no_instance(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "BRIEF_SECONDS", seconds)
    kept: list[object] = []
    monkeypatch.setattr(Idle, "give", lambda self, instance: kept.append(instance))
    with pytest.raises(ValueError, match="stop"), Relations("100MB"):
        raise ValueError("stop")
    Relations("100MB").close()
    assert len(kept) == (1 if seconds else 0)


def test_a_forked_process_joins_with_an_instance_of_its_own() -> None:
    Relations("100MB").close()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        with Relations("100MB") as relations:
            relations.load("numbers", ROWS)
            count = relations.one(
                "SELECT count(*) FROM numbers JOIN range(100000) r ON number = r.range"
            )
        instances.IDLE.close()
        os._exit(0 if count == (3,) else 1)
    assert os.waitpid(child, 0)[1] == 0
