"""Work that outlives who waits for it, and folders that one process has for itself."""

import asyncio
from pathlib import Path

import pytest

from listing_assets.listings.online.late import Late
from listing_assets.listings.online.slots import slot
from resources.errors import ModelError


def test_work_goes_on_after_the_time_that_it_is_waited_for() -> None:
    async def run() -> list[str]:
        late, done = Late(), []

        async def work() -> str:
            await asyncio.sleep(0.05)
            done.append("late")
            return "value"

        assert await late.within(work(), 0.0) is None
        assert await late.within(work(), 5.0) == "value"
        await late.settle(5.0)
        return done

    assert asyncio.run(run()) == ["late", "late"]


def test_what_fails_in_time_is_raised_and_what_never_ends_is_given_up() -> None:
    async def run() -> bool:
        late = Late()

        async def fail() -> None:
            raise ModelError("it failed.", "")

        with pytest.raises(ModelError):
            await late.within(fail(), 5.0)
        task = late.begin(asyncio.sleep(60))
        await late.settle(0.01)
        return task.cancelled()

    assert asyncio.run(run())


def test_a_folder_is_free_again_once_its_holder_has_ended_in_whatever_thread(
    tmp_path: Path,
) -> None:
    first = slot(tmp_path)
    taken = first.__enter__()
    with slot(tmp_path) as other:
        assert (taken.name, other.name) == ("0", "1")

    async def end() -> None:
        await asyncio.to_thread(first.__exit__, None, None, None)

    asyncio.run(end())
    with slot(tmp_path) as again:
        assert again == taken
