from dataclasses import replace

import pytest

from resources.endpoints.embedded.answering import Answer, Evidence, answer
from resources.endpoints.embedded.colours import Background, ColourShare
from resources.endpoints.embedded.pixels import PixelFacts
from resources.endpoints.embedded.reading import Line, Reading
from resources.endpoints.interface import TagQuestion, TagValue

NOTHING_READ = Reading(())
STUDIO = PixelFacts(
    sharpness=0.65,
    brightness=0.6,
    background=Background(evenness=1.0, colour="white"),
    text_share=0.0,
    flat_share=0.3,
)
STREET = replace(STUDIO, background=Background(evenness=0.2, colour="grey"))
RED = (ColourShare("red", 0.8), ColourShare("white", 0.2))


def _read(*lines: str | tuple[str, float]) -> Reading:
    entries = [(line, 0.1) if isinstance(line, str) else line for line in lines]
    return Reading(
        tuple(
            Line(text, 0.9, (0, place / 10, 1, place / 10 + height))
            for place, (text, height) in enumerate(entries)
        )
    )


def _answer(
    question: TagQuestion,
    reading: Reading = NOTHING_READ,
    *,
    colours: tuple[ColourShare, ...] = RED,
    facts: PixelFacts = STUDIO,
    language: str = "en",
) -> Answer:
    return answer(question, Evidence(reading, colours, facts), language)


CATEGORY = TagQuestion(
    "category",
    "choice",
    values=(
        TagValue("Beauty", "lipstick, 面膜"),
        TagValue("Food", "coffee, 咖啡"),
        TagValue("Other"),
    ),
)
COLOUR = TagQuestion(
    "colour", "choice", values=(TagValue("Red"), TagValue("蓝色"), TagValue("Dark", "black, grey"))
)


def test_a_choice_is_answered_by_the_words_read() -> None:
    assert _answer(CATEGORY, _read("Matte lipstick")) == "Beauty"


def test_without_words_a_choice_is_not_guessed() -> None:
    assert _answer(CATEGORY) is None
    assert _answer(CATEGORY, _read("Grand opening")) is None


def test_two_values_that_are_equally_visible_are_no_answer() -> None:
    assert _answer(CATEGORY, _read("lipstick", "coffee")) is None


def test_a_colour_choice_is_answered_by_the_pixels() -> None:
    blue = (ColourShare("blue", 0.7), ColourShare("red", 0.3))

    assert _answer(COLOUR) == "Red"
    assert _answer(COLOUR, colours=blue) == "蓝色"
    assert _answer(COLOUR, colours=(ColourShare("black", 0.9),)) == "Dark"


def test_a_colour_that_does_not_lead_is_no_answer() -> None:
    close = (ColourShare("red", 0.5), ColourShare("blue", 0.45))

    assert _answer(COLOUR, colours=close) is None


def test_away_from_plain_paper_a_colour_needs_half_the_picture() -> None:
    some = (ColourShare("red", 0.4), ColourShare("blue", 0.2))

    assert _answer(COLOUR, colours=some, facts=STUDIO) == "Red"
    assert _answer(COLOUR, colours=some, facts=STREET) is None


def test_several_colours_are_given_where_several_are_asked_for() -> None:
    colours = (ColourShare("blue", 0.6), ColourShare("red", 0.3), ColourShare("black", 0.1))

    assert _answer(replace(COLOUR, type="multi_choice"), colours=colours) == ["Red", "蓝色"]


def test_several_values_are_given_in_the_order_of_the_definition() -> None:
    several = replace(CATEGORY, type="multi_choice")

    assert _answer(several, _read("coffee", "lipstick")) == ["Beauty", "Food"]
    assert _answer(several) is None


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        ("white_background", "", True),
        ("studio", "Is the background white? 白底", True),
        ("has_text", "Whether the picture has words on it", False),
        ("no_text", "True if there is no text", True),
        ("blurry", "", False),
        ("sharp", "Is the picture sharp, not blurry?", True),
        ("too_dark", "", False),
        ("promotion", "", False),
        ("waterproof", "Whether the jacket is waterproof", None),
        ("usable", "White background and no text", None),
    ],
)
def test_measurable_properties_are_measured_and_others_left_open(
    name: str, description: str, expected: bool | None
) -> None:
    assert _answer(TagQuestion(name, "boolean", description)) is expected


def test_a_measurement_between_its_thresholds_is_left_open() -> None:
    unsure = replace(STUDIO, sharpness=0.45)

    assert _answer(TagQuestion("blurry", "boolean"), facts=unsure) is None
    assert _answer(TagQuestion("blurry", "boolean"), facts=replace(STUDIO, sharpness=0.3)) is True


@pytest.mark.parametrize("line", ["限时特价", "30% OFF", "全场8折", "Buy one get one", "满300减50"])
def test_words_of_promotion_are_recognized(line: str) -> None:
    assert _answer(TagQuestion("has_promotion", "boolean"), _read(line)) is True


@pytest.mark.parametrize(
    ("line", "price"),
    [
        *[("¥199", 199), ("$19.99", 19.99), ("199元", 199), ("€ 5", 5), ("¥1,299.00", 1299)],
        *[("RMB 45", 45), ("Only 12 元!", 12), ("199", None), ("立减50元", None)],
        *[("Save $5", None), ("原价 ¥299", None), ("满200元包邮", None)],
    ],
)
def test_a_price_is_read_where_it_is_marked_as_one(line: str, price: float | None) -> None:
    assert _answer(TagQuestion("price", "number"), _read(line)) == price


def test_the_largest_price_is_the_price() -> None:
    reading = _read(("¥199", 0.05), ("¥129", 0.2), ("原价 ¥159", 0.3))

    assert _answer(TagQuestion("price", "number"), reading) == 129
    assert _answer(TagQuestion("original_price", "number"), reading) == 159


def test_a_number_outside_its_bounds_is_no_answer() -> None:
    bounded = TagQuestion("price", "number", minimum=1, maximum=100)

    assert _answer(bounded, _read("¥99")) == 99
    assert _answer(bounded, _read("¥101")) is None


def test_an_amount_is_read_in_the_unit_that_is_asked_for() -> None:
    volume = TagQuestion("volume", "number", "The content in ml.")

    assert _answer(volume, _read("250 mL", "¥9")) == 250
    assert _answer(volume, _read("250 ml", "500 ml")) is None
    assert _answer(TagQuestion("rating", "number", "Stars"), _read("5")) is None


def test_a_discount_is_given_in_percent_off() -> None:
    discount = TagQuestion("discount", "number")

    assert _answer(discount, _read("20% OFF")) == 20
    assert _answer(discount, _read("全场8折")) == 20
    assert _answer(discount, _read("7.5 折")) == 25


DESCRIPTION = TagQuestion("description", "text", max_length=50)


def test_a_description_has_the_words_and_the_colour_in_the_wanted_language() -> None:
    reading = _read(("Velvet Lipstick", 0.1), ("丝绒口红", 0.1))
    short = replace(DESCRIPTION, max_length=28)

    assert _answer(short, reading) == "Velvet Lipstick, mainly red"
    assert _answer(replace(short, max_length=12), reading, language="zh-CN") == "丝绒口红，红色为主"


def test_a_description_without_words_says_what_was_measured() -> None:
    assert _answer(DESCRIPTION) == "Mainly red, plain white background"
    assert _answer(DESCRIPTION, facts=STREET) == "Mainly red"
    assert _answer(DESCRIPTION, language="zh") == "红色为主，白色纯色背景"


def test_a_description_is_cut_between_words_never_within() -> None:
    reading = _read(("An extraordinarily comfortable armchair for reading at night", 0.2))

    text = _answer(DESCRIPTION, reading)

    assert text == "An extraordinarily comfortable, mainly red"


def test_words_with_accents_are_not_cut_either() -> None:
    cut = _answer(TagQuestion("visible_text", "text", max_length=12), _read("Svensk MELLANMJÖLK"))

    assert cut == "Svensk"


@pytest.mark.parametrize("length", range(1, 60))
def test_a_description_is_never_too_long(length: int) -> None:
    reading = _read("Velvet Lipstick 丝绒口红", "¥129 only today", "正品保障")

    text = _answer(replace(DESCRIPTION, max_length=length), reading)

    assert text is None or (isinstance(text, str) and 0 < len(text) <= length)


def test_visible_text_is_given_where_it_is_asked_for() -> None:
    reading = _read("Fresh milk", "1 litre")

    assert _answer(TagQuestion("visible_text", "text"), reading) == "Fresh milk 1 litre"
    asked = TagQuestion("label", "text", "The words printed on the package.")
    assert _answer(asked, reading) == "Fresh milk 1 litre"
    assert _answer(TagQuestion("visible_text", "text")) is None


def test_a_brand_is_given_only_where_the_photo_names_it_as_one() -> None:
    brand = TagQuestion("brand", "text", "The maker of the product.")

    assert _answer(brand, _read("NIKE")) is None
    assert _answer(brand, _read("Brand: Nike")) == "Nike"
    assert _answer(brand, _read("品牌:安踏")) == "安踏"


def test_a_colour_is_named_in_the_wanted_language() -> None:
    colour = TagQuestion("color", "color")

    assert _answer(colour) == "red"
    assert _answer(colour, language="zh") == "红色"
    assert _answer(colour, colours=()) is None


def test_a_question_about_the_background_is_answered_by_the_border() -> None:
    backdrop = TagQuestion("background_color", "color")

    assert _answer(backdrop) == "white"
    assert _answer(backdrop, facts=STREET) is None


def test_a_colour_asked_for_without_its_background_is_that_of_the_thing() -> None:
    for description in ("Colour of the item, not of the background.", "商品颜色，不是背景色"):
        assert _answer(TagQuestion("color", "color", description)) == "red"
