import time
from importlib.resources import files

import numpy as np
import onnxruntime as ort
import pytest

from resources.endpoints.embedded.ocr_weights import open_network, without_subnormals
from resources.errors import ModelError

DETECTOR = "PP-OCRv6_det_small.onnx"


def _original_network() -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    path = files("rapidocr") / "models" / DETECTOR
    return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


def _seconds(network: ort.InferenceSession, picture: np.ndarray) -> float:
    started = time.thread_time()
    network.run(None, {"x": picture})
    return time.thread_time() - started


def test_without_subnormal_weights_the_detector_answers_the_same_and_faster() -> None:
    picture = np.random.default_rng(0).uniform(-1, 1, (1, 3, 320, 320)).astype(np.float32)
    ours, original = open_network(DETECTOR), _original_network()

    assert np.array_equal(ours.run(None, {"x": picture})[0], original.run(None, {"x": picture})[0])
    fast = min(_seconds(ours, picture) for _ in range(3))
    slow = min(_seconds(original, picture) for _ in range(3))
    assert fast < 0.8 * slow


def test_only_subnormal_weights_change() -> None:
    original = (files("rapidocr") / "models" / DETECTOR).read_bytes()

    patched = without_subnormals(original)

    assert len(patched) == len(original)
    assert without_subnormals(patched) == patched
    changed = np.frombuffer(patched, np.uint8) != np.frombuffer(original, np.uint8)
    assert 0 < changed.mean() < 0.1
    assert not np.frombuffer(patched, np.uint8)[changed].any()


def test_a_network_that_rapidocr_does_not_carry_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"no 'other\.onnx'.*pyproject"):
        open_network("other.onnx")
