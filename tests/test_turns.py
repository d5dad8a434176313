"""A run that waits for another run's pool says whom it waits for."""

import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from listing_assets.cli import turns
from listing_assets.cli.notices import NOTICES
from listing_assets.cli.turns import Turns

TOLD = "the tag model, which run 00000000 of a@v1, process 4711 on desk uses"


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setattr(turns, "LOOK_SECONDS", 0.01)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        made.event_log_storage.set_concurrency_slots("tag_model", 1)
        yield made


def until(seen: object, wanted: bool) -> bool:
    deadline = time.monotonic() + 20
    while bool(seen()) != wanted:  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return wanted


def test_who_holds_the_pool_is_told_once_and_forgotten_when_it_is_free(
    instance: dg.DagsterInstance, capsys: pytest.CaptureFixture[str]
) -> None:
    tags = {"dagster/partition": "a@v1", "listing/pid": "4711", "listing/host": "desk"}
    holder = instance.add_run(dg.DagsterRun("build_version", run_id="0" * 32, tags=tags)).run_id
    storage = instance.event_log_storage
    storage.claim_concurrency_slot("tag_model", holder, "smart_tags")
    with NOTICES, Turns(instance, "1" * 32):
        time.sleep(0.1)
        assert NOTICES.while_waiting == "", "it does not wait yet"
        storage.claim_concurrency_slot("tag_model", "1" * 32, "smart_tags")
        until(lambda: NOTICES.while_waiting, True)
        time.sleep(0.1)
        assert NOTICES.while_waiting == f" while waiting for {TOLD}"
        storage.free_concurrency_slots_for_run(holder)
        storage.claim_concurrency_slot("tag_model", "1" * 32, "smart_tags")
        until(lambda: NOTICES.while_waiting, False)
    told = " ".join(capsys.readouterr().err.split())
    assert told == f"waiting for {TOLD}; its turn comes by itself"
