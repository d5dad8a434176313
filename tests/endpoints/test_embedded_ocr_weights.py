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


def test_without_subnormal_weights_the_detector_answers_the_same() -> None:
    picture = np.random.default_rng(0).uniform(-1, 1, (1, 3, 320, 320)).astype(np.float32)

    (ours,) = open_network(DETECTOR).run(None, {"x": picture})
    (original,) = _original_network().run(None, {"x": picture})

    assert np.array_equal(ours, original)


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
