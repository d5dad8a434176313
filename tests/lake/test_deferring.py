"""A package whose `__init__` waits until something of it is used."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

import resources.lake
from resources.lake.deferring import defer_package


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package that says `heavy = ...` in its `__init__`, and has a light submodule."""
    folder = tmp_path / "a_heavy_one"
    folder.mkdir()
    (folder / "__init__.py").write_text("from a_heavy_one.light import word\nheavy = word * 2\n")
    (folder / "light.py").write_text("word = 'said'\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("a_heavy_one", "a_heavy_one.light"):
        monkeypatch.setitem(sys.modules, name, resources)  # so that both are gone after the test
        del sys.modules[name]
    return folder.name


def test_a_submodule_is_imported_without_the_package_s_own_words(package: str) -> None:
    defer_package(package)
    assert import_module(f"{package}.light").word == "said"
    assert "heavy" not in vars(sys.modules[package])


def test_they_are_run_when_a_name_of_theirs_is_used(package: str) -> None:
    defer_package(package)
    assert import_module(package).heavy == "saidsaid"
    with pytest.raises(AttributeError, match="unheard"):
        _ = import_module(package).unheard


def test_a_package_that_is_imported_or_absent_is_left_alone(package: str) -> None:
    imported = import_module(package)
    defer_package(package)
    assert sys.modules[package] is imported
    defer_package("no_such_package_at_all")
    assert "no_such_package_at_all" not in sys.modules


def test_the_client_that_lancedb_brings_is_whole_when_it_is_asked_for() -> None:
    from lance_namespace_urllib3_client import ApiClient, TableApi

    assert callable(TableApi(ApiClient()).describe_table)
