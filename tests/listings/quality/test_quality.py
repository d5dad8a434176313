"""The quality score: within its bounds, moved the right way by each thing, explained."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from listing_assets.listings.definitions import QualityWeights, load_listing_catalog
from listing_assets.listings.draft import Claim, Draft, Feature, Quality, Violation
from listing_assets.listings.products import Product, ProductPhoto
from listing_assets.listings.quality import most_to_gain, quality_of
from listing_assets.listings.quality.fluency import fluency
from resources.endpoints.interface import Photo

CATALOG = load_listing_catalog(Path("catalog"))
ENGLISH = CATALOG.definition("shop_en")
PHONE = CATALOG.template("Phone")
NAMES = PHONE.named("en")
TEXT = "A light phone with a bright screen. It is black and has 256 GB of storage."


def drawn(noisy: bool) -> bytes:
    picture = Image.new("RGB", (64, 64), "white")
    if noisy:
        picture = Image.effect_noise((64, 64), 120).convert("RGB")
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG")
    return encoded.getvalue()


PLAIN, NOISY = drawn(False), drawn(True)


def shown(
    count: int = 1,
    sharpness: float | None = 500.0,
    brightness: float | None = 0.6,
    jpeg: bytes = PLAIN,
) -> Product:
    return Product(
        tuple(
            ProductPhoto(
                f"{n}.jpg", Photo(f"{n}", jpeg), sharpness=sharpness, brightness=brightness
            )
            for n in range(count)
        )
    )


ONE = shown()
BARE = Draft(photos=("0.jpg",), category="Phone")


def features(quality: Quality) -> dict[str, Feature]:
    return {one.name: one for one in quality.features}


def scored(draft: Draft, product: Product = ONE) -> Quality:
    return quality_of(draft, product, PHONE, ENGLISH)


words = st.text(st.sampled_from("aeT 苹果.,!\n5ж"), max_size=80)
claims = st.builds(
    lambda flagged: Claim("Acme", "brand", 0, 4, "unsupported" if flagged else "photo"),
    st.booleans(),
)
drafts = st.builds(
    Draft,
    photos=st.just(("0.jpg",)),
    category=st.sampled_from(["", "Phone"]),
    attributes=st.dictionaries(st.sampled_from(NAMES), words.filter(str.strip), max_size=4),
    description=words | st.just(TEXT),
    claims=st.lists(claims, max_size=3).map(tuple),
    violations=st.lists(st.builds(Violation, words, words), max_size=2).map(tuple),
)


@settings(max_examples=30, deadline=None)
@given(drafts, st.sampled_from(NAMES), words.filter(str.strip))
def test_a_filled_attribute_never_lowers_the_score(draft: Draft, name: str, value: str) -> None:
    before = scored(draft)
    attributes = {name: value} | dict(draft.attributes)
    after = scored(replace(draft, attributes=attributes))
    assert 0 <= before.score <= after.score + 1e-12 <= 1 + 1e-12
    assert all(0 <= one.value <= 1 for one in before.features)


@settings(max_examples=30, deadline=None)
@given(drafts)
def test_an_unsupported_claim_never_raises_the_score(draft: Draft) -> None:
    claim = Claim("a claim of its own", "price", 0, 1, "unsupported")
    more = replace(draft, claims=(*draft.claims, claim))
    assert scored(more).score <= scored(draft).score
    broken = replace(more, violations=(*more.violations, Violation("a rule", "other words")))
    assert (scored(broken).score < scored(more).score) == bool(draft.description.strip())


def test_the_score_is_the_mean_of_its_features_by_their_weights() -> None:
    weights = QualityWeights(category=1, attributes=3, length=0, fluency=0, coverage=0, honesty=0,
                             sharpness=0, brightness=0, background=0, count=0)  # fmt: skip
    definition = ENGLISH.model_copy(update={"quality": weights})
    draft = replace(BARE, attributes={NAMES[0]: "Acme", NAMES[1]: "X1"})
    quality = quality_of(draft, ONE, PHONE, definition)
    assert quality.score == pytest.approx((1 + 3 * 2 / len(NAMES)) / 4)
    assert [one.name for one in quality.features] == list(QualityWeights.model_fields)


def test_what_raises_the_score_most_comes_first_and_raises_it_by_so_much() -> None:
    draft = replace(BARE, description=TEXT)
    quality = scored(draft)
    (first, gain), *_ = most_to_gain(quality)
    assert first.name == "attributes" and NAMES[0] in first.advice
    whole = scored(replace(draft, attributes=dict.fromkeys(NAMES, "none of the text's words")))
    assert whole.score == pytest.approx(quality.score + gain)


def test_the_same_advice_is_told_once() -> None:
    bare = replace(BARE, category="", description=TEXT)
    gains = most_to_gain(quality_of(bare, ONE, None, ENGLISH), most=20)
    assert len({feature.advice for feature, _ in gains}) == len(gains)
    assert sum(gain for _, gain in gains) == pytest.approx(
        1 - quality_of(bare, ONE, None, ENGLISH).score
    )


def test_what_was_not_measured_neither_helps_nor_harms() -> None:
    draft = replace(BARE, description=TEXT)
    unknown = scored(draft, shown(sharpness=None, brightness=None, jpeg=b"none"))
    for name in ("sharpness", "brightness", "background"):
        assert features(unknown)[name].weight == 0
    assert 0 < unknown.score < 1
    only = ENGLISH.model_copy(update={"quality": QualityWeights(
        category=0, attributes=0, length=0, fluency=0, coverage=0, honesty=0, background=0, count=0
    )})  # fmt: skip
    assert quality_of(draft, shown(sharpness=None, brightness=None), PHONE, only).score == 0


def test_a_description_covers_what_it_names_and_what_it_tells_the_value_of() -> None:
    draft = replace(
        BARE,
        description="The colour is a deep black, with 256GB.",
        attributes={"Storage Capacity": "256 GB", "Brand": "Acme"},
    )
    coverage = features(scored(draft))["coverage"]
    assert coverage.value == pytest.approx(2 / len(NAMES))
    assert coverage.advice.startswith("Say in the description: Brand,"), "its value is known"


def test_a_draft_without_anything_scores_its_photos_alone() -> None:
    quality = quality_of(Draft(photos=("0.jpg",)), ONE, None, ENGLISH)
    found = features(quality)
    telling = ("category", "attributes", "length", "fluency", "coverage", "honesty")
    assert all(found[name].value == 0 and found[name].advice for name in telling)
    assert found["sharpness"].value == found["background"].value == 1


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("sharpness", shown(sharpness=300), shown(sharpness=20)),
        ("brightness", shown(brightness=0.5), shown(brightness=0.1)),
        ("brightness", shown(brightness=0.9), shown(brightness=0.99)),
        ("background", shown(jpeg=PLAIN), shown(jpeg=NOISY)),
        ("count", shown(5), shown(2)),
    ],
    ids=("sharp", "dark", "glaring", "background", "count"),
)
def test_a_worse_photo_scores_lower_and_is_named(name: str, good: Product, bad: Product) -> None:
    better, worse = (features(scored(BARE, product))[name] for product in (good, bad))
    assert better.value == 1 and better.advice == ""
    assert worse.value < 1 and ("0.jpg" in worse.advice or name == "count")


def test_a_text_that_is_too_long_or_too_short_counts_less() -> None:
    def length(text: str) -> float:
        return features(scored(replace(BARE, description=text)))["length"].value

    most = ENGLISH.max_length
    assert length("a" * 100) == 0.5 and length("a" * 200) == length("a" * most) == 1
    assert length("a" * 2 * most) == 0.5


@pytest.mark.parametrize(
    ("worse", "language", "about"),
    [
        ("Red shoes red shoes red shoes red shoes red shoes red shoes.", "en", "repeated"),
        ("a phone that\nhas\nno and ends in the", "en", "sentences"),
        ("这是一部手机。 It is a phone, black and light, and works well.", "zh", "Chinese"),
        ("Это хороший телефон. It is black.", "en", "English"),
        ("My n\u0435w ph\u043ene.", "en", "English"),
        ("GREAT PHONE WITH GREAT SCREEN!!! Buy this one now.", "en", "capitals"),
        ("", "en", "Write"),
    ],
    ids=("repeated", "scraps", "not Chinese", "not English", "imitated", "loud", "empty"),
)  # fmt: skip
def test_a_text_that_reads_badly_is_told_why(worse: str, language: str, about: str) -> None:
    found = fluency(worse, language)  # type: ignore[arg-type]
    assert found.value is not None and found.value < 0.8
    assert about in found.advice


@pytest.mark.parametrize(
    ("text", "language"),
    [(TEXT, "en"), ("黑色小米14手机，256GB，屏幕完好。功能正常，配件齐全。", "zh")],
    ids=("en", "zh"),
)
def test_an_ordinary_text_is_fluent(text: str, language: str) -> None:
    assert fluency(text, language).value == 1  # type: ignore[arg-type]
