"""Search over what a real run published: its columns, its indexes and its embedded vectors."""

from listing_assets.catalog import load_catalog
from listing_assets.search import KeyOf, Query, embedder_of, open_published, search
from tests.conftest import Chain


def test_a_run_leaves_all_that_a_search_needs(chain: Chain) -> None:
    chain.add_photos(range(3))
    (chain.source / "broken.jpg").write_bytes(b"<html>")
    assert chain.run().success
    published = open_published(chain.lake, "photos@v1")
    assert published.has_word_index and not published.has_vector_index
    assert published.embedding_model == "embedded-visual-text@1"

    def keys(query: Query) -> list[str]:
        with embedder_of(published, load_catalog(chain.catalog)) as vectors:
            return [row["key"] for row in search(published, query, vectors).documents()]

    photos = ["p0000.jpg", "p0001.jpg", "p0002.jpg"]
    assert keys(Query()) == photos
    assert keys(Query(include="rejected")) == ["broken.jpg"]
    assert keys(Query(where="HAS category AND FileName:p* AND NOT HAS tags.user")) == photos
    assert keys(Query(image=KeyOf("p0001.jpg")))[0] == "p0001.jpg"
    row = search(published, Query(columns=("text",))).documents()[0]
    assert set(keys(Query(text=row["text"]))) == set(photos)
