"""A model's refusal is told from an answer."""

import pytest

from listing_assets.tagging.refusals import is_refusal


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't assist with that.",
        "I’m sorry, I can’t help with identifying people.",
        "I cannot comply with this request.",
        "Unfortunately, I am unable to identify people in images.",
        "As an AI language model, I cannot provide this.",
        "I won't be able to help here.",
        "很抱歉，我无法识别图片中的人物。",
        "对不起，不能提供此信息",
        "作为一个人工智能语言模型，我无法回答。",
    ],
)
def test_refusals_are_known(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I can't tell.",
        "I cannot see the label.",
        "Sorry, we are closed",
        "Sorry! 50% off",
        "抱歉，今日售罄",
        "A book: I Can't Help Myself",
        "I'm sorry, but I can't assist with that. " + "However, it is a red shoe. " * 40,
    ],
)
def test_other_texts_are_not(text: str) -> None:
    assert not is_refusal(text)
