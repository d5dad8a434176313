"""Words read on a photo: OCR by RapidOCR's networks (PP-OCRv6 small, Chinese and English).

Detection (differentiable binarization, Liao et al. 2020, arXiv:1911.08947) finds the lines,
recognition (CTC) spells them. The tag model and the embedding model both read here; a photo is read
once a process, then remembered. What the words mean is `answering`'s part.
"""

import functools
import hashlib
import threading
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from PIL import Image

from resources.endpoints.embedded.ocr_weights import open_network
from resources.endpoints.embedded.pixels import decode

LONGEST_SIDE = 512
"""Detection sees no more pixels than this on the longer side: 85 ms of one core. More finds the
same on posters and a tenth more on packages, for half as much time again; less misses packages."""
LEAST_CONFIDENCE = 0.75
"""Lines that recognition is less sure of are mostly folds, seeds and shelf edges, not words."""
LEAST_CONFIDENCE_ALONE = 0.95
"""The same for a single character, which a seam or a stalk resembles more easily than a word."""
LARGEST_LINE = 0.6
"""A box larger than this share of both sides is an object that was taken for a character."""
MOST_LINES = 100
"""The largest lines are read; a page of small print would take seconds and say little more."""
REMEMBERED = 20_000
"""Readings kept in this process."""

_STRIDE = 32
_LINE_HEIGHT = 48
_LEAST_LINE_WIDTH = 160
"""Shorter lines are padded: RapidOCR pads to 320, which reads 2% more and takes twice as long."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `box` is (left, top, right, bottom) in fractions of width and height."""

    text: str
    confidence: float
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines read on a photo, in reading order: rows from the top, each from the left."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """All lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


def read(jpeg: bytes) -> Reading:
    """Read the words on a photo. Safe to call from many threads; uses one core a call.

    Raises:
        ModelError: the bytes are not a readable picture.
    """
    digest = hashlib.sha256(jpeg).digest()
    known = _readings.get(digest)
    if known is None:
        known = _engine().read(decode(jpeg))
        _readings.put(digest, known)
    return known


class _Memory:
    """The readings used last, by digest of the photo; safe to share between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[bytes, Reading] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: bytes) -> Reading | None:
        with self._lock:
            if digest in self._entries:
                self._entries.move_to_end(digest)
            return self._entries.get(digest)

    def put(self, digest: bytes, reading: Reading) -> None:
        with self._lock:
            self._entries[digest] = reading
            self._entries.move_to_end(digest)
            if len(self._entries) > self._capacity:
                self._entries.popitem(last=False)


class _Engine:
    """Detection and recognition, opened once."""

    def __init__(self) -> None:
        # Here, because the import takes half a second, which commands that read nothing shall not.
        from rapidocr.ch_ppocr_det.utils import DBPostProcess
        from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode
        from rapidocr.utils.process_img import get_rotate_crop_image

        self._detector = open_network("PP-OCRv6_det_small.onnx")
        self._recognizer = open_network("PP-OCRv6_rec_small.onnx")
        alphabet = self._recognizer.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._decoder = CTCLabelDecode(character=alphabet)
        self._crop = get_rotate_crop_image
        self._boxes = DBPostProcess(thresh=0.3, box_thresh=0.5, unclip_ratio=1.6, use_dilation=True)

    def read(self, rgb: np.ndarray) -> Reading:
        """The lines on an RGB picture of shape (height, width, 3)."""
        height, width = rgb.shape[:2]
        lines = []
        for corners in self._find(rgb):
            text, confidence = self._spell(self._crop(rgb, corners.copy()))
            needed = LEAST_CONFIDENCE if len(text) > 1 else LEAST_CONFIDENCE_ALONE
            if text and confidence >= needed:
                lines.append(Line(text, confidence, _box_around(corners, width, height)))
        return Reading(_in_reading_order(lines))

    def _find(self, rgb: np.ndarray) -> list[np.ndarray]:
        """Corners of the largest text lines, each float32 of shape (4, 2), clockwise, in pixels."""
        height, width = rgb.shape[:2]
        scale = min(1.0, LONGEST_SIDE / max(height, width))
        size = tuple(
            max(_STRIDE, round(side * scale / _STRIDE) * _STRIDE) for side in (width, height)
        )
        seen = Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR)
        (probabilities,) = self._detector.run(None, {"x": _network_input(np.asarray(seen))})
        boxes, _ = self._boxes(probabilities, (height, width))
        extents = [np.ptp(box, axis=0) / (width, height) for box in boxes]
        lines = [
            (float(extent.prod()), box.astype(np.float32))
            for extent, box in zip(extents, boxes, strict=True)
            if extent.min() <= LARGEST_LINE
        ]
        lines.sort(key=lambda line: -line[0])
        return [box for _, box in lines[:MOST_LINES]]

    def _spell(self, crop: np.ndarray) -> tuple[str, float]:
        """Text of one upright line and the mean confidence of its characters."""
        height, width = crop.shape[:2]
        scaled = max(1, round(width * _LINE_HEIGHT / height))
        line = Image.fromarray(crop).resize((scaled, _LINE_HEIGHT), Image.Resampling.BILINEAR)
        room = max(_LEAST_LINE_WIDTH, -(-scaled // _STRIDE) * _STRIDE)
        padded = np.zeros((1, 3, _LINE_HEIGHT, room), dtype=np.float32)
        padded[..., :scaled] = _network_input(np.asarray(line))
        (scores,) = self._recognizer.run(None, {"x": padded})
        ((text, confidence),), _ = self._decoder(scores)
        # Full-width forms as plain ones: a price reads ¥59 whichever yen sign was printed.
        return unicodedata.normalize("NFKC", text).strip(), float(confidence)


_readings = _Memory(REMEMBERED)
_opening = threading.Lock()


@functools.cache
def _open_once() -> _Engine:
    return _Engine()


def _engine() -> _Engine:
    with _opening:  # `cache` alone would open twice for two threads that come at once
        return _open_once()


def _box_around(corners: np.ndarray, width: int, height: int) -> tuple[float, float, float, float]:
    left, top = corners.min(axis=0).tolist()
    right, bottom = corners.max(axis=0).tolist()
    return left / width, top / height, right / width, bottom / height


def _network_input(rgb: np.ndarray) -> np.ndarray:
    """Pixels as both networks take them: BGR in -1..1, float32 of shape (1, 3, height, width)."""
    planes = rgb[:, :, ::-1].transpose(2, 0, 1)
    return np.ascontiguousarray(planes, dtype=np.float32)[None] / np.float32(127.5) - np.float32(1)


def _in_reading_order(lines: list[Line]) -> tuple[Line, ...]:
    """Rows from the top, lines of a row from the left.

    A line joins the row above when its middle lies within that row's first line.
    """
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box[1] + line.box[3], line.box[0])):
        middle = (line.box[1] + line.box[3]) / 2
        if rows and middle < rows[-1][0].box[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda line: line.box[0]))
