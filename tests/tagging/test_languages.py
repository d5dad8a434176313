"""The language of a text is judged by its script; names and digits do not count."""

import pytest

from listing_assets.tagging.languages import may_be_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a pair of shoes", "en"),
        ("Rote Schuhe für Kinder", "de"),
        ("Huawei phone 华为", "en"),
        ("12 × 250 ml", "zh"),
        ("128", "en"),
        ("补水面膜", "zh-CN"),
        ("Nike Air Max 270 跑鞋", "zh"),
        ("iPhone 15 Pro", "zh"),
        ("补水面膜 hydrating mask", "zh"),
        ("赤いスニーカー", "ja"),
        ("빨간 운동화", "ko"),
        ("красные кроссовки Nike", "ru"),
        ("ＡＢＣ", "en"),
    ],
)
def test_a_text_in_the_script_of_the_language_may_be_in_it(text: str, language: str) -> None:
    assert may_be_in(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("红色运动鞋", "en"),
        ("华为手机壳 case", "en"),
        ("赤いスニーカー", "fr"),
        ("빨간 운동화", "en-US"),
        ("красные кроссовки", "en"),
        ("red running shoes", "zh"),
        ("red running shoes 红", "zh-Hant"),
        ("赤いスニーカーです", "zh"),
        ("red shoes", "ru"),
        ("red shoes", "ko"),
    ],
)
def test_a_text_in_another_script_is_not(text: str, language: str) -> None:
    assert not may_be_in(text, language)
