"""Splits by product, on members made up: nothing leaks, and new products move no old ones."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from listing_assets.listings.training.grouping import Member, groups_of, listings_of
from listing_assets.listings.training.request import InstructionRequest
from listing_assets.listings.training.splitting import connected, near_duplicates, split_of

REQUEST = InstructionRequest(version="photos@v1", definition="shop_en")
NOW = 1_000_000.0


def member(number: int, **fields: object) -> Member:
    plain = Member(f"image {number}", f"product {number}", False, "", f"text {number}", NOW)
    return replace(plain, **fields)  # type: ignore[arg-type]


some_members = st.lists(
    st.builds(
        lambda number, image, text: member(number, image_id=image, text=text),
        st.integers(0, 30),
        st.sampled_from([f"image {n}" for n in range(30)]),
        st.sampled_from(["", *(f"text {n}" for n in range(30))]),
    ),
    max_size=25,
)


@given(some_members)
def test_what_gives_each_other_away_is_split_together(members: list[Member]) -> None:
    groups = groups_of(members, [None] * len(members))
    for one, its in zip(members, groups, strict=True):
        for other, group in zip(members, groups, strict=True):
            shares = one.text and one.text == other.text
            if one.product == other.product or one.image_id == other.image_id or shares:
                assert its == group


@given(some_members, some_members)
def test_new_products_move_no_old_one_that_they_do_not_join(
    old: list[Member], new: list[Member]
) -> None:
    later = [replace(one, product=f"new {one.product}", first_seen=NOW + 1) for one in new]
    nothing: list[str | None] = [None] * len(old)
    before = groups_of(old, nothing)
    after = groups_of([*old, *later], [*nothing, *([None] * len(later))])[: len(old)]
    names: dict[str, set[str]] = {}
    for was, now in zip(before, after, strict=True):
        names.setdefault(now, set()).add(was)
    for now, joined in names.items():
        assert now in joined


def test_a_near_duplicate_that_comes_later_joins_the_split_of_the_first() -> None:
    members = [member(number, first_seen=NOW + number) for number in range(20)]
    hashes: list[str | None] = [
        f"{number * 0x0F0F_1357_9BDF_0246:032x}"[-16:] for number in range(20)
    ]
    hashes[17] = f"{int(hashes[3] or '', 16) ^ 0b111:016x}"
    groups = groups_of(members, hashes)
    assert groups[17] == groups[3] == "product 3"
    assert len(set(groups)) == 19


def test_photos_of_a_named_product_are_split_together_however_they_are_listed() -> None:
    members = [member(number, product=f"{number}.jpg", named="a") for number in range(3)]
    assert len(set(groups_of([*members, member(3)], [None] * 4))) == 2


def test_hashes_that_differ_in_four_bits_are_no_near_duplicates() -> None:
    assert list(near_duplicates(["0" * 16, None, f"{0b1111:016x}"])) == []
    assert (0, 2) in set(near_duplicates(["0" * 16, None, f"{1 << 63:016x}"]))


def test_photos_that_very_many_look_like_are_not_taken_for_one_product() -> None:
    assert list(near_duplicates(["0" * 16] * 201)) == []


def test_shares_are_kept_within_chance() -> None:
    counts = Counter(split_of(f"product {number}", REQUEST) for number in range(5_000))
    assert abs(counts["train"] - 4_000) < 120
    assert abs(counts["validation"] - 500) < 90


def test_a_larger_test_split_only_takes_from_the_others() -> None:
    larger = REQUEST.model_copy(update={"test_share": 0.2})
    names = [f"product {number}" for number in range(500)]
    tested = {name for name in names if split_of(name, REQUEST) == "test"}
    assert tested < {name for name in names if split_of(name, larger) == "test"}


def test_connected_finds_components() -> None:
    assert connected(6, [(4, 2), (5, 4), (1, 0)]).tolist() == [0, 0, 2, 3, 2, 2]


def test_listings_are_photos_of_a_product_with_one_text() -> None:
    members = [
        member(0, product="a", text="x"),
        member(1, product="a", text=""),
        member(2, product="b", text="x"),
        member(3, product="b", text="y"),
        member(4, product="b", text=""),
        member(5, is_alone=True, text="z"),
        member(6, is_alone=True, text="z"),
        member(7, is_alone=True, text=""),
    ]
    assert listings_of(members) == [[0, 1], [2], [3], [4], [5, 6], [7]]
