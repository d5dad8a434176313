"""What LLaMA-Factory and ms-swift document of the files that they are trained with.

Written from LLaMA-Factory's `data/README.md` ("Sharegpt Format": OpenAI format, multimodal image
dataset) at github.com/hiyouga/LLaMA-Factory, and from ms-swift's "Custom dataset" (standard format,
multimodal, channel loss) and "Command-line parameters" at github.com/modelscope/ms-swift, both of
August 2026. The arguments of recipes are those of their own examples for LoRA on Qwen-VL models.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from listing_assets.listings.training.request import SPLITS

MESSAGE = {
    "type": "object",
    "required": ["role", "content"],
    "additionalProperties": False,
    "properties": {
        "role": {"enum": ["system", "user", "assistant"]},
        "content": {"type": "string", "minLength": 1},
    },
}
LINE = {
    "type": "object",
    "required": ["messages", "images"],
    "properties": {
        "messages": {"type": "array", "minItems": 2, "maxItems": 3, "items": MESSAGE},
        "images": {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
        "channel": {"type": "string"},
    },
}
MS_SWIFT_KEYS = {"messages", "images", "channel"}
"""Of the keys that its documentation lists; others are dropped when it reads."""
DATASET_INFO = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {
        "type": "object",
        "required": ["file_name", "formatting", "columns", "tags"],
        "additionalProperties": False,
        "properties": {
            "file_name": {"type": "string", "pattern": r"\.jsonl$"},
            "formatting": {"const": "sharegpt"},
            "columns": {"const": {"messages": "messages", "images": "images"}},
            "tags": {
                "const": {
                    "role_tag": "role",
                    "content_tag": "content",
                    "user_tag": "user",
                    "assistant_tag": "assistant",
                    "system_tag": "system",
                }
            },
        },
    },
}
LLAMA_FACTORY_ARGUMENTS = {
    *("model_name_or_path", "image_max_pixels", "stage", "do_train", "finetuning_type"),
    *("lora_rank", "lora_target", "dataset_dir", "dataset", "eval_dataset", "template"),
    *("cutoff_len", "output_dir", "logging_steps", "save_steps", "plot_loss", "report_to"),
    *("per_device_train_batch_size", "gradient_accumulation_steps", "learning_rate"),
    *("num_train_epochs", "lr_scheduler_type", "warmup_ratio", "bf16"),
    *("per_device_eval_batch_size", "eval_strategy", "eval_steps"),
}
MS_SWIFT_ARGUMENTS = {
    *("model", "tuner_type", "lora_rank", "lora_alpha", "target_modules", "freeze_vit"),
    *("freeze_aligner", "torch_dtype", "dataset", "val_dataset", "split_dataset_ratio"),
    *("max_length", "num_train_epochs", "per_device_train_batch_size", "learning_rate"),
    *("per_device_eval_batch_size", "gradient_accumulation_steps", "warmup_ratio", "eval_steps"),
    *("save_steps", "logging_steps", "output_dir", "ENV"),
}


def lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines; none where it is not there."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def conversations(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line with its split."""
    for split in SPLITS:
        for line in lines(folder / f"{split}.jsonl"):
            yield split, line


def require_documented(folder: Path) -> int:
    """Everything in a folder is as documented; how many conversations there are."""
    found = 0
    for _, line in conversations(folder):
        found += 1
        _require_line(folder, line)
    info = json.loads((folder / "dataset_info.json").read_text())
    jsonschema.validate(info, DATASET_INFO)
    there = [split for split in SPLITS if (folder / f"{split}.jsonl").exists()]
    assert [one["file_name"] for one in info.values()] == [f"{split}.jsonl" for split in there]
    names = dict(zip(there, info, strict=True))
    llama_factory = yaml.safe_load((folder / "llama_factory.yaml").read_text())
    assert set(llama_factory) <= LLAMA_FACTORY_ARGUMENTS
    assert llama_factory["dataset"] == names["train"]
    assert llama_factory.get("eval_dataset") == names.get("validation")
    assert (llama_factory["dataset_dir"], llama_factory["stage"]) == (".", "sft")
    swift = yaml.safe_load((folder / "ms_swift.yaml").read_text())
    assert set(swift) <= MS_SWIFT_ARGUMENTS
    assert swift["dataset"] == ["train.jsonl"]
    assert swift.get("val_dataset", []) == ["validation.jsonl"] * ("validation" in there)
    assert all(isinstance(value, str) for value in swift["ENV"].values())
    for recipe in (llama_factory, swift):
        assert isinstance(recipe["learning_rate"], float)
    return found


def _require_line(folder: Path, line: dict[str, Any]) -> None:
    jsonschema.validate(line, LINE)
    assert set(line) <= MS_SWIFT_KEYS
    roles = [message["role"] for message in line["messages"]]
    assert roles in (["system", "user", "assistant"], ["user", "assistant"])
    told = [message["content"] for message in line["messages"]]
    assert [text.count("<image>") for text in told[-2:]] == [len(line["images"]), 0]
    assert not any(mark in text for text in told for mark in ("<video>", "<audio>"))
    assert all((folder / image).is_file() for image in line["images"])
