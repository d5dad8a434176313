"""Claims are found in both languages, and rest on what the table of sources allows."""

import pytest

from listing_assets.listings.draft import ClaimKind, Evidence, Neighbour, Verdict
from listing_assets.listings.honesty import trace
from listing_assets.listings.honesty.evidence import ON_THE_PHOTO, SUPPORTED_BY
from listing_assets.listings.honesty.likeness import stands_in
from listing_assets.listings.honesty.numerals import number


def supports(text: str, evidence: Evidence, kind: ClaimKind) -> list[str]:
    return [claim.support for claim in trace(text, evidence) if claim.kind == kind]


def read(*lines: str) -> Evidence:
    return Evidence(seen_text=lines)


@pytest.mark.parametrize(
    ("claimed", "shown", "same"),
    [
        ("0.5 L", "500ml", True),
        ("500 毫升", "０．５Ｌ", True),
        ("1TB", "1024GB", True),
        ("1TB", "1000GB", False),
        ("128G", "128 GB", True),
        ("128G", "128 g", True),
        ("8GB+256GB", "8+256G", True),
        ("1,000 ml", "1 l", True),
        ("57 oz", "1.7 l", True),
        ("57 oz", "1.5 l", False),
        ("3千克", "3 kg", True),
        ("3公斤", "6斤", True),
        ("500ml", "5OOml", True),
        ("20000毫安", "20,000mAh", True),
        ("500ml", "1500ml", False),
        ("¥39.90", "39.9元", True),
        ("￥３９．９", "39.90 元", True),
        ("RMB 39.9", "¥39 .90", True),
        ("¥129", "Y129", True),
        ("¥129", "129", False),
        ("$39.90", "¥39.90", False),
        ("1.2万元", "¥12,000", True),
        ("两千五百元", "¥2500", True),
        ("七折", "30% OFF", True),
        ("原价199元", "was ¥199", True),
        ("¥199", "was ¥199", False),
        ("省30元", "Save ¥30", True),
        ("包邮", "Free shipping", True),
        ("半价", "50% off", True),
    ],
)
def test_amounts_and_prices_are_compared_by_what_they_mean(
    claimed: str, shown: str, same: bool
) -> None:
    claims = trace(claimed, read(shown))
    assert claims
    assert all((claim.support == "photo") == same for claim in claims)


@pytest.mark.parametrize(
    ("claimed", "tag", "borne_out"),
    [
        ("brand new", "Unopened", True),
        ("like new", "Unopened", True),
        ("like new", "Lightly worn", False),
        ("全新", "Like new", False),
        ("95新", "Like new", True),
        ("九成新", "Lightly worn", True),
        ("no scratches", "Like new", True),
        ("no scratches", "Lightly worn", False),
        ("heavily worn", "Lightly worn", True),
        ("works perfectly", "Like new", False),
        ("配件齐全", "Unopened", False),
    ],
)
def test_a_state_is_borne_out_by_an_equal_or_better_one(
    claimed: str, tag: str, borne_out: bool
) -> None:
    found = supports(claimed, Evidence(tags={"condition": (tag,)}), "condition")
    assert found == (["photo"] if borne_out else ["unsupported"])


@pytest.mark.parametrize("verdict", SUPPORTED_BY)
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("brand", "Nikon"),
        ("model", "Coolpix P900"),
        ("capacity", "64GB"),
        ("price", "$300"),
        ("condition", "brand new"),
        ("material", "leather"),
        ("color", "black"),
        ("size", "50mm"),
    ],
)
def test_a_neighbour_bears_out_what_its_verdict_allows(
    verdict: Verdict, kind: ClaimKind, text: str
) -> None:
    shown = "A brand new Nikon Coolpix P900 in black leather, 50mm, 64GB, $300"
    neighbour = Neighbour("shop", "shop@v1.0", "n.jpg", 0.9, verdict, "", shown)
    found = supports(text, Evidence(reference=(neighbour,)), kind)
    expected = "reference" if kind in SUPPORTED_BY[verdict] else "unsupported"
    assert found == [expected]
    assert not {"price", "condition"} & SUPPORTED_BY[verdict]


def test_extracted_attributes_count_as_the_least_related_neighbour() -> None:
    def neighbours(*verdicts: Verdict) -> tuple[Neighbour, ...]:
        return tuple(Neighbour("shop", "shop@v1.0", v, 0.9, v) for v in verdicts)

    for verdicts, support in (
        (("identical",), "reference"),
        (("identical", "same model"), "unsupported"),
        ((), "unsupported"),
    ):
        evidence = Evidence(attributes={"Storage": "256GB"}, reference=neighbours(*verdicts))
        assert supports("256 GB", evidence, "capacity") == [support]


def test_a_word_above_a_chinese_line_is_no_brand() -> None:
    printed = ("材质 Material", "Stoneware", "微波炉 Microwave", "可用")
    assert supports("Material: Stoneware.", read(*printed), "material") == ["photo"]
    assert [claim.kind for claim in trace("Stoneware\n微波炉可用", Evidence())] == ["material"]


def test_the_photo_comes_before_the_reference_and_is_named() -> None:
    neighbour = Neighbour("shop", "shop@v1.0", "n.jpg", 0.9, "identical", "Sony camera 64GB")
    evidence = Evidence({"brand": ("Sony",)}, ("32GB",), reference=(neighbour,))
    claims = trace("Sony camera, 32GB or 64GB", evidence)
    assert [(claim.text, claim.support, claim.source) for claim in claims] == [
        ("Sony", "photo", "brand"),
        ("32GB", "photo", ON_THE_PHOTO),
        ("64GB", "reference", "n.jpg"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "stands"),
    [
        ("WH-1000XM5", "sony wh1000 xm5 black", True),
        ("WH-1000XM5", "WH-1O00XMS", True),
        ("WH-1000XM5", "WH-1000XM4", False),
        ("WH-1000XM5", "WF-1000XM5", False),
        ("X5", "X50", False),
        ("X5", "MAX5", False),
        ("iPhone 13", "iPhone 13 Pro", False),
        ("iPhone 13 Pro", "iphone13 pro, blue", True),
        ("VELMORA", "VELMQRA", True),
        ("VELMORA", "VELVET", False),
        ("CRUNCHELO", "SEASALTCRUNCHELO", True),
        ("Nikon", "NIXON", False),
        ("Sony", "S0NY", True),
        ("HP", "SHP", False),
    ],
)
def test_names_stand_in_misread_text_but_not_as_another_number(
    name: str, text: str, stands: bool
) -> None:
    model = any(sign.isdigit() for sign in name)
    assert stands_in(name, text, misread=True, whole_model=model) == stands


def test_typed_texts_are_not_forgiven_slips() -> None:
    assert not stands_in("VELMORA", "VELMQRA")


@pytest.mark.parametrize(
    "text",
    [
        "Our gloves promote proper punching technique on the front, back and wrist.",
        "Improved resistance to rust, scratches and humidity; scratch-resistant.",
        "全新设计，2026新款，防刮耐磨，轻微甜味",
        "支持5G网络，MP3播放，A4大小，第2代，USB 3.0，IP68防水",
        "An apple pie dish. Perfect for the home or office, in Paris or Rome.",
        "Only 2 left. Top 10 gifts for 3 people. In 1965 it was new to all.",
        "用了2年，3块饼干，一块儿玩，对折收纳",
    ],
)
def test_ordinary_words_are_no_guarded_claims(text: str) -> None:
    assert [claim.text for claim in trace(text, Evidence()) if claim.flagged] == []


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        (
            "Dyson V11 vacuum - works great, asking 250 dollars.",
            "Dyson|V11|works great|250 dollars",
        ),
        ("Hario V60 dripper in original packaging.", "Hario|V60|in original packaging"),
        ("Retail was 300 EUR, yours for 90.", "300 EUR|yours for 90"),
        ("Nintendo Switch, barely used, £180.", "Nintendo Switch|barely used|£180"),
        ("象印保温杯，没用过，专柜398，现120出。", "象印|没用过|专柜398|120"),
        ("iPad Air 5，无拆无修，2600包邮不刀。", "iPad Air 5|无拆无修|2600|包邮|不刀"),
        ("乐高42115，全新，盒子有压痕。", "乐高|42115|全新|压痕"),
        ("富士X-T30机身，成色很好，1200可小刀", "富士|X-T30|成色很好|1200|可小刀"),
    ],
)
def test_sellers_phrases_are_claims(text: str, flagged: str) -> None:
    claims = [claim.text for claim in trace(text, Evidence()) if claim.flagged]
    assert claims == flagged.split("|")


def test_brands_of_a_reference_version_are_known_in_any_case() -> None:
    assert supports("velmora lipstick", Evidence(), "brand") == []
    known = trace("velmora lipstick", Evidence(), frozenset({"VELMORA"}))
    assert [(claim.kind, claim.support) for claim in known] == [("brand", "unsupported")]


@pytest.mark.parametrize(
    ("written", "value"),
    [("两千五", 2500), ("三百零五", 305), ("十二", 12), ("一百五", 150), ("二〇五", 205)],
)  # fmt: skip
def test_chinese_numbers(written: str, value: float) -> None:
    assert number(written) == value


def test_places_are_those_of_the_text_as_it_is() -> None:
    text = "\u200b（全\u200b新）１２８ＧＢ"
    assert [claim.text for claim in trace(text, Evidence())] == ["全\u200b新", "１２８ＧＢ"]


HOSTILE = (
    "1",
    "1 ",
    "1x",
    "a@",
    "8+",
    "A1-",
    "Aa ",
    "no ",
    "(",
    '"',
    "九",
    "最",
    "1,",
    "$1-",
    "v x ",
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_a_hostile_text_takes_time_in_proportion(part: str) -> None:
    assert isinstance(trace(part * (6_000 // len(part)), Evidence()), tuple)
