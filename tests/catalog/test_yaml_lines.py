"""YAML with lines: the reader of an error finds the place at once."""

from pathlib import Path

import pytest

from listing_assets.catalog.yaml_lines import YamlDocument
from resources.errors import CatalogError


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_of_keys_items_and_nearest_parents(tmp_path: Path) -> None:
    document = YamlDocument(write(tmp_path, "a:\n  b: 1\n  c:\n    - x\n    - y: 2\n"))
    assert document.data == {"a": {"b": 1, "c": ["x", {"y": 2}]}}
    assert document.line(("a", "b")) == 2
    assert document.line(("a", "c", 1, "y")) == 5
    assert document.line(("a", "c", 1, "unknown")) == 5
    assert document.line(()) == 1


def test_broken_yaml_names_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a: 1\nb: [1, 2\nc: 3\n")
    with pytest.raises(CatalogError, match=rf"{path}:[23]: not readable as YAML"):
        YamlDocument(path)


def test_a_key_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "a: 1\nb: 2\na: 3\n")
    with pytest.raises(CatalogError, match=rf"{path}:3: 'a' stands here twice"):
        YamlDocument(path)


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes("名: 值".encode("gbk"))
    with pytest.raises(CatalogError, match="UTF-8"):
        YamlDocument(path)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("a: 1\nb: 2026-02-30\n", ":2:", id="date"),
        pytest.param("a: 1\nb: !!int x\n", ":2:", id="number"),
        pytest.param("a: 1\nb: !!bool x\n", ":2:", id="truth"),
        pytest.param("a: 1\n? [b]\n: c\n", ":2:", id="list as key"),
        pytest.param("a: 1\nb: !!python/object:os.system x\n", ":2:", id="object"),
        pytest.param("a: &a [*a]\n", ":1:", id="within itself"),
        pytest.param("[" * 1000, ":1:", id="deep"),
        pytest.param("a: 1\nb: c\x01", ":2:", id="control character"),
    ],
)
def test_what_is_no_value_is_told_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(CatalogError, match=rf"{path}{place} not readable as YAML"):
        YamlDocument(path)
