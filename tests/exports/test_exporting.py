"""An export vouches for itself, is the same every time, and is there whole or not at all."""

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from listing_assets import open_version
from listing_assets.exports import FORMATS, ExportError, ExportRequest, plan_export
from listing_assets.exports import exporting as exporting_module
from listing_assets.exports.photos import Photo, Photos
from listing_assets.search import KeyOf, Query, SearchError, Upload
from listing_assets.settings import Settings
from resources.errors import LakeError, ListingError, SourceError, VersionBusyError
from resources.object_store.writing import TargetError
from tests.exports.conftest import Make, exported
from tests.reading.published import PUBLISHED, REJECTED, Shop


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def manifest_of(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("form", FORMATS)
def test_the_manifest_names_the_revision_and_every_file_which_is_the_same_every_time(
    make: Make, form: str
) -> None:
    folder = make(form)
    files, manifest = files_of(folder), manifest_of(folder)
    assert files == files_of(make(form, "again", "photos@v1.2"))
    del files["export.json"]
    assert {entry["path"]: entry["sha256"] for entry in manifest["files"]} == {
        path: hashlib.sha256(data).hexdigest() for path, data in files.items()
    }
    assert all(len(files[entry["path"]]) == entry["size"] for entry in manifest["files"])
    publication = open_version("photos@v1").publication
    photos = len(PUBLISHED) - (form == "retrieval")
    assert {name: value for name, value in manifest.items() if name != "files"} == {
        "dataset": "photos",
        "revision": "v1.2",
        "data_version": publication.data_version,
        "format": form,
        "version": "photos@v1",
        "published_at": publication.published_at.isoformat(),
        "query": None,
        "original": False,
        "prompt": None,
        "counts": {
            "photos": photos,
            "skipped": 0,
            "files": len(files),
            "bytes": sum(map(len, files.values())),
        },
    }


def test_an_export_of_an_older_revision_says_what_was_said_then(shop: Shop, make: Make) -> None:
    """The label that was corrected in v1.2 is the model's in v1.1, now as before."""
    old, new = make("file-list", "old", "photos@v1.1"), make("file-list", "new")
    assert manifest_of(old)["revision"] == "v1.1"
    assert manifest_of(old)["data_version"] != manifest_of(new)["data_version"]
    labels = {}
    for folder in (old, new):
        rows = map(json.loads, (folder / "files.jsonl").read_text().splitlines())
        labels[folder] = {row["key"]: row["labels"] for row in rows}
    assert labels[old][shop.corrected] == shop.row("v1.1", shop.corrected)["labels"]
    assert labels[new][shop.corrected] == shop.row("v1.2", shop.corrected)["labels"]
    assert labels[old][shop.corrected] != labels[new][shop.corrected]


def test_what_a_query_finds_is_exported_and_the_manifest_says_how_it_was_asked(make: Make) -> None:
    folder = make("coco", query=Query(where="category=Food", none_of=("category:Toys",)))
    keys = [
        image["key"] for image in json.loads((folder / "annotations.json").read_text())["images"]
    ]
    assert keys == [row["key"] for row in open_version("photos@v1").where("category=Food")]
    assert manifest_of(folder)["query"] == {
        "where": "category=Food",
        "none_of": ["category:Toys"],
    }


def test_the_best_of_a_ranking_are_exported_in_key_order(make: Make) -> None:
    query = Query(image=KeyOf("a.jpg"), top_k=4)
    folder = make("file-list", query=query)
    rows = [json.loads(line) for line in (folder / "files.jsonl").read_text().splitlines()]
    found = open_version("photos@v1").search(image="a.jpg", top_k=4).documents()
    assert [row["key"] for row in rows] == sorted(row["key"] for row in found)
    assert manifest_of(folder)["query"] == {"image": {"key": "a.jpg"}, "top_k": 4}


def test_picked_keys_are_exported_whatever_they_hold(make: Make) -> None:
    keys = ("-rf ‥ ;$(x)'\".jpg", "照片 #1 50%.jpg", "a.jpg")
    folder = make("retrieval", keys=keys)
    assert len(list((folder / "images").iterdir())) == 3
    told = manifest_of(folder)["query"]["keys"]
    assert told["count"] == 3
    assert manifest_of(make("retrieval", "again", keys=keys[::-1]))["query"]["keys"] == told
    with pytest.raises(ExportError, match=r"no published photo 'broken\.jpg'"):
        make("retrieval", "not", keys=(*keys, REJECTED))


def test_nothing_found_is_an_error_and_no_empty_export(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no published photo"):
        make("coco", query=Query(where="category=Food AND category=Toys"))
    assert list(tmp_path.iterdir()) == []


class BrokenError(Exception):
    """Something that nobody foresaw."""


@pytest.mark.parametrize(
    ("form", "failure"), [*((form, BrokenError) for form in FORMATS), ("coco", KeyboardInterrupt)]
)
def test_a_broken_export_leaves_nothing(
    make: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    failure: type[BaseException],
) -> None:
    """It breaks after some photos have been written."""
    names = ("photos", "rows", "tables")

    def breaking(whole: Any) -> Any:
        def some(self: Photos, **asked: Any) -> Iterator[Any]:
            for number, item in enumerate(whole(self, **asked)):
                if number == (5 if isinstance(item, Photo | dict) else 0):
                    raise failure
                yield item

        return some

    for name in names:
        monkeypatch.setattr(Photos, name, breaking(getattr(Photos, name)))
    with pytest.raises(failure):
        make(form)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_export_left_aside_is_not_taken_for_one_and_is_cleared(
    make: Make, tmp_path: Path
) -> None:
    aside = tmp_path / ".out.part"
    (aside / "images").mkdir(parents=True)
    (aside / "images" / "half.jpg").write_bytes(b"half")
    folder = make("retrieval")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert "images/half.jpg" not in files_of(folder)


def test_an_earlier_export_is_replaced_whole_when_told_and_only_then(
    make: Make, tmp_path: Path
) -> None:
    make("coco")
    with pytest.raises(ExportError, match="there is an export at"):
        make("retrieval")
    folder = make("retrieval", overwrite=True)
    assert not (folder / "annotations.json").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_other_files_are_never_replaced(make: Make, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="is not empty, and it is no export"):
        make("coco", overwrite=True)
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


def test_a_failed_replacement_leaves_the_earlier_export(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(make("coco"))

    def broken(*_: Any) -> None:
        raise BrokenError

    monkeypatch.setattr(exporting_module.Output, "finish", broken)
    with pytest.raises(BrokenError):
        make("retrieval", overwrite=True)
    assert files_of(tmp_path / "out") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_an_empty_folder_is_a_place(make: Make, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert (make("coco") / "export.json").exists()


def test_an_export_into_the_lake_is_refused(shop: Shop) -> None:
    for place in ("", "/photos.lance/export"):
        with pytest.raises(ExportError, match="lies inside the lake"):
            exported("coco", shop.chain.lake.uri + place, overwrite=True)
    assert not (shop.chain.home / "lake" / "photos.lance" / "export").exists()


def test_an_export_into_the_datasets_own_source_is_refused(shop: Shop) -> None:
    with pytest.raises(ExportError, match="lies inside the source of photos"):
        exported("coco", shop.source / "export")
    assert not (shop.source / "export").exists()


def test_two_exports_do_not_write_to_one_place_at_once(make: Make, tmp_path: Path) -> None:
    """The second is refused while the first is under way."""
    reached, go_on = threading.Event(), threading.Event()
    errors: list[BaseException] = []

    def wait(*_: object) -> None:
        reached.set()
        go_on.wait(30)

    def first() -> None:
        request = ExportRequest(version="photos@v1", format="retrieval", to=str(tmp_path / "out"))
        try:
            exporting_module.export(request, Settings(), listener=wait)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    assert reached.wait(30)
    try:
        with pytest.raises(VersionBusyError, match=r"export of photos@v1\.2"):
            make("coco")
    finally:
        go_on.set()
        thread.join(30)
    assert not errors
    assert manifest_of(tmp_path / "out")["format"] == "retrieval"


def test_progress_reaches_all(shop: Shop, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    request = ExportRequest(version="photos@v1", format="coco", to=str(tmp_path / "out"))
    exporting_module.export(
        request, Settings(), listener=lambda report, total: told.append((report.computed, total))
    )
    assert told[-1] == (len(PUBLISHED), len(PUBLISHED))
    assert told == sorted(told)


def test_a_plan_counts_and_writes_nothing(shop: Shop, tmp_path: Path) -> None:
    request = ExportRequest(version="photos@v1", format="coco", to=str(tmp_path / "out"))
    planned = plan_export(request, Settings())
    assert (planned.photos, planned.revision, planned.is_planned) == (len(PUBLISHED), "v1.2", True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "kind", "told"),
    [
        ({"format": "coca"}, ExportError, "no export format 'coca'"),
        ({"format": "file-list", "original": True}, ExportError, "holds no photos"),
        ({"version": "photos@v7"}, LakeError, "was not published yet"),
        ({"to": "ftp://host/x"}, TargetError, "no place that can be written"),
        ({"to": "s3://"}, TargetError, "no place that can be written"),
        ({"to": ""}, TargetError, "no place"),
        ({"query": Query(where="colour=red")}, SearchError, "colour"),
    ],
)
def test_mistakes_are_told_before_anything_is_written(
    shop: Shop, tmp_path: Path, asked: dict[str, Any], kind: type[ListingError], told: str
) -> None:
    given = {"version": "photos@v1", "format": "coco", "to": str(tmp_path / "out"), **asked}
    for make in (plan_export, exporting_module.export):
        with pytest.raises(kind, match=told):
            make(ExportRequest(**given), Settings())
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_may_not_be_written_is_told(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TargetError, match="cannot be written"):
        exported("coco", tmp_path / "file" / "out")


def test_an_original_that_is_gone_stops_the_export(shop: Shop, make: Make, tmp_path: Path) -> None:
    path = shop.source / "con.jpg"
    away = path.rename(path.with_suffix(".away"))
    try:
        with pytest.raises(SourceError, match="is not there"):
            make("coco", original=True)
    finally:
        away.rename(path)
    assert list(tmp_path.iterdir()) == []


def test_photos_without_a_tag_teach_nothing_and_are_left_out(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Photos.photos

    def untagged(self: Photos, **asked: Any) -> Iterator[Photo]:
        for photo in whole(self, **asked):
            if photo.row["key"] in {"a.jpg", "con.jpg"}:
                photo.row.update(tag_category=None, tag_title=None)
            if photo.row["key"] == "A.jpg":
                photo.row.update(tag_title="an <image> of </s> <video>")
            yield photo

    monkeypatch.setattr(Photos, "photos", untagged)
    folder = make("ms-swift")
    counts = manifest_of(folder)["counts"]
    assert (counts["photos"], counts["skipped"]) == (len(PUBLISHED) - 2, 2)
    lines = (folder / "train.jsonl").read_text().splitlines()
    assert len(lines) == len(list((folder / "images").iterdir())) == len(PUBLISHED) - 2
    answers = [json.loads(line)["messages"][1]["content"] for line in lines]
    assert not any("<image>" in answer or "<video>" in answer for answer in answers)
    assert "an <image> of </s> <video>" in [json.loads(answer)["title"] for answer in answers]


def test_a_request_travels_as_json(shop: Shop) -> None:
    request = ExportRequest(
        version="photos@v1",
        format="coco",
        to="out",
        query=Query(where="category=Food", image=KeyOf("a.jpg"), values={"category": "Food"}),
        keys=("a.jpg",),
    )
    again = ExportRequest.model_validate(json.loads(json.dumps(request.config())))
    assert again == request
    with pytest.raises(ValidationError, match="does not travel"):
        ExportRequest(version="p@v1", format="coco", to="o", query=Query(image=Upload(b"jpeg")))
