"""Local CLIP weights: a tiny model of the usual layout, made here, computed for real."""

import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto
from PIL import Image

from resources.endpoints.config import Ceilings, EndpointConfig
from resources.endpoints.embeddings.clip_images import ImagePreparation
from resources.endpoints.embeddings.open import open_remote
from resources.endpoints.interface import Embedded, EmbeddingModel, Photo, Usage
from resources.endpoints.metering import Unmetered
from resources.errors import EndpointStoppedError, ModelError
from tests.endpoints.embeddings import tiny_clip
from tests.endpoints.embeddings.recording_meter import RecordingMeter

RED, GREEN = (255, 0, 0), (0, 128, 0)


def config(folder: Path | str, **changes: Any) -> EndpointConfig:
    given: dict[str, Any] = {"model": str(folder), "ceilings": Ceilings(concurrency=2)}
    return EndpointConfig(
        provider="clip", type="EMBEDDING", name="local_clip", version="1", **(given | changes)
    )


def use(
    folder: Path,
    work: Callable[[EmbeddingModel], Awaitable[Embedded]],
    meter: RecordingMeter | None = None,
    **changes: Any,
) -> Embedded:
    async def run() -> Embedded:
        model = open_remote(config(folder, **changes), meter or Unmetered())
        try:
            return await work(model)
        finally:
            await model.aclose()

    return asyncio.run(run())


def flat(colour: tuple[int, int, int], size: tuple[int, int] = (40, 30)) -> Photo:
    encoded = io.BytesIO()
    Image.new("RGB", size, colour).save(encoded, "PNG")
    return Photo(str(colour), encoded.getvalue())


def seen(colour: tuple[int, int, int]) -> np.ndarray:
    """The unit vector that the tiny model gives a photo of one colour."""
    pixels = (np.array(colour) / 255 - tiny_clip.MEAN) / tiny_clip.STD
    return unit(pixels @ tiny_clip.COLOURS)


def read(*words: str) -> np.ndarray:
    """The unit vector that the tiny model gives these tokens."""
    return unit(tiny_clip.ROWS[[tiny_clip.WORDS.index(word) for word in words]].mean(axis=0))


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clip.write_clip(tmp_path_factory.mktemp("clip"))


def test_photos_and_texts_become_unit_vectors_of_one_space(clip: Path) -> None:
    photos = use(clip, lambda model: model.embed_photos([flat(RED), flat(GREEN, (30, 90))]))
    texts = use(clip, lambda model: model.embed_texts(["red", "a green photo"]))

    assert photos.vectors.dtype == texts.vectors.dtype == np.float32
    np.testing.assert_allclose(photos.vectors, [seen(RED), seen(GREEN)], atol=1e-5)
    expected = [read("<start>", "red", "<end>"), read("<start>", "a", "green", "photo", "<end>")]
    np.testing.assert_allclose(texts.vectors, expected, atol=1e-5)


def test_a_long_text_is_cut_to_what_the_model_reads(clip: Path) -> None:
    embedded = use(clip, lambda model: model.embed_texts(["red " * 50]))

    np.testing.assert_allclose(
        embedded.vectors[0], read("<start>", *["red"] * 4, "<end>"), atol=1e-5
    )


def test_an_empty_text_has_a_vector_too(clip: Path) -> None:
    embedded = use(clip, lambda model: model.embed_texts([""]))

    np.testing.assert_allclose(embedded.vectors[0], read("<start>", "<end>"), atol=1e-5)


def test_bytes_that_are_no_picture_fail_alone(clip: Path) -> None:
    bad = Photo("bad", b"not a picture")
    embedded = use(clip, lambda model: model.embed_photos([bad, flat(RED), bad]))

    assert embedded.failures == ("unreadable_photo", None, "unreadable_photo")
    np.testing.assert_allclose(embedded.vectors[1], seen(RED), atol=1e-5)
    assert not embedded.vectors[[0, 2]].any()


def test_each_batch_is_metered_and_costs_nothing(clip: Path) -> None:
    meter = RecordingMeter()
    photos = use(clip, lambda model: model.embed_photos([flat(RED), flat(GREEN)]), meter)
    use(clip, lambda model: model.embed_texts(["red"]), meter)
    use(clip, lambda model: model.embed_photos([Photo("bad", b"")]), meter)

    assert meter.outcomes == ["ok", "ok", "unreadable_photo"]
    assert [attempt.images for attempt in meter.ended] == [2, 0, 1]
    assert {attempt.usage for attempt in meter.ended} == {Usage(cost=0.0)}
    assert photos.call_id == meter.ended[0].attempt_id == meter.begun[0]
    assert (photos.attempts, photos.usage) == (1, Usage(cost=0.0))


def test_nothing_is_computed_once_the_meter_says_stop(clip: Path) -> None:
    with pytest.raises(EndpointStoppedError):
        use(clip, lambda model: model.embed_texts(["red"]), RecordingMeter(most=0))


def test_many_calls_at_once_give_what_one_after_the_other_gives(clip: Path) -> None:
    colours = [(n * 20, 255 - n * 20, n) for n in range(12)]

    async def at_once(model: EmbeddingModel) -> Embedded:
        calls = [model.embed_photos([flat(colour)]) for colour in colours]
        embedded = await asyncio.gather(*calls)
        return Embedded(np.concatenate([one.vectors for one in embedded]), (None,) * 12, "")

    np.testing.assert_allclose(
        use(clip, at_once).vectors, [seen(colour) for colour in colours], atol=1e-5
    )


def test_the_model_says_what_it_is(clip: Path) -> None:
    model = open_remote(config(clip, options={"max_batch": 3}), Unmetered())

    assert (model.name, model.version, model.dimension) == ("local_clip", "1", 4)
    assert (model.max_batch, 1 <= model.concurrency <= 2) == (3, True)


def test_both_sides_in_one_file_serve_too(tmp_path: Path) -> None:
    tiny_clip.write_settings(tmp_path)
    tiny_clip.save(tmp_path / "model.onnx", [tiny_clip.vision(), tiny_clip.text()])
    photos = use(tmp_path, lambda model: model.embed_photos([flat(RED), flat(GREEN)]))
    texts = use(tmp_path, lambda model: model.embed_texts(["red"]))

    np.testing.assert_allclose(photos.vectors, [seen(RED), seen(GREEN)], atol=1e-5)
    np.testing.assert_allclose(texts.vectors, [read("<start>", "red", "<end>")], atol=1e-5)


def test_files_are_found_in_the_folder_onnx_too(tmp_path: Path) -> None:
    tiny_clip.write_clip(tmp_path / "onnx")
    (tmp_path / "onnx" / "tokenizer.json").rename(tmp_path / "tokenizer.json")

    assert open_remote(config(tmp_path), Unmetered()).dimension == 4


def test_pooled_outputs_and_32_bit_tokens_serve_where_they_are_of_one_space(tmp_path: Path) -> None:
    tiny_clip.write_clip(
        tmp_path,
        output="pooler_output",
        text_output="pooler_output",
        text_type=TensorProto.INT32,
    )
    embedded = use(tmp_path, lambda model: model.embed_texts(["red"]))

    np.testing.assert_allclose(embedded.vectors, [read("<start>", "red", "<end>")], atol=1e-5)


def test_a_model_in_the_hubs_cache_is_found_by_its_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    repository = tmp_path / "models--someone--tiny-clip"
    tiny_clip.write_clip(repository / "snapshots" / "c0ffee")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("c0ffee")

    assert open_remote(config("someone/tiny-clip"), Unmetered()).dimension == 4
    with pytest.raises(ModelError, match="hf download someone/other"):
        open_remote(config("someone/other"), Unmetered())


def test_what_is_missing_is_named(clip: Path, tmp_path: Path) -> None:
    tiny_clip.write_clip(tmp_path)
    (tmp_path / "text_model.onnx").unlink()
    (tmp_path / "tokenizer.json").unlink()

    with pytest.raises(ModelError, match=r"lacks text_model.onnx, tokenizer.json\."):
        open_remote(config(tmp_path), Unmetered())
    with pytest.raises(ModelError, match="there is no folder"):
        open_remote(config(tmp_path / "nowhere"), Unmetered())


@pytest.mark.parametrize("package", ["tokenizers", "huggingface_hub"])
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    clip: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    model = clip if package == "tokenizers" else "someone/tiny-clip"

    with pytest.raises(ModelError, match=r"pip install 'listing-assets\[clip\]'"):
        open_remote(config(model), Unmetered())


@pytest.mark.parametrize(
    "file", ["vision_model.onnx", "text_model.onnx", "tokenizer.json", "preprocessor_config.json"]
)
def test_a_broken_file_is_named(tmp_path: Path, file: str) -> None:
    tiny_clip.write_clip(tmp_path)
    (tmp_path / file).write_bytes(b'{"broken": 1}')

    with pytest.raises(ModelError, match=file):
        open_remote(config(tmp_path), Unmetered())


def test_sides_of_two_spaces_are_refused(tmp_path: Path) -> None:
    tiny_clip.write_clip(tmp_path, dimension=6)

    with pytest.raises(ModelError, match=r"shape \(6,\) and texts of shape \(4,\)"):
        open_remote(config(tmp_path), Unmetered())


def test_another_dimension_than_the_registered_is_refused(clip: Path) -> None:
    with pytest.raises(ModelError, match=r"dimension 4, but it is registered with dimension 512"):
        open_remote(config(clip, dimension=512), Unmetered())


def prepared(folder: Path, pixels: np.ndarray, **changes: Any) -> np.ndarray:
    file = folder / "preprocessor_config.json"
    usual = {"size": {"shortest_edge": 4}, "crop_size": 4, "image_mean": [0] * 3}
    file.write_text(json.dumps(usual | {"image_std": [1] * 3} | changes))
    return ImagePreparation(file)(pixels)


def test_a_photo_is_resized_by_its_shortest_edge_and_cropped_from_the_middle(
    tmp_path: Path,
) -> None:
    wide = np.zeros((8, 24, 3), dtype=np.uint8)
    wide[:, 8:16] = 255

    # Eight rows become four, 24 columns twelve, of which the middle four are white.
    np.testing.assert_allclose(prepared(tmp_path, wide, resample=0), np.ones((3, 4, 4)))


def test_a_crop_that_is_larger_than_the_photo_is_filled_with_black(tmp_path: Path) -> None:
    white = np.full((4, 4, 3), 255, dtype=np.uint8)
    padded = prepared(tmp_path, white, crop_size={"height": 6, "width": 8})

    assert padded.shape == (3, 6, 8)
    np.testing.assert_allclose(padded[:, 1:5, 2:6], 1)
    assert padded.sum() == pytest.approx(3 * 16)


def test_steps_can_be_left_out(tmp_path: Path) -> None:
    pixels = np.full((5, 7, 3), 100, dtype=np.uint8)
    exact = {"size": {"height": 2, "width": 3}, "do_center_crop": False}
    raw = prepared(tmp_path, pixels, **exact, do_rescale=False, do_normalize=False)
    normal = prepared(tmp_path, pixels, **exact, image_mean=[0.5] * 3, image_std=[0.5] * 3)

    np.testing.assert_array_equal(raw, np.full((3, 2, 3), 100))
    np.testing.assert_allclose(normal, (100 / 255 - 0.5) / 0.5, atol=1e-6)


def test_a_preparation_without_a_fixed_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="fixes no size"):
        prepared(tmp_path, np.zeros((2, 2, 3), dtype=np.uint8), do_center_crop=False)
