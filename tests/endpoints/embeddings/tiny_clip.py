"""Makes a tiny CLIP in the usual layout: a few matrices as ONNX, a word-level tokenizer.

A photo becomes its mean colour times a matrix, a text the mean of its words' rows.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

SIDE = 8
DIMENSION = 4
WORDS = ("[unknown]", "<start>", "<end>", "red", "green", "blue", "photo", "a")
COLOURS = np.arange(1, 3 * DIMENSION + 1, dtype=np.float32).reshape(3, DIMENSION) / 10
ROWS = np.random.default_rng(3).normal(size=(len(WORDS), DIMENSION)).astype(np.float32)
MEAN, STD = (0.5, 0.25, 0.0), (0.5, 0.25, 1.0)


def write_clip(folder: Path, **changes: Any) -> Path:
    """Write both sides apart, with everything that belongs to them."""
    folder.mkdir(parents=True, exist_ok=True)
    save(folder / "vision_model.onnx", [vision(**changes)])
    save(folder / "text_model.onnx", [text(**changes)])
    write_settings(folder)
    return folder


def write_settings(folder: Path) -> None:
    """The preprocessor's and the tokenizer's files."""
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {
                "do_resize": True,
                "size": {"shortest_edge": SIDE},
                "resample": 3,
                "do_center_crop": True,
                "crop_size": {"height": SIDE, "width": SIDE},
                "do_rescale": True,
                "rescale_factor": 1 / 255,
                "do_normalize": True,
                "image_mean": MEAN,
                "image_std": STD,
            }
        )
    )
    tokenizer = Tokenizer(
        WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token=WORDS[0])
    )
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<start> $A <end>", special_tokens=[("<start>", 1), ("<end>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 6}))


def vision(output: str = "image_embeds", dimension: int = DIMENSION, **_: Any) -> tuple[Any, ...]:
    """Nodes, constants, inputs and outputs of the side that sees."""
    colours = np.resize(COLOURS, (3, dimension))
    return (
        [
            helper.make_node("ReduceMean", ["pixel_values", "sides"], ["seen"], keepdims=0),
            helper.make_node("MatMul", ["seen", "colours"], [output]),
        ],
        {"sides": np.array([2, 3]), "colours": colours},
        [("pixel_values", TensorProto.FLOAT, ["n", 3, "height", "width"])],
        [(output, ["n", dimension])],
    )


def text(
    text_output: str = "text_embeds", text_type: int = TensorProto.INT64, **_: Any
) -> tuple[Any, ...]:
    """Nodes, constants, inputs and outputs of the side that reads; it reads six tokens at most."""
    return (
        [
            helper.make_node("Gather", ["rows", "input_ids"], ["read"]),
            helper.make_node("ReduceMean", ["read", "places"], [text_output], keepdims=0),
        ],
        {"rows": ROWS, "places": np.array([1])},
        [("input_ids", text_type, ["m", "length"])],
        [(text_output, ["m", DIMENSION])],
    )


def save(path: Path, sides: list[tuple[Any, ...]]) -> None:
    """Write one ONNX file of one or both sides."""
    nodes = [node for side in sides for node in side[0]]
    constants = {name: array for side in sides for name, array in side[1].items()}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(*given) for side in sides for given in side[2]],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for side in sides
            for name, shape in side[3]
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, path)
