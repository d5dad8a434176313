"""Where the files of a local CLIP model lie: a folder, or the cache of the Hugging Face hub."""

import re
from dataclasses import dataclass
from pathlib import Path

from resources.endpoints.config import EndpointConfig, catalog_file
from resources.errors import ModelError

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_VISION, _TEXT, _BOTH = "vision_model.onnx", "text_model.onnx", "model.onnx"
_PREPROCESSOR, _TOKENIZER = "preprocessor_config.json", "tokenizer.json"


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """The files of one model; `vision` and `text` are one file where both were exported as one."""

    vision: Path
    text: Path
    preprocessor: Path
    tokenizer: Path

    @property
    def tokenizer_config(self) -> Path:
        """Lies beside the tokenizer, where there is one."""
        return self.tokenizer.with_name("tokenizer_config.json")


def find_files(config: EndpointConfig) -> ClipFiles:
    """The files of the model: each in its folder, or in the folder `onnx` within.

    Nothing is downloaded.

    Raises:
        ModelError: there is no such folder, or files are missing from it.
    """
    folder = _folder(config)

    def found(name: str) -> Path | None:
        places = (folder / name, folder / "onnx" / name)
        return next((place for place in places if place.is_file()), None)

    both = found(_BOTH)
    files = {
        _VISION: found(_VISION) or both,
        _TEXT: found(_TEXT) or both,
        _PREPROCESSOR: found(_PREPROCESSOR),
        _TOKENIZER: found(_TOKENIZER),
    }
    missing = [name for name, path in files.items() if path is None]
    if missing:
        raise ModelError(
            f"model {config.name}: {folder} lacks {', '.join(missing)}.",
            f"It takes an ONNX export of CLIP: {_VISION} and {_TEXT} (or {_BOTH}),"
            f" {_PREPROCESSOR} and {_TOKENIZER}. Get one with `hf download`, or export the weights"
            " with optimum.",
        )
    vision, text, preprocessor, tokenizer = (path for path in files.values() if path is not None)
    return ClipFiles(vision, text, preprocessor, tokenizer)


def _folder(config: EndpointConfig) -> Path:
    folder = Path(config.model).expanduser()
    if folder.is_dir():
        return folder
    if not _HUB_ID.fullmatch(config.model):
        raise ModelError(
            f"model {config.name}: there is no folder {folder}.",
            f"Set model in {catalog_file('models.yaml')} to the folder of an ONNX export of CLIP.",
        )
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise ModelError(
            f"model {config.name}: there is no folder {folder}, and no hub to look in.",
            "Install the extra: pip install 'listing-assets[clip]'; or set model to a folder.",
        ) from None
    try:
        return Path(snapshot_download(config.model, local_files_only=True))
    except (OSError, ValueError):
        raise ModelError(
            f"model {config.name}: {config.model} is neither a folder nor in the hub's cache.",
            f"Download it once: hf download {config.model}",
        ) from None
