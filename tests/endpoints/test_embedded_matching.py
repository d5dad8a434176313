import pytest

from resources.endpoints.embedded.lexicon import Lexicon, mentions, tokens
from resources.endpoints.embedded.matching import matched, terms
from resources.endpoints.embedded.reading import Line, Reading
from resources.endpoints.interface import TagValue

VALUES = (
    TagValue("Beauty", "face mask, lotion, lipstick, 面膜 口红 护肤"),
    TagValue("Food", "snacks, potato chips, coffee, 牛奶 零食"),
    TagValue("Apparel", "shirt, dress, T恤 连衣裙"),
    TagValue("Other", "pet food, toys, 玩具"),
)


def _reading(*lines: str | tuple[str, float]) -> Reading:
    """Lines of text, each 0.1 of the picture high unless it comes with its height."""
    entries = [(line, 0.1) if isinstance(line, str) else line for line in lines]
    return Reading(tuple(Line(text, 0.9, (0, 0, 1, height)) for text, height in entries))


def _values(*lines: str) -> set[str]:
    return set(matched(VALUES, _reading(*lines)))


def test_words_lose_case_accents_and_plural_endings() -> None:
    assert tokens("Snacks, DRESSES & Crème-brûlée: 面膜") == (
        *("snack", "dress", "creme", "brulee", "面", "膜"),
    )


@pytest.mark.parametrize(
    ("line", "value"),
    [
        *[("Velvet LIPSTICK", "Beauty"), ("玻尿酸补水面膜", "Beauty"), ("POTATO CHIPS", "Food")],
        *[("纯棉短袖T恤", "Apparel"), ("Summer dresses", "Apparel"), ("儿童玩具", "Other")],
    ],
)
def test_a_value_is_found_by_the_words_of_its_description(line: str, value: str) -> None:
    assert _values(line) == {value}


@pytest.mark.parametrize("line", ["FACEMASK", "LIPSTICKMATTE", "LIPSTLCK", "1 Lipstlck"])
def test_words_run_together_or_misread_by_a_letter_are_found(line: str) -> None:
    assert _values(line) == {"Beauty"}


@pytest.mark.parametrize("line", ["address", "motion", "chip", "face", "shirtless", "面包", "红口"])
def test_words_that_only_resemble_a_term_are_not_found(line: str) -> None:
    assert _values(line) == set()


def test_the_longest_term_counts() -> None:
    assert _values("Pet Food") == {"Other"}


def test_a_compound_is_what_its_last_part_is() -> None:
    assert _values("牛奶面膜") == {"Beauty"}
    assert _values("coffee lotion") == {"Beauty"}


def test_a_headline_outweighs_the_small_print() -> None:
    prominence = matched(VALUES, _reading(("LIPSTICK", 0.3), ("with coffee", 0.03)))

    assert prominence["Beauty"] > 2 * prominence["Food"]


def test_a_term_of_several_values_tells_nothing() -> None:
    values = (TagValue("A", "cotton, shirt"), TagValue("B", "cotton, towel"))

    assert matched(values, _reading("100% Cotton")) == {}
    assert set(matched(values, _reading("Cotton towel"))) == {"B"}


def test_one_word_out_of_prose_is_no_evidence_and_two_are() -> None:
    prose = (TagValue("Fresh", "fruit that was picked ripe and carried cold to the shop"),)

    assert matched(prose, _reading("ripe")) == {}
    assert set(matched(prose, _reading("picked ripe"))) == {"Fresh"}


def test_descriptions_are_lists_of_terms_in_two_languages() -> None:
    listed = terms(TagValue("Beauty", "such as lip gloss; 茶 面膜、T恤 and toner."))

    assert listed == {
        ("beauty",): 1.0,
        ("lip", "gloss"): 1.5,
        ("toner",): 1.0,
        ("茶",): 0.5,
        ("面", "膜"): 1.0,
        ("t", "恤"): 1.0,
    }


def test_a_phrase_is_mentioned_only_as_a_whole() -> None:
    assert mentions("Is there a white background?", ("white background", "白底"))
    assert mentions("商品是否白底图", ("white background", "白底"))
    assert not mentions("white shirt, dark background", ("white background",))


def test_a_lexicon_gives_each_place_of_a_term_once() -> None:
    spans = Lexicon([("night", "cream"), ("cream",)]).spans(tokens("night cream, cream"))

    assert [(span.start, span.end) for span in spans] == [(0, 2), (2, 3)]
