"""The rules of the catalog find what they forbid, however it is hidden, and let real texts pass."""

from pathlib import Path

import pytest

from listing_assets.listings.honesty import Rules, load_rules, violations
from listing_assets.listings.honesty.rules.digits import found
from resources.errors import CatalogError
from tests.conftest import REAL_DATA

RULES = {
    name: load_rules(
        Path(__file__).parents[3] / "catalog" / "listing_rules" / f"default_{name}.yaml"
    )
    for name in ("en", "zh")
}


def broken(language: str, text: str) -> list[tuple[str, str]]:
    return [(found.rule, found.words) for found in violations(text, RULES[language])]


@pytest.mark.parametrize(
    ("language", "text", "rule", "words"),
    [
        ("zh", "最好的手机", "superlative", "最好"),
        ("zh", "全国第一的品质", "superlative", "全国第一"),
        ("zh", "国家级品质", "superlative", "国家级"),
        ("zh", "看微❤信聊", "messenger", "微❤信"),
        ("zh", "微 信详聊", "messenger", "微 信"),
        ("zh", "看Ｖ　Ｘ:ab12345", "messenger", "Ｖ　Ｘ:ab12345"),
        ("zh", "加个微聊", "messenger", "加个微"),
        ("zh", "看主页vx同号", "messenger", "vx同号"),
        ("zh", "q q 群 2345678", "messenger", "q q 群 2345678"),
        ("zh", "电话138 0013 8000", "telephone", "138 0013 8000"),
        ("zh", "一三八零零一三八零零零", "telephone", "一三八零零一三八零零零"),
        ("zh", "1 3 8 0 0 1 3 8 0 0 0", "telephone", "1 3 8 0 0 1 3 8 0 0 0"),
        ("zh", "１３８００１３８０００", "telephone", "１３８００１３８０００"),
        ("zh", "1\u200b3800138000", "telephone", "1\u200b3800138000"),
        ("zh", "010-62345678", "telephone", "010-62345678"),
        ("zh", "name @ qq点com", "mail_or_web_address", "name @ qq点com"),
        ("zh", "上www.taobao.com看", "mail_or_web_address", "www.taobao"),
        ("zh", "¥1包邮", "luring_price", "¥1"),
        ("zh", "只要0.01元", "luring_price", "0.01元"),
        ("zh", "标价9999999", "luring_price", "9999999"),
        ("zh", "价格面议", "luring_price", "价格面议"),
        ("zh", "证件11010519491231002X", "identity_card", "11010519491231002X"),
        ("zh", "卡号4111 1111 1111 1111", "bank_card", "4111 1111 1111 1111"),
        ("zh", "中山路123号", "home_address", "路123号"),
        ("zh", "高仿包", "counterfeit", "高仿"),
        ("en", "Call 555-123-4567 now", "telephone", "555-123-4567"),
        ("en", "(555) 123-4567", "telephone", "(555) 123-4567"),
        ("en", "+1 555 123 4567", "telephone", "+1 555 123 4567"),
        ("en", "smith at gmail dot com", "mail_or_web_address", "smith at gmail dot com"),
        ("en", "w h a t s a p p me", "messenger", "w h a t s a p p"),
        ("en", "the best price", "superlative", "the best price"),
        ("en", "only $1.", "luring_price", "$1"),
        ("en", "at 123 Main Street", "home_address", "123 Main Street"),
        ("en", "SSN 123-45-6789", "identity_number", "123-45-6789"),
        ("en", "4111-1111-1111-1111", "bank_card", "4111-1111-1111-1111"),
        ("en", "a replica watch", "counterfeit", "replica"),
    ],
)
def test_a_violation_is_named_with_its_words(
    language: str, text: str, rule: str, words: str
) -> None:
    assert (rule, words) in broken(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "最高温度60度，最大承重100kg，最近购买，最后一件，最多三件，第一次使用，第一代"),
        ("zh", "支持微信支付，稍微信赖，轻微使用痕迹，含微量元素，加微波炉加热，加V领设计"),
        ("zh", "立减1元，运费1元，1.5元，¥1,299，十一元，A4纸1元店，¥10"),
        ("zh", "尺码36 37 38 39 40 41，128 256 512 1024，条码6901234567892，订单20261121123456789"),
        ("zh", "QQ糖，1080p，2026年11月21日，12:30，10月1日上市，PM2.5"),
        ("en", "$1,299 or $1.50, save $1 today, one of the best choices, best-in-class cushioning"),
        ("en", "Sizes 100 200 3000; 21 Speed Road Bike; i7-8700|240GB SSD; not a replica"),
        ("en", "It meets the line, at best 5.com puters. We chat. Add me some sugar."),
    ],
)
def test_what_only_looks_like_a_violation_passes(language: str, text: str) -> None:
    assert broken(language, text) == []


def test_human_written_listings_break_no_rule() -> None:
    texts = REAL_DATA / "photos" / "listing_text.jsonl"
    if not texts.is_file():
        pytest.skip("the real listings are not here")
    lines = texts.read_text("utf-8").splitlines()
    assert len(lines) > 20
    assert {line: found for line in lines for name in RULES if (found := broken(name, line))} == {}


def test_check_digits_tell_numbers_apart() -> None:
    assert list(found("identity card", "110105194912310021")) == []
    assert list(found("identity card", "11010519491331002X")) == []
    assert list(found("bank card", "4111 1111 1111 1112")) == []


HOSTILE = (
    "1",
    "1 ",
    "a",
    "a@",
    "v x ",
    "v ",
    "最",
    "(",
    "w h a t s a p ",
    "加",
    "0.",
    "www",
    "1-",
    "九",
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_a_hostile_text_takes_time_in_proportion_to_the_rules(part: str) -> None:
    for language in RULES:
        assert isinstance(broken(language, part * (4_000 // len(part))), list)


HEAD = "name: mine\nlanguage: en\nrules:\n  - name: one\n    kind: contact\n    reason: so\n"


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("    patterns: ['ok', '(a']\n", r"mine\.yaml:7: .*RE2 reads"),
        ("    patterns:\n      - ok\n      - a(?=b)\n", r"mine\.yaml:7: .*RE2 reads"),
        ("    patterns: ['a*']\n", r"mine\.yaml:7: .*empty text"),
        ("    word: [a]\n", r"mine\.yaml:7: .*rules.0.word: no such field"),
        ("    stop: true\n", r"mine\.yaml:4: .*needs 'words', 'patterns' or 'digits'"),
        ("    digits: [phone]\n", r"mine\.yaml:7: .*'telephone'"),
        ("    words: [a]\n  - {name: one, kind: contact, reason: so, words: [b]}\n", "two rules"),
    ],
    ids=["bracket", "look-ahead", "empty", "field", "nothing", "digits", "twice"],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, rest: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + rest, encoding="utf-8")
    with pytest.raises(CatalogError, match=message):
        load_rules(path)


def test_the_file_is_named_as_its_rules(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(HEAD + "    words: [a]\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"other\.yaml:1: .*'mine'.*Write 'name: other'"):
        load_rules(path)


def test_all_rules_of_the_catalog_have_one_name_each() -> None:
    for rules in RULES.values():
        assert isinstance(rules, Rules)
        assert any(rule.stop for rule in rules.rule_set.rules)
