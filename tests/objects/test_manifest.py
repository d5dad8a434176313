"""Manifests: three formats that say the same, typed columns, and faults named by line."""

import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from listing_assets.objects.manifest import Manifest, read_manifest
from resources.errors import SourceError

ROWS: list[dict[str, Any]] = [
    {"key": "b/红 包.jpg", "title": "Red, “big” bag", "price": 12, "stock": 3, "new": True},
    {"key": "a.jpg", "title": "Line\nbreak", "price": 9.5, "stock": 0, "new": False},
    {"key": "c.jpg", "title": None, "price": None, "stock": 7, "new": True},
]


def same(reference: str) -> str:
    return reference


def read(text: str, name: str = "m.jsonl", **options: Any) -> Manifest:
    return read_manifest(name, text.encode(), same, **options)


def as_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    written = pd.DataFrame(
        [{k: str(v) if v is not None else "" for k, v in r.items()} for r in rows]
    )
    return written.to_csv(index=False).encode()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    table = pa.table(
        {
            "key": [row["key"] for row in rows],
            "title": pa.array([row["title"] for row in rows]).dictionary_encode(),
            "price": pa.array([row["price"] for row in rows], pa.float32()),
            "stock": pa.array([row["stock"] for row in rows], pa.uint8()),
            "new": [row["new"] for row in rows],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("m.jsonl", as_jsonl(ROWS)),
        ("M.CSV", as_csv(ROWS)),
        ("m.parquet", as_parquet(ROWS)),
        ("excel.csv", b"\xef\xbb\xbf" + as_csv(ROWS).replace(b"\n", b"\r\n")),
        ("m.jsonl", b"\xef\xbb\xbf" + as_jsonl(ROWS).replace(b"\n", b"\r\n\r\n")),
    ],
)
def test_the_same_rows_in_any_format_say_the_same_in_key_order(name: str, data: bytes) -> None:
    manifest = read_manifest(name, data, same)
    assert manifest.meta_schema == {
        "title": "string",
        "price": "double",
        "stock": "int64",
        "new": "bool",
    }
    broken = "Line\r\nbreak" if name == "excel.csv" else "Line\nbreak"
    rows = list(manifest.rows())
    assert rows == [
        ("a.jpg", {"title": broken, "price": 9.5, "stock": 0, "new": False}),
        ("b/红 包.jpg", {"title": "Red, “big” bag", "price": 12.0, "stock": 3, "new": True}),
        ("c.jpg", {"stock": 7, "new": True}),
    ]
    assert isinstance(rows[1][1]["price"], float)
    assert len(manifest) == 3
    assert manifest.bounds == ("a.jpg", "c.jpg")


def test_a_column_whose_values_disagree_is_text_and_nested_values_are_json_text() -> None:
    manifest = read(
        '{"key": "a", "size": 38, "attributes": {"颜色": ["红"]}, "none": null}\n'
        '{"key": "b", "size": "XL", "attributes": {"颜色": []}}\n'
        '{"key": "c", "size": true, "n": NaN}\n'
    )
    assert manifest.meta_schema == {
        "size": "string",
        "attributes": "string",
        "none": "string",
        "n": "string",
    }
    assert list(manifest.rows()) == [
        ("a", {"size": "38", "attributes": '{"颜色": ["红"]}'}),
        ("b", {"size": "XL", "attributes": '{"颜色": []}'}),
        ("c", {"size": "true"}),
    ]


def test_article_numbers_in_csv_keep_their_zeros() -> None:
    manifest = read("key,sku,price\na,007,1\nb,12E4,2.50\n", "m.csv")
    assert manifest.meta_schema == {"sku": "string", "price": "double"}
    assert list(manifest.rows()) == [
        ("a", {"sku": "007", "price": 1.0}),
        ("b", {"sku": "12E4", "price": 2.5}),
    ]


def test_the_last_row_of_a_key_holds_and_those_before_are_counted() -> None:
    manifest = read(
        '{"key": "a", "n": 1}\n{"key": "b", "n": 2}\n{"key": "a", "n": 3}\n{"key": "a", "n": 4}\n'
    )
    assert list(manifest.rows()) == [("a", {"n": 4}), ("b", {"n": 2})]
    assert len(list(manifest.repeated())) == 2


def test_references_are_turned_into_keys_and_strangers_stay_as_they_are() -> None:
    manifest = read_manifest(
        "m.csv",
        b"key\ns3://shop/a.jpg\ns3://other/b.jpg\n",
        lambda reference: "a.jpg" if reference == "s3://shop/a.jpg" else None,
    )
    assert [key for key, _ in manifest.rows()] == ["a.jpg", "s3://other/b.jpg"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("m.csv", b"file,title,price\na.jpg,Bag,1\n"),
        ("m.jsonl", b'{"file": "a.jpg", "title": "Bag", "price": 1}'),
    ],
)
def test_the_column_of_keys_and_the_columns_that_travel_can_be_named(
    name: str, data: bytes
) -> None:
    manifest = read_manifest(name, data, same, key_column="file", columns=["price"])
    assert manifest.meta_schema == {"price": "int64"}
    assert list(manifest.rows()) == [("a.jpg", {"price": 1})]


def test_columns_of_bytes_are_refused_unless_left_out() -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"key": ["a"], "image": [b"\xff\xd8"], "n": [1]}), sink)
    with pytest.raises(SourceError, match=r"m\.parquet: column 'image' holds bytes.*'columns'"):
        read_manifest("m.parquet", sink.getvalue(), same)
    manifest = read_manifest("m.parquet", sink.getvalue(), same, columns=["n"])
    assert list(manifest.rows()) == [("a", {"n": 1})]


def test_times_decimals_and_lists_of_parquet_have_a_plain_form() -> None:
    sink = io.BytesIO()
    table = pa.table(
        {
            "key": ["a"],
            "at": pa.array([1_700_000_000_000_000_001], pa.timestamp("ns", "UTC")),
            "price": pa.array(["9.90"]).cast(pa.decimal128(10, 2)),
            "tags": [["x", "y"]],
            "sizes": [{"eu": 38}],
        }
    )
    pq.write_table(table, sink)
    manifest = read_manifest("m.parquet", sink.getvalue(), same)
    [(_, meta)] = manifest.rows()
    assert meta["at"].startswith("2023-11-14T22:13:20")
    assert meta["price"] == 9.9
    assert meta["tags"] == '["x", "y"]'
    assert meta["sizes"] == '{"eu": 38}'


def test_dots_in_column_names_become_underscores() -> None:
    assert read('{"key": "a", "price.usd": 1}').meta_schema == {"price_usd": "int64"}


FAULTS = [
    (
        "m.jsonl",
        b'{"key": "a"}\n{"key": "b"',
        r"m\.jsonl:2: is not JSON: .* at character",
        "object a line",
    ),
    ("m.jsonl", b'[{"key": "a"}]', r"m\.jsonl:1: is not a JSON object", "one object a line"),
    (
        "m.jsonl",
        b'{"key": "a"}\n\n{"title": "b"}\n',
        r"m\.jsonl:3: has no key in column 'key'",
        "key_column",
    ),
    ("m.jsonl", b'{"key": 7}', r"m\.jsonl:1: has no key", "key_column"),
    (
        "m.jsonl",
        b'{"key": "a", "t": "\xff"}',
        r"m\.jsonl:1: is not UTF-8",
        "Save the file as UTF-8",
    ),
    (
        "m.jsonl",
        b'{"key": "a", "t": "\\ud800"}',
        r"m\.jsonl:1: .*half a character",
        "valid Unicode",
    ),
    ("m.jsonl", b'{"key": "a", "n": ' + b"9" * 5000 + b"}", r"m\.jsonl:1: is not JSON", "JSON"),
    ("m.jsonl", b"[" * 100_000, r"m\.jsonl:1: is not JSON", "JSON"),
    (
        "m.jsonl",
        b'{"key": "a", "Name": 1}\n{"key": "b", "name": 1}',
        r"m\.jsonl:2: has columns 'Name' and 'name'",
        "Rename",
    ),
    ("m.jsonl", b"\n\n", r"m\.jsonl names no key", "one row an object"),
    ("m.csv", b"", r"m\.csv has no column 'key'", "key_column"),
    ("m.csv", b"key\n", r"m\.csv names no key", "one row an object"),
    (
        "m.csv",
        b"file,title\na,b\n",
        r"m\.csv has no column 'key'.*It has file, title",
        "key_column",
    ),
    ("m.csv", b"key;title\na;b\n", r"m\.csv has no column 'key'", "key;title"),
    ("m.csv", b"key,title\na,b\nc,d,e\n", r"m\.csv:3: has 3 cells, its header 2", "quotes"),
    ("m.csv", b'key,title\na,"1\n2"\nb\n', r"m\.csv:4: has 1 cells", "quotes"),
    ("m.csv", b"key,title\na,b\n,c\n", r"m\.csv:3: has no key", "key_column"),
    ("m.csv", b'key,title\na,"b\n', r"m\.csv:2: is not CSV", "Quote"),
    ("m.csv", b"key,,x\na,b,c\n", r"m\.csv:1: has a column without a name", "differently"),
    ("m.csv", b"key,x,x\na,b,c\n", r"m\.csv:1: .*a name twice", "differently"),
    (
        "m.csv",
        "key,title\na,b\nc,红\n".encode("gbk"),
        r"m\.csv:3: is not UTF-8",
        "Save the file as UTF-8",
    ),
    ("m.parquet", b"PAR1 not", r"m\.parquet is not readable as Parquet", "Write the file again"),
    ("m.xlsx", b"", r"m\.xlsx is no manifest", r"\.parquet"),
]


@pytest.mark.parametrize(("name", "data", "problem", "remedy"), FAULTS)
def test_a_fault_is_told_with_file_line_and_remedy(
    name: str, data: bytes, problem: str, remedy: str
) -> None:
    with pytest.raises(SourceError, match=problem) as raised:
        read_manifest(name, data, same)
    assert raised.match(remedy)


def test_a_column_that_is_named_but_not_there_is_told() -> None:
    for name, text in [("m.csv", "key,title\na,b\n"), ("m.jsonl", '{"key": "a", "title": "b"}')]:
        with pytest.raises(SourceError, match=r"has no column 'price'"):
            read(text, name, columns=["title", "price"])


@pytest.mark.parametrize(
    ("name", "data"),
    [("m.jsonl", b'{"key": "a", "size `cm`": 1}\n'), ("m.csv", b"key,size `cm`\na,1\n")],
    ids=["jsonl", "csv"],
)
def test_a_column_whose_name_no_table_can_have_is_refused_unless_it_is_left_out(
    name: str, data: bytes
) -> None:
    with pytest.raises(SourceError, match=r'm\.\w+:\d: has a column "size `cm`"') as told:
        read_manifest(name, data, str)
    assert "'columns' of the selection" in told.value.remedy
    assert list(read_manifest(name, data, str, columns=[]).rows()) == [("a", {})]
