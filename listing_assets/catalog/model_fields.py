"""The kinds of text that a registered model is described with: names, a base URL, columns."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator

MOST_NAME_BYTES: Final = 256
MOST_COMMENT_BYTES: Final = 1024
RESERVED: Final = "default_version"
"""No name of a model or version: it stands for the version that is meant where none is named."""
COLUMN = re.compile(
    r"\s*(?P<name>[A-Za-z][A-Za-z0-9_]*)\s+"
    r"(?P<type>STRING|BINARY|BOOLEAN|TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|"
    r"ARRAY\s*<\s*(?:STRING|BOOLEAN|TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE)\s*>)\s*",
    re.IGNORECASE,
)


def is_registrable(name: str) -> bool:
    """Whether a model can be registered under `name`."""
    return (
        bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name))
        and len(name) <= MOST_NAME_BYTES
        and name.lower() != RESERVED
    )


def is_version_name(name: str) -> bool:
    """Whether a version can have this name."""
    return (
        bool(re.fullmatch(r"[A-Za-z0-9_]+", name))
        and len(name) <= MOST_NAME_BYTES
        and name.lower() != RESERVED
    )


def _model_name(name: str) -> str:
    if name.lower() == RESERVED:
        raise ValueError(f"'{RESERVED}' is reserved: give the model another name")
    if not is_registrable(name):
        raise ValueError(
            "a model's name has letters, digits and underscores only, starts with a letter and"
            f" takes {MOST_NAME_BYTES} bytes at most"
        )
    return name


def _version_name(name: str) -> str:
    if name.lower() == RESERVED:
        raise ValueError(f"'{RESERVED}' is reserved: give the version another name")
    if not is_version_name(name):
        raise ValueError(
            "a version's name has letters, digits and underscores only (it may start with a digit)"
            f" and takes {MOST_NAME_BYTES} bytes at most"
        )
    return name


def _comment(text: str) -> str:
    size = len(text.encode())
    if size > MOST_COMMENT_BYTES:
        raise ValueError(f"a comment takes {MOST_COMMENT_BYTES} bytes at most, this one {size}")
    return text


def _base_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError(
            "an endpoint has no user or password in it, because it is kept in files and logs; put"
            " the key into an environment variable and name that in 'api_key_env'"
        )
    if not is_url:
        raise ValueError("an endpoint is a base URL such as https://host:8000/v1")
    if "?" in url or "#" in url:
        raise ValueError("an endpoint is a base URL, without a query ('?…') or fragment ('#…')")
    return url.rstrip("/")


def _variable_name(name: str) -> str:
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
        raise ValueError(
            "this takes the name of an environment variable in capitals, such as OPENAI_API_KEY;"
            " a literal key is refused, because it would be kept in files, version control and logs"
        )
    return name


def _columns(signature: tuple[str, ...]) -> tuple[str, ...]:
    columns: list[str] = []
    for text in signature:
        match = COLUMN.fullmatch(text)
        if match is None:
            raise ValueError(
                f"'{text}' is no column: write its name and type, such as 'prompt STRING',"
                " 'width INT' or 'vector ARRAY<FLOAT>'"
            )
        kind = "".join(match["type"].split()).upper()
        columns.append(f"{match['name']} {kind}")
    names = [column.split()[0].lower() for column in columns]
    if len(set(names)) != len(names):
        raise ValueError("a column stands here twice; names are compared without regard to case")
    return tuple(columns)


ModelName = Annotated[str, AfterValidator(_model_name)]
VersionName = Annotated[str, AfterValidator(_version_name)]
Comment = Annotated[str, AfterValidator(_comment)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
VariableName = Annotated[str, AfterValidator(_variable_name)]
Signature = Annotated[tuple[str, ...], AfterValidator(_columns)]
"""Columns such as `prompt STRING`, in their usual form."""
