"""A guarded stream shows what is safe at once, and the same whatever its pieces."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listing_assets.listings.honesty import (
    Guard,
    Rules,
    Stopped,
    cut,
    guarded,
    load_rules,
    violations,
)

FOLDER = Path(__file__).parents[3] / "catalog" / "listing_rules"
ENGLISH, CHINESE = (load_rules(FOLDER / f"default_{name}.yaml") for name in ("en", "zh"))


async def shown(pieces: Iterable[str], rules: Rules, limit: int) -> list[str | Stopped]:
    async def source() -> AsyncIterator[str]:
        for piece in pieces:
            yield piece

    return [item async for item in guarded(source(), rules, limit)]


def outcome(pieces: Iterable[str], rules: Rules, limit: int = 500) -> tuple[str, Stopped | None]:
    items = asyncio.run(shown(pieces, rules, limit))
    stopped = items[-1] if items and isinstance(items[-1], Stopped) else None
    return "".join(item for item in items if isinstance(item, str)), stopped


PARTS = [
    *("A soft bag", "call me", "555-123-4567", "138 0013 8000", "微信", "微 ❤信", "支持微信支付"),
    *(
        "稍微",
        "v x",
        "abc123",
        ": ",
        ", ",
        ". ",
        "。",
        "，",
        " ",
        "\n",
        "w h a t s",
        " a p p",
        "name@",
    ),
    *("mail.com", "3.5 kg", "$1", "高仿", "最好的", "一三八零零一三八零零零", "ｖｘ：", "ok12345"),
    *("(", ")", "黑色，很轻。", "1", "+"),
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=14).map("".join)


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.data(), st.sampled_from([ENGLISH, CHINESE]), st.sampled_from([25, 60, 500]))
def test_the_outcome_is_the_same_however_the_text_is_cut(
    text: str, data: st.DataObject, rules: Rules, limit: int
) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    bounds = [0, *places, len(text)]
    pieces = [text[a:b] for a, b in pairwise(bounds)]
    out, stopped = outcome(pieces, rules, limit)
    assert (out, stopped) == outcome([text], rules, limit) == outcome(text, rules, limit)
    assert text.startswith(out) and len(out) <= limit
    stops = {rule.name for rule in rules.rule_set.rules if rule.stop}
    hard = [found for found in violations(text, rules) if found.rule in stops]
    whole = [found for found in hard if found.end is not None and found.end <= len(out)]
    assert not whole, "a violation was shown whole"
    if len(text) <= limit:
        assert bool(stopped) == bool(hard)
        assert out == (text[: hard[0].start] if hard else text)


@pytest.mark.parametrize(
    ("rules", "text", "safe", "rule"),
    [
        (ENGLISH, "A bag. Call 555-123-4567 now.", "A bag. Call ", "telephone"),
        (ENGLISH, "Write to smith at gmail dot com", "Write to ", "mail_or_web_address"),
        (CHINESE, "黑色，加微 信聊", "黑色，", "messenger"),
        (CHINESE, "黑色，卡4111 1111 1111 1111", "黑色，卡", "bank_card"),
    ],
    ids=["telephone", "mail", "messenger", "card"],
)
def test_a_stop_shows_nothing_of_the_violation(
    rules: Rules, text: str, safe: str, rule: str
) -> None:
    out, stopped = outcome(text, rules)
    assert out == safe
    assert stopped is not None and stopped.violation.rule == rule
    assert rule in stopped.notice and stopped.violation.words not in stopped.notice


def test_what_is_excused_flows_on() -> None:
    assert outcome("支持微信支付，很轻。", CHINESE) == ("支持微信支付，很轻。", None)


def test_rules_that_do_not_stop_let_the_stream_go_on() -> None:
    assert outcome("最好的手机，现价¥1。", CHINESE) == ("最好的手机，现价¥1。", None)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (ENGLISH, "A lightly used phone in black, with a soft case and a strap."),
        (CHINESE, "这款手机很好看，黑色，手感很轻，带原装充电器。"),
    ],
    ids=["en", "zh"],
)
def test_little_more_than_the_word_being_written_is_held_back(rules: Rules, text: str) -> None:
    guard = Guard(rules, 500)
    come = ""
    for character in text:
        come += character
        guard.feed(character)
        held = come[len(guard.text) :]
        assert held.strip().count(" ") <= 1 and len(held) <= 10


def test_a_long_text_ends_with_a_sentence_and_asks_for_no_more() -> None:
    asked = []

    def pieces() -> Iterable[str]:
        for number in range(100):
            asked.append(number)
            yield "One more sentence of it. "

    out, stopped = outcome(pieces(), ENGLISH, 120)
    assert (out, stopped) == (cut("One more sentence of it. " * 9, 120), None)
    assert out.endswith("of it.") and len(asked) < 8


def test_a_text_at_the_limit_is_whole() -> None:
    text = "One sentence. " * 4 + "No end"
    assert outcome(text, ENGLISH, len(text)) == (text, None)
    assert outcome(text + "\n\n", ENGLISH, len(text))[0] == text


def test_what_was_never_shown_to_be_safe_is_not_given_when_the_source_fails() -> None:
    async def fails() -> AsyncIterator[str]:
        yield "Call 555-123"
        raise ConnectionError("gone")

    async def collect() -> list[str | Stopped]:
        come: list[str | Stopped] = []
        with pytest.raises(ConnectionError):
            async for item in guarded(fails(), ENGLISH, 100):
                come.append(item)  # noqa: PERF401  # the list outlives the error
        return come

    assert asyncio.run(collect()) == ["Call "]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", ["1 ", "a@", "v x ", "(", "九", "w h a t s a p "], ids=range(6))
def test_a_hostile_stream_is_watched_in_time(part: str) -> None:
    out, _ = outcome([part * 200], ENGLISH, 400)
    assert len(out) <= 400
