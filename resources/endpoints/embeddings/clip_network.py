"""The two sides of CLIP as ONNX Runtime sessions: pixels or words in, vectors of one space out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from resources.endpoints.embeddings.clip_files import ClipFiles
from resources.errors import ModelError

_LONGEST = 77
"""Tokens of a text that CLIP reads, where its files do not say."""
_TYPES = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
}
_PIXELS, _IDS, _MASK = "pixel_values", "input_ids", "attention_mask"


class ClipNetwork:
    """Both sides; safe to share between threads, each call computes in its own thread alone."""

    def __init__(self, files: ClipFiles, blank: np.ndarray) -> None:
        """Open the files.

        An export of both sides in one wants pixels for a text too: `blank`, the prepared pixels
        of any picture. It also wants words for a photo. What they are makes no difference.

        Raises:
            ModelError: the package `tokenizers` is not installed, or a file cannot be used.
        """
        self._encode = _tokenizer(files)
        self._blank = {_PIXELS: blank[None]}
        self._any_words = self._encode("a photo")
        self._vision = _session(files.vision)
        self._text = self._vision if files.text == files.vision else _session(files.text)
        self._image_output = _output(self._vision, files.vision, "image_embeds")
        self._text_output = _output(self._text, files.text, "text_embeds")

    def of_pixels(self, pixels: np.ndarray) -> np.ndarray:
        """Vectors of prepared photos: float32 (n, 3, height, width) to (n, dimension).

        Raises:
            ModelError: the network cannot compute them.
        """
        return _run(self._vision, self._image_output, {_PIXELS: pixels, **self._any_words})

    def of_text(self, text: str) -> np.ndarray:
        """The vector of one text, float32 of shape (dimension,). Raises as `of_pixels` does."""
        given = {**self._blank, **self._encode(text)}
        return np.asarray(_run(self._text, self._text_output, given)[0])


def _run(session: ort.InferenceSession, output: str, given: dict[str, np.ndarray]) -> np.ndarray:
    try:
        wanted = {
            one.name: given[one.name].astype(_TYPES[one.type], copy=False)
            for one in session.get_inputs()
        }
        (vectors,) = session.run([output], wanted)
    except Exception as error:  # onnxruntime's errors have no base of their own
        raise ModelError(
            f"The CLIP network cannot compute {output}: {type(error).__name__}: {error}",
            f"It takes a usual export, with inputs among {_PIXELS}, {_IDS} and {_MASK}.",
        ) from error
    return np.asarray(vectors, dtype=np.float32)


def _session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelError(
            f"{path} cannot be opened: {type(error).__name__}: {error}",
            "Download or export the model again.",
        ) from error


def _output(session: ort.InferenceSession, path: Path, usual: str) -> str:
    """The output that holds the vectors."""
    names = [one.name for one in session.get_outputs()]
    for name in (usual, "pooler_output"):
        if name in names:
            return name
    if len(names) == 1:
        return str(names[0])
    raise ModelError(
        f"{path} has outputs {', '.join(names)}, and none is {usual} or pooler_output.",
        "Export the model with its projections.",
    )


def _tokenizer(files: ClipFiles) -> Any:
    """A function from a text to the inputs of the text side, cut to what the model reads."""
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise ModelError(
            "Provider clip needs the package tokenizers.",
            "Install the extra: pip install 'listing-assets[clip]'.",
        ) from None
    try:
        tokenizer = Tokenizer.from_file(str(files.tokenizer))
        if tokenizer.truncation is None:
            tokenizer.enable_truncation(_longest(files.tokenizer_config))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(
            f"{files.tokenizer} cannot be used: {error}.",
            "Take the file that belongs to the exported model.",
        ) from error

    def encode(text: str) -> dict[str, np.ndarray]:
        encoding = tokenizer.encode(text)
        return {
            _IDS: np.array([encoding.ids], dtype=np.int64),
            _MASK: np.array([encoding.attention_mask], dtype=np.int64),
        }

    return encode


def _longest(config: Path) -> int:
    if not config.is_file():
        return _LONGEST
    length = json.loads(config.read_text(encoding="utf-8")).get("model_max_length")
    # Where there is no limit, exporters write a number of thirty digits.
    return length if isinstance(length, int) and 0 < length < 100_000 else _LONGEST
