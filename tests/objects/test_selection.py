"""Which objects a version consists of, and what was passed over, missing or named twice."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, ValidationError

from listing_assets.objects import selection as module
from listing_assets.objects.selection import (
    REPEATED,
    FolderSelection,
    ManifestSelection,
    MissingObject,
    OpenSelection,
    SelectedObject,
    Selection,
    SnapshotSelection,
    open_selection,
)
from resources.errors import SourceError
from resources.object_store import ObjectStore, StoredObject, open_store
from resources.object_store.folder import FolderStore

Write = Callable[..., ObjectStore]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files below the source, photos with their own key as content."""

    def write_files(*keys: str, **texts: str) -> ObjectStore:
        for key in keys:
            path = tmp_path / "source" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(key)
        for name, text in texts.items():
            (tmp_path / "source" / name.replace("__", ".")).write_text(text)
        return open_store(str(tmp_path / "source"))

    return write_files


def jsonl(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def found_and_missing(selected: OpenSelection) -> tuple[list[str], list[str]]:
    found, missing = [], []
    for item in selected:
        if isinstance(item, MissingObject):
            missing.append(item.key)
        else:
            found.append(item.object.key)
    return found, missing


def test_a_snapshot_is_everything_but_side_files_which_are_counted(write: Write) -> None:
    store = write("a.jpg", "b/c", "list.csv", "b/LIST.CSV", "x.html", ".git/a.jpg", "b/.x.jpg")
    os.mkfifo(store.uri.removeprefix("file://") + "/pipe")
    selected = open_selection(store, SnapshotSelection(), "v1")
    assert [item.object.key for item in selected if isinstance(item, SelectedObject)] == [
        "a.jpg",
        "b/c",
    ]
    assert selected.stats.objects == 2
    assert selected.stats.passed_over() == {".csv": 2, ".html": 1, "hidden": 2, "special file": 1}
    assert selected.stats.examples["hidden"] == ".git/a.jpg"
    assert selected.meta_schema() == {}


def test_a_folder_selection_is_the_folder_named_as_the_version(write: Write) -> None:
    store = write("v1/a.jpg", "v1/b/c.jpg", "v10/d.jpg", "v2/e.jpg", "v1.jpg", "v1/notes.txt")
    selected = open_selection(store, FolderSelection(), "v1")
    assert found_and_missing(selected) == (["v1/a.jpg", "v1/b/c.jpg"], [])
    assert selected.stats.passed_over() == {".txt": 1}
    assert found_and_missing(open_selection(store, FolderSelection(), "v3")) == ([], [])


@pytest.fixture(params=["found one by one", "merged with the listing"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "merged with the listing":
        monkeypatch.setattr(module, "FIND_AT_MOST", 0)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_a_manifest_selects_what_it_names_with_what_it_says(write: Write) -> None:
    store = write("z.jpg", "a/1.jpg", "a/2.jpg", "红 包.jpg", "a-b.jpg")
    write(
        m__jsonl=jsonl(
            {"key": "红 包.jpg", "title": "包", "price": 9},
            {"key": "a/1.jpg", "price": 1.5, "attributes": {"color": "red"}},
            {"key": "a-b.jpg"},
        )
    )
    selected = open_selection(store, ManifestSelection(path="m.jsonl"), "v1")
    assert selected.meta_schema() == {"title": "string", "price": "double", "attributes": "string"}
    items = [(item.object.key, item.meta) for item in selected if isinstance(item, SelectedObject)]
    assert items == [
        ("a-b.jpg", {}),
        ("a/1.jpg", {"price": 1.5, "attributes": '{"color": "red"}'}),
        ("红 包.jpg", {"title": "包", "price": 9.0}),
    ]
    assert selected.stats.objects == 3


@pytest.mark.usefixtures("way")
def test_a_key_that_is_named_but_not_there_does_not_vanish(write: Write) -> None:
    store = write("b.jpg", "d.jpg", "d.jpg.bak")
    rows = [
        {"key": key, "n": n}
        for n, key in enumerate(
            ["z.jpg", "a.jpg", "b.jpg", "c.jpg", "d.jpg.ba", "../b.jpg", "b.jpg/x"]
        )
    ]
    write(m__jsonl=jsonl(*rows, {"key": "s3://other/b.jpg", "n": 7}))
    items = list(open_selection(store, ManifestSelection(path="m.jsonl"), "v1"))
    missing = {item.key: item.meta["n"] for item in items if isinstance(item, MissingObject)}
    assert missing == {
        "../b.jpg": 5,
        "a.jpg": 1,
        "b.jpg/x": 6,
        "c.jpg": 3,
        "d.jpg.ba": 4,
        "s3://other/b.jpg": 7,
        "z.jpg": 0,
    }
    assert len(items) == 8


@pytest.mark.usefixtures("way")
def test_a_manifest_is_taken_at_its_word_even_for_hidden_and_side_files(write: Write) -> None:
    store = write(".hidden/a.jpg", "data.json", "b.jpg", m__csv="key\n.hidden/a.jpg\ndata.json\n")
    selected = open_selection(store, ManifestSelection(path="m.csv"), "v1")
    assert found_and_missing(selected) == ([".hidden/a.jpg", "data.json"], [])
    assert selected.stats.passed_over() == {}


@pytest.mark.usefixtures("way")
def test_keys_named_twice_count_once_and_are_told(write: Write) -> None:
    store = write("a.jpg", m__csv="key,n\na.jpg,1\nb.jpg,2\na.jpg,3\n")
    selected = open_selection(store, ManifestSelection(path="m.csv"), "v1")
    [first, _] = list(selected)
    assert isinstance(first, SelectedObject)
    assert first.meta == {"n": 3}
    assert selected.stats.passed_over() == {REPEATED: 1}
    assert (selected.stats.objects, selected.stats.missing) == (1, 1)


@pytest.mark.usefixtures("way")
def test_full_uris_under_the_source_are_keys(write: Write) -> None:
    store = write("a b%.jpg", "c.jpg")
    plain = store.uri.removeprefix("file://")
    write(m__csv=f"key\n{store.uri}/a%20b%25.jpg\n{plain}/c.jpg\n")
    selected = open_selection(store, ManifestSelection(path="m.csv"), "v1")
    assert found_and_missing(selected) == (["a b%.jpg", "c.jpg"], [])


def test_a_manifest_may_be_one_a_version_and_lie_elsewhere(write: Write, tmp_path: Path) -> None:
    store = write("a.jpg", "b.jpg", v1__csv="key\na.jpg\n", v2__csv="key\nb.jpg\n")
    within = ManifestSelection(path="{version}.csv")
    assert found_and_missing(open_selection(store, within, "v2")) == (["b.jpg"], [])
    (tmp_path / "else where").mkdir()
    (tmp_path / "else where" / "v1 red.csv").write_text("key\na.jpg\n")
    outside = tmp_path / "else where" / "{version} red.csv"
    for path in [str(outside), f"file://{outside}".replace(" ", "%20")]:
        chosen = ManifestSelection(path=path)
        assert found_and_missing(open_selection(store, chosen, "v1")) == (["a.jpg"], [])


def test_a_manifest_that_is_not_there_is_told(write: Write) -> None:
    store = write("a.jpg")
    with pytest.raises(SourceError, match=r"manifest cannot be read: .*v3\.csv.*'path'"):
        open_selection(store, ManifestSelection(path="{version}.csv"), "v3")
    with pytest.raises(SourceError, match=r"/nowhere does not exist"):
        open_selection(store, ManifestSelection(path="/nowhere/m.csv"), "v3")


def test_a_long_manifest_is_merged_within_its_own_part_of_the_source(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIND_AT_MOST", 1)
    store = write("2024/a.jpg", "2024/c.jpg", "2025/a.jpg", m__csv="key\n2024/b.jpg\n2024/c.jpg\n")
    os.mkfifo(store.uri.removeprefix("file://") + "/2025/pipe")
    selected = open_selection(store, ManifestSelection(path="m.csv"), "v1")
    assert found_and_missing(selected) == (["2024/c.jpg"], ["2024/b.jpg"])
    assert selected.stats.passed_over() == {}


def test_one_by_one_and_merged_agree(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    store = write(*(f"{n % 7}/{n:04}.jpg" for n in range(0, 2_000, 2)))
    rows = [{"key": f"{n % 7}/{n:04}.jpg", "n": n} for n in range(0, 2_000, 3)]
    write(m__jsonl=jsonl(*reversed(rows)))
    chosen = ManifestSelection(path="m.jsonl")
    singly = list(open_selection(store, chosen, "v1"))
    monkeypatch.setattr(module, "FIND_AT_MOST", 0)
    assert list(open_selection(store, chosen, "v1")) == singly
    assert len(singly) == len(rows)


def test_a_store_that_does_not_list_in_order_is_noticed(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unordered(FolderStore):
        """A folder that lists its second file first, as some stores list as they please."""

        def list(self, *_: object, **__: object) -> Iterator[StoredObject]:
            first, second, *others = super().list()
            return iter([second, first, *others])

    monkeypatch.setattr(module, "FIND_AT_MOST", 0)
    write("a.jpg", "b.jpg", "c.jpg", m__csv="key\na.jpg\nb.jpg\nc.jpg\n")
    store = Unordered(tmp_path / "source")
    selected = open_selection(store, ManifestSelection(path="m.csv"), "v1")
    with pytest.raises(SourceError, match="does not list in key order"):
        list(selected)


def test_selections_are_told_apart_by_kind_in_a_catalog() -> None:
    class Entry(BaseModel):
        selection: Selection = Field(default_factory=SnapshotSelection, discriminator="kind")

    assert Entry().selection == SnapshotSelection()
    assert Entry.model_validate({"selection": {"kind": "folder"}}).selection == FolderSelection()
    manifest = Entry.model_validate({"selection": {"kind": "manifest", "path": "m-{version}.csv"}})
    assert manifest.selection == ManifestSelection(path="m-{version}.csv")
    for wrong in [
        {"kind": "manifest", "path": "m.xlsx"},
        {"kind": "all"},
        {"kind": "folder", "x": 1},
    ]:
        with pytest.raises(ValidationError):
            Entry.model_validate({"selection": wrong})
