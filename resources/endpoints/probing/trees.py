"""A look at imported boosted trees: whether the file can be read and predicts."""

import asyncio
import time

import numpy as np

from resources.endpoints.boosted_trees import open_boosted_trees
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Usage
from resources.endpoints.probing.findings import Checked, Finding


async def look_at_trees(config: EndpointConfig) -> Checked:
    """Fetch the file, open it and predict from a row of zeros."""
    return await asyncio.to_thread(_look, config)


def _look(config: EndpointConfig) -> Checked:
    trees = open_boosted_trees(config)
    rows = np.zeros((1, trees.features), dtype=np.float32)
    began = time.monotonic()
    if config.type == "BOOSTED_TREE_CLASSIFIER":
        trees.classify(rows)
        labels = ", ".join(map(str, trees.classes)) or "without labels"
        answer = f"one of {trees.class_count} classes: {labels}"
    else:
        trees.score(rows)
        answer = "a number"
    seconds = time.monotonic() - began
    findings = (
        Finding("the file can be read", True, f"objective {trees.objective}"),
        Finding("the file predicts", True, f"from rows of {trees.features} numbers"),
    )
    return Checked(True, answer, seconds * 1000, Usage(cost=0.0), findings)
