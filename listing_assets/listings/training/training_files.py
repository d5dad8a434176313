"""What training tools want beside the conversations: a description of them, and a recipe to run.

Formats: LLaMA-Factory's `data/README.md` (sharegpt with OpenAI's names, images) and ms-swift's
"Custom dataset" (messages, images, channel). Both recipes train a LoRA adapter of Qwen2.5-VL and
name the files of this folder, in which they are run.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

import yaml

from listing_assets.listings.training.request import SPLITS, Split

MODEL: Final = "Qwen/Qwen2.5-VL-7B-Instruct"
PIXELS: Final = 512 * 512
"""A photo is made as small for training: some 330 tokens."""
TOKENS: Final = 8_192
"""Of an example: nine photos and an instruction with references take about 5,000."""
LLAMA_FACTORY: Final = "llama_factory.yaml"
MS_SWIFT: Final = "ms_swift.yaml"
DATASET_INFO: Final = "dataset_info.json"


def file_of(split: Split) -> str:
    """The file of a split's conversations."""
    return f"{split}.jsonl"


def dataset_info(name: str, splits: Collection[Split]) -> bytes:
    """LLaMA-Factory's description: a dataset `<name>_<split>` for each split that has examples."""
    described = {
        f"{name}_{split}": {
            "file_name": file_of(split),
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
                "system_tag": "system",
            },
        }
        for split in SPLITS
        if split in splits
    }
    return json.dumps(described, indent=2, ensure_ascii=False).encode() + b"\n"


def llama_factory(name: str, splits: Collection[Split]) -> bytes:
    """The recipe for `llamafactory-cli train`."""
    evaluation = {
        "eval_dataset": f"{name}_validation",
        "per_device_eval_batch_size": 1,
        "eval_strategy": "steps",
        "eval_steps": 100,
    }
    recipe = {
        "model_name_or_path": MODEL,
        "image_max_pixels": PIXELS,
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "lora",
        "lora_rank": 8,
        "lora_target": "all",
        "dataset_dir": ".",
        "dataset": f"{name}_train",
        "template": "qwen2_vl",
        "cutoff_len": TOKENS,
        "output_dir": "saves/lora",
        "logging_steps": 10,
        "save_steps": 100,
        "plot_loss": True,
        "report_to": "none",
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": 8,
        "learning_rate": 1e-4,
        "num_train_epochs": 3.0,
        "lr_scheduler_type": "cosine",
        "warmup_ratio": 0.1,
        "bf16": True,
        **(evaluation if "validation" in splits else {}),
    }
    return _yaml(f"In this folder: llamafactory-cli train {LLAMA_FACTORY}", recipe)


def ms_swift(splits: Collection[Split]) -> bytes:
    """The recipe for `swift sft`."""
    recipe = {
        "model": MODEL,
        "tuner_type": "lora",
        "lora_rank": 8,
        "lora_alpha": 32,
        "target_modules": "all-linear",
        "freeze_vit": True,
        "freeze_aligner": True,
        "torch_dtype": "bfloat16",
        "dataset": [file_of("train")],
        **({"val_dataset": [file_of("validation")]} if "validation" in splits else {}),
        "split_dataset_ratio": 0.0,
        "max_length": TOKENS,
        "num_train_epochs": 3,
        "per_device_train_batch_size": 1,
        "per_device_eval_batch_size": 1,
        "gradient_accumulation_steps": 8,
        "learning_rate": 1e-4,
        "warmup_ratio": 0.1,
        "eval_steps": 100,
        "save_steps": 100,
        "logging_steps": 10,
        "output_dir": "output",
        "ENV": {"MAX_PIXELS": str(PIXELS), "ROOT_IMAGE_DIR": "."},
    }
    return _yaml(f"In this folder: swift sft {MS_SWIFT}", recipe)


def _yaml(head: str, recipe: Mapping[str, Any]) -> bytes:
    text = yaml.safe_dump(dict(recipe), sort_keys=False, allow_unicode=True)
    return f"# {head}\n{text}".encode()
