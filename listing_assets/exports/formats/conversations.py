"""Conversations that teach a model to tag: a photo, the question, the tags as the answer.

LLaMA-Factory (its sharegpt format with OpenAI's names) and ms-swift (its messages format) take the
same lines; the former wants them described in `dataset_info.json`. Paths of photos are relative to
the export.
"""

import json
import re

from listing_assets.exports.errors import ExportError
from listing_assets.exports.output import Output
from listing_assets.exports.photos import TAG, Photo, Photos, json_line

PLACEHOLDER = "<image>"
PLACEHOLDERS = re.compile(r"<(?=(image|video|audio)>)")
"""What both projects replace by a medium, wherever it stands."""
FILE = "train.jsonl"


def write_llama_factory(photos: Photos, output: Output, prompt: str) -> int:
    """`train.jsonl`, `dataset_info.json` and `images/`. Photos without a tag are left out."""
    skipped = _write_lines(photos, output, prompt)
    name = f"{photos.opened.published.dataset}_{photos.opened.published.revision}"
    described = {
        re.sub(r"\W", "_", name): {
            "file_name": FILE,
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
            },
        }
    }
    output.write("dataset_info.json", json.dumps(described, indent=2).encode() + b"\n")
    return skipped


def write_ms_swift(photos: Photos, output: Output, prompt: str) -> int:
    """`train.jsonl` and `images/`. Photos without a tag are left out."""
    return _write_lines(photos, output, prompt)


def _write_lines(photos: Photos, output: Output, prompt: str) -> int:
    question = _question(prompt, photos.tags)
    skipped = 0
    with output.create(FILE) as file:
        for photo in photos.photos():
            answer = _answer(photo, photos.tags)
            if answer is None:
                skipped += 1
                continue
            path = f"images/{photo.name}"
            output.write(path, photo.data)
            messages = [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer},
            ]
            file.write(json_line({"messages": messages, "images": [path]}))
    return skipped


def _question(prompt: str, tags: list[str]) -> str:
    prompt = prompt.strip() or (
        f"Look at this product photo. Answer with one JSON object that has {', '.join(tags)};"
        " null where the photo does not tell."
    )
    if PLACEHOLDERS.search(prompt.removeprefix(PLACEHOLDER)):
        raise ExportError(
            f"the prompt has a placeholder such as {PLACEHOLDER} behind its beginning.",
            "There is one photo, and it comes first: leave the placeholder out.",
        )
    return PLACEHOLDER + prompt.removeprefix(PLACEHOLDER)


def _answer(photo: Photo, tags: list[str]) -> str | None:
    """The tags as JSON; None where the photo has none."""
    values = {tag: photo.row[TAG + tag] for tag in tags}
    if all(value in (None, []) for value in values.values()):
        return None
    # The same JSON, in which no text read from a photo stands for a medium.
    return PLACEHOLDERS.sub(r"\\u003c", json.dumps(values, ensure_ascii=False))
