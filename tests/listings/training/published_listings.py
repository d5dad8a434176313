"""A published dataset of listings, photos@v1, made once a process, for real.

Sound listings are of phones, lamps and toys; the others each break what one step of the cleaning
removes.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from listing_assets.settings import PROJECT
from tests.conftest import Chain, draw_photo
from tests.support.endpoint_server import EndpointServer

DEFINITION = """\
name: trained
voice: shop
language: en
max_length: 300
category: {tag: category}
reference: {neighbours: 20}
verdict: {identical: 0.999, same_model: -1, similar: -1}
rules: default_en
"""
SOUND = {"Phone": 6, "Lamp": 6, "Toy": 13}
COLORS = ("red", "blue", "green", "white")
WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove"),
    *("haven", "iris", "jade", "koala", "lotus", "maple"),
)
LONG = "It is as it was when it was made, and it can be seen from every side. " * 6
CHINESE = "这是一台很好用的手机，屏幕明亮，电池耐用，颜色也很好看。"
BROKEN = {
    "no-text": ("listing text", ""),
    "chinese": ("language", CHINESE * 2),
    "poor": ("quality score", "A poor thing of which this is all that anybody could say, sadly."),
    "risky": ("risk rules", "An unbeatable thing at an unbeatable price, and now it can be yours."),
    "unlike": ("photo and text", "An unlike thing, described by words that its photo never shows."),
    "short": ("length", "Nice."),
    "long": ("length", LONG),
    "private": (
        "private data",
        "Well kept and clean; call me at +1 415 555 2671 today.",
    ),
    "marked-up": (
        "special characters",
        "A thing with <b>markup</b> in its text, by an editor.",
    ),
    "tokens": ("special characters", "A thing whose text goes on <image> after what it is."),
}
"""By product: the step that removes it, and its description."""


@dataclass(frozen=True)
class World:
    """The installation, and the product of each key."""

    chain: Chain
    products: dict[str, str]

    def be_installed(self, patch: pytest.MonkeyPatch) -> None:
        """Let the environment point at this installation."""
        patch.setenv("LISTING_HOME", str(self.chain.home))
        patch.setenv("LISTING_CATALOG", str(self.chain.catalog))
        patch.delenv("LISTING_LAKE", raising=False)


def rows() -> Iterator[dict[str, Any]]:
    """The manifest, a row a photo; every sixth sound product has a second photo."""
    number = 0
    for category, count in SOUND.items():
        for which in range(count):
            color, word = COLORS[which % len(COLORS)], WORDS[number % len(WORDS)]
            product = f"{category.lower()}-{which:02}"
            for photo in range(2 if which % 6 == 0 else 1):
                yield {
                    "key": f"{product}-{photo}.jpg",
                    "product_id": product,
                    "title": f"Acme {category} {word} {number}",
                    "description": f"This {color} {category.lower()} by Acme is called {word}"
                    f" {number}, and it does what it is made for without a sound.",
                    "attributes": json.dumps({"brand": "Acme", "colour": color, "size": "XL"}),
                    "category": category,
                }
            number += 1
    for product, (_, description) in BROKEN.items():
        row = {"key": f"{product}.jpg", "product_id": product, "category": "Lamp"}
        yield row | ({"title": product, "description": description} if description else {})


@cache
def publish_listings(root: Path) -> World:
    """Publish it."""
    root.mkdir()
    with EndpointServer() as server, pytest.MonkeyPatch.context() as patch:
        chain = Chain(root, server.url)
        for folder in ("listing_rules", "attribute_templates"):
            shutil.copytree(PROJECT / "catalog" / folder, chain.catalog / folder)
        (chain.catalog / "listing_definitions").mkdir()
        (chain.catalog / "listing_definitions" / "trained.yaml").write_text(DEFINITION)
        selection = "    selection: {kind: manifest, path: '{version}.jsonl', key_column: key}\n"
        with (chain.catalog / "datasets.yaml").open("a") as file:
            file.write(selection)
        told = list(rows())
        for number, row in enumerate(told):
            (chain.source / row["key"]).write_bytes(draw_photo(number))
        manifest = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
        (chain.source / "v1.jsonl").write_text(manifest, encoding="utf-8")
        world = World(chain, {row["key"]: row["product_id"] for row in told})
        world.be_installed(patch)
        run = chain.run()
        assert run.success, run.problem
        return world
