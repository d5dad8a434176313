"""Finds the file of an imported tree model, reads it, and makes sure that it can be opened."""

import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from resources.errors import ModelError, ObjectUnavailableError, SourceError
from resources.object_store import (
    ObjectStore,
    ObjectTooLargeError,
    SourceCredentials,
    open_store,
)

FORMATS: Final = (".json", ".ubj")
MOST_BYTES: Final = 2 * 1024**3
"""Bytes of a model file that are read."""
MOST_OBJECTS: Final = 10_000
"""Objects of a folder among which its model file is looked for."""
MOST_SECONDS: Final = 600.0
"""How long opening a model may take."""
SAVING: Final = "save it with booster.save_model('model.ubj')"


def read_tree_file(model: str, uri: str, credentials: SourceCredentials) -> tuple[str, bytes]:
    """The model file at `uri`: words that name it in messages, and its bytes.

    `uri` is a `.json` or `.ubj` file, or a folder with one of them in it: a path, `file://…`,
    `s3://…` or `oss://…`. `model` is the model's name in the registry.

    Raises:
        ModelError: there is no such file, it cannot be read, or it is no XGBoost model.
    """
    try:
        store, key = _locate(model, uri, credentials)
        data = _read(model, store, key)
    except SourceError as error:
        raise ModelError(f"model {model}: {error.problem}", error.remedy) from error
    where = f"model {model}: {store.uri}/{key}"
    _require_readable(where, data)
    return where, data


def _locate(model: str, uri: str, credentials: SourceCredentials) -> tuple[ObjectStore, str]:
    """The store that the model file lies in, and its key there."""
    uri = uri.rstrip("/")
    if "://" not in uri:
        uri = str(Path(uri).expanduser().absolute())
    parent, _, name = uri.rpartition("/")
    name = unquote(name) if uri.startswith("file://") else name
    beside = open_store(parent or "/", credentials)
    if name.lower().endswith(FORMATS):
        return beside, name
    if beside.find(name) is not None:
        raise ModelError(
            f"model {model}: {uri} is neither .json nor .ubj.",
            f"A pickle could run any code, so that none is opened: {SAVING}, and name that file.",
        )
    folder = open_store(uri, credentials)
    return folder, _only_model_in(model, folder)


def _only_model_in(model: str, folder: ObjectStore) -> str:
    keys = (found.key for found in islice(folder.list(), MOST_OBJECTS))
    models = [key for key in keys if "/" not in key and key.lower().endswith(FORMATS)]
    if not models:
        raise ModelError(
            f"model {model}: {folder.uri} holds no file that ends in .json or .ubj.",
            "Put the model there, or name its place in 'model:' of catalog/models.yaml.",
        )
    if len(models) > 1:
        raise ModelError(
            f"model {model}: {folder.uri} holds {len(models)} models: {', '.join(models[:5])}.",
            "Name the file itself in 'model:' of catalog/models.yaml.",
        )
    return models[0]


def _read(model: str, store: ObjectStore, key: str) -> bytes:
    try:
        return store.read(key, max_bytes=MOST_BYTES)
    except ObjectUnavailableError as error:
        if error.transient or isinstance(error, ObjectTooLargeError):
            raise
        raise ModelError(
            f"model {model}: {error.problem}",
            "Put the model there and let this user read it, or name its place in 'model:' of"
            " catalog/models.yaml.",
        ) from error


_OPEN = """
import sys, numpy, xgboost
booster = xgboost.Booster({"verbosity": 0})
booster.load_model(bytearray(sys.stdin.buffer.read()))
booster.save_config()
rows = numpy.zeros((1, booster.num_features()), numpy.float32)
booster.predict(xgboost.DMatrix(rows), validate_features=False)
"""


def _require_readable(where: str, data: bytes) -> None:
    """Raise `ModelError` where the data are no XGBoost model, or one that was cut or damaged."""
    fault = _fault_in(data)
    if fault is not None:
        raise ModelError(
            f"{where} is no XGBoost model that can be opened: {fault}.",
            f"Pickles and other formats are not read: {SAVING}, and copy that file whole.",
        )


def _fault_in(data: bytes) -> str | None:
    """What is wrong with the data; None where they are a model.

    They are opened in a process of its own, because a damaged file can crash the one that does.
    """
    if not data:
        return "it is empty"
    try:
        opening = subprocess.run(  # noqa: S603 — this very interpreter
            [sys.executable, "-P", "-c", _OPEN],
            input=data,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"opening it does not end in {MOST_SECONDS:g} s"
    if opening.returncode == 0:
        return None
    # XGBoost's complaint, without the place in its own source and its stack.
    said = re.search(rb"XGBoostError: (?:\[[^\]]*\] \S+: )?([^\n]+)", opening.stderr)
    return said[1].decode(errors="replace")[:200].rstrip(". ") if said else "reading it crashes"
