"""The two networks of RapidOCR as ONNX Runtime sessions: text detection and text recognition.

The PP-OCRv6 files ship in the rapidocr wheel; they are opened from there, so that nothing is ever
downloaded. What the networks' inputs and outputs mean is `reading`'s part.
"""

from collections.abc import Iterator
from importlib.resources import files

import numpy as np
import onnxruntime as ort

from resources.errors import ModelError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
"""Wire types of a protobuf field, https://protobuf.dev/programming-guides/encoding/"""
_GRAPH, _INITIALIZER, _RAW_DATA = 7, 5, 9
"""Field numbers in ModelProto, GraphProto and TensorProto (onnx/onnx.proto)."""
_DATA_TYPE, _FLOAT = 2, 1


def open_network(file_name: str) -> ort.InferenceSession:
    """A session of one network of the rapidocr wheel, computing in the calling thread alone.

    One thread a call, because callers already run one photo a core; it is safe to share.

    Raises:
        ModelError: the installed rapidocr does not carry the network.
    """
    path = files("rapidocr") / "models" / file_name
    if not path.is_file():
        raise ModelError(
            f"The installed rapidocr carries no '{file_name}'.",
            "Install the rapidocr release that pyproject.toml names.",
        )
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return ort.InferenceSession(
        without_subnormals(path.read_bytes()), options, providers=["CPUExecutionProvider"]
    )


def without_subnormals(model: bytes) -> bytes:
    """The ONNX model with every float32 weight below the smallest normal number set to zero.

    A tenth of the detector's weights are subnormal (about 1e-39). They change no output, but x86
    multiplies them in microcode: two layers out of 83 then take 70% of the time. ONNX Runtime's
    `session.set_denormal_as_zero` is no cure, since it acts on the first session's thread only.
    """
    patched = bytearray(model)
    for number, start, end in _submessages(patched, 0, len(patched)):
        if number == _GRAPH:
            for inner, first, last in _submessages(patched, start, end):
                if inner == _INITIALIZER:
                    _flush_tensor(patched, first, last)
    return bytes(patched)


def _flush_tensor(buffer: bytearray, start: int, end: int) -> None:
    data_type = next((v for number, v, _ in _fields(buffer, start, end) if number == _DATA_TYPE), 0)
    if data_type != _FLOAT:
        return
    for number, first, last in _submessages(buffer, start, end):
        if number == _RAW_DATA:
            weights = np.frombuffer(buffer, "<f4", (last - first) // 4, first)
            weights[np.abs(weights) < np.finfo(np.float32).smallest_normal] = 0


def _submessages(buffer: bytearray, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(field number, first byte, byte after the last) of each length-delimited field."""
    for number, first, last in _fields(buffer, start, end):
        if last is not None:
            yield number, first, last


def _fields(buffer: bytearray, start: int, end: int) -> Iterator[tuple[int, int, int | None]]:
    """(number, value, None) of each integer field, (number, start, end) of each sized one."""
    at = start
    while at < end:
        key, at = _varint(buffer, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(buffer, at)
            yield number, value, None
        elif wire == _BYTES:
            size, at = _varint(buffer, at)
            yield number, at, at + size
            at += size
        else:
            at += {_FIXED32: 4, _FIXED64: 8}[wire]


def _varint(buffer: bytearray, at: int) -> tuple[int, int]:
    value = shift = 0
    while buffer[at] & 0x80:
        value |= (buffer[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | buffer[at] << shift, at + 1
