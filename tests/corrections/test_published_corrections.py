"""Corrections win over the model, are published as a revision, and survive what comes after."""

from typing import Any

from listing_assets.catalog import load_catalog
from listing_assets.corrections import CorrectionJournal
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer


def row(chain: Chain, revision: str, key: str) -> dict[str, Any]:
    table = chain.lake.open("photos")
    table.checkout(revision)
    (found,) = table.search().where(f"key = '{key}'").to_list()
    return found


def labels(found: dict[str, Any]) -> tuple[list[str], list[str], list[str], list[str]]:
    names = ("labels", "labels_ai", "labels_user", "labels_user_deleted")
    standing, ai, user, deleted = (found[name] for name in names)
    return standing, ai, user, deleted


def test_a_correction_survives_relabelling_and_the_next_version_and_can_be_undone(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chat_server.answers["category"] = "Food"
    chain.add_photos(range(3))
    chain.run()
    definition = load_catalog(chain.catalog).tag_definition("shop")
    journal = CorrectionJournal(chain.lake, "photos")
    image_id = row(chain, "v1", "p0001.jpg")["image_id"]

    def correct(tag: str, action: Any, value: Any) -> list[str]:
        return journal.make([image_id], tag, action, value, author="ann", definition=definition)

    made = correct("category", "set", "Toys") + correct("campaign", "add", "summer")
    run = chain.run()
    assert run.success, run.problem
    published = run["labeled_dataset_versions"]
    assert (published["revision"], published["rows_changed"]) == ("v1.2", 1)
    corrected = row(chain, "v1.2", "p0001.jpg")
    assert corrected["tag_category"] == "Toys"
    assert labels(corrected) == (
        ["category:Toys", "campaign:summer"],
        ["category:Food"],
        ["category:Toys", "campaign:summer"],
        ["category:Food"],
    )
    assert labels(row(chain, "v1.2", "p0000.jpg")) == (["category:Food"], ["category:Food"], [], [])
    assert row(chain, "v1.1", "p0001.jpg")["tag_category"] == "Food"

    # Asked again in full with another answer, and in a new version: people still win.
    chat_server.answers["category"] = "Other"
    chain.run(mode="full")
    again = row(chain, "v1", "p0001.jpg")
    assert (again["tag_category"], again["labels_ai"]) == ("Toys", ["category:Other"])
    chain.add_photos(range(3, 4))
    chain.run("photos@v2")
    assert row(chain, "v2", "p0001.jpg")["tag_category"] == "Toys"

    assert journal.undo(made, author="bob") == 2
    chain.run()
    back = row(chain, "v1", "p0001.jpg")
    assert labels(back) == (["category:Other"], ["category:Other"], [], [])


def test_a_corrected_tag_is_no_longer_invalid(chain: Chain, chat_server: EndpointServer) -> None:
    chat_server.answers["category"] = "Spaceship"
    chain.add_photos(range(1))
    chain.run()
    found = row(chain, "v1", "p0000.jpg")
    assert found["invalid_tags"] == ["category"]
    CorrectionJournal(chain.lake, "photos").make(
        [found["image_id"]],
        "category",
        "set",
        "Toys",
        author="ann",
        definition=load_catalog(chain.catalog).tag_definition("shop"),
    )
    chain.run()
    found = row(chain, "v1", "p0000.jpg")
    assert (found["invalid_tags"], found["tag_category"]) == ([], "Toys")
