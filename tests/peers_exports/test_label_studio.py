"""Tasks and labeling interface judged by Label Studio's own SDK. Skips where it is not installed.

`pip install label-studio-sdk` has it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from listing_assets.review.controls import annotated_value
from listing_assets.review.labeling import controls_of, labeling_config
from tests.review import conftest as shared
from tests.review.conftest import Review, annotated

published, review = shared.published, shared.review
pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]

CONFIGS = {"numbers": (), "stars": ("stars",)}


@pytest.fixture(params=CONFIGS.values(), ids=CONFIGS)
def rated(request: pytest.FixtureRequest) -> tuple[str, ...]:
    chosen: tuple[str, ...] = request.param
    return chosen


@pytest.fixture
def interface(review: Review, rated: tuple[str, ...]) -> Any:
    module = pytest.importorskip("label_studio_sdk.label_interface")
    definition = review.catalog.tag_definition("shop")
    return module.LabelInterface(labeling_config(controls_of(definition, rated)))


def test_the_labeling_interface_is_valid_and_has_every_value(
    interface: Any,
    review: Review,
) -> None:
    interface.validate()
    for tag in review.catalog.tag_definition("shop").tags:
        control = interface.get_control(tag.name)
        if tag.values:
            assert list(control.labels) == [value.name for value in tag.values]
        assert getattr(control, "is_multiple_choice", False) == (tag.type == "multi_choice")


def test_every_prediction_is_valid(
    interface: Any,
    review: Review,
    rated: tuple[str, ...],
) -> None:
    objects = pytest.importorskip("label_studio_sdk.label_interface.objects")
    tasks = review.tasks(rated=rated)
    for task in tasks:
        objects.TaskValue.model_validate(task)
        for prediction in task["predictions"]:
            assert interface.validate_prediction(prediction, return_errors=True) == []
            assert len(prediction["result"]) == 7
    wrong = tasks[0]["predictions"][0]
    wrong["result"][0]["value"] = {"choices": ["Cars"]}
    assert interface.validate_prediction(wrong, return_errors=True)


def test_annotations_that_the_sdk_makes_up_are_understood(
    interface: Any,
    review: Review,
) -> None:
    tags = {tag.name: tag for tag in review.catalog.tag_definition("shop").tags}
    made = interface.generate_sample_annotation()
    assert made["result"]
    for region in made["result"]:
        tag = tags[region["from_name"]]
        value = annotated_value(tag, region["value"])
        if tag.values:
            chosen = value if isinstance(value, list) else [value]
            assert set(chosen) <= {known.name for known in tag.values} | {None}
        else:
            (said,) = region["value"].values()
            said = "".join(said).strip() if isinstance(said, list) else said
            assert (value is None) == (said == "")


def test_the_converter_reads_annotated_tasks_by_the_interface(
    interface: Any,
    review: Review,
    rated: tuple[str, ...],
    tmp_path: Path,
) -> None:
    converter = pytest.importorskip("label_studio_sdk.converter")
    first, *_ = review.tasks(rated=rated, images="gallery")
    task = annotated(first, category={"choices": ["服装"]}, colours={"choices": ["green"]})
    exported = tmp_path / "exported.json"
    exported.write_text(json.dumps([task]), encoding="utf-8")
    out = tmp_path / "min"
    converter.Converter(interface.config, str(tmp_path)).convert_to_json_min(
        str(exported), str(out), is_dir=False
    )
    (row,) = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert (row["category"], row["in-stock"], row["key"]) == ("服装", "false", "p0000.jpg")
    assert review.bring([task]).corrections == 2
