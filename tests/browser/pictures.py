"""Makes the pictures of the gallery that the README shows, from the drawn sample.

    .venv/bin/python -m tests.browser.pictures

It publishes the sample in a folder of its own, corrects some labels, publishes again, serves it,
drives Chromium, and writes `gallery.png`, `photo.png` and `compare.png` to docs/images, as PNG of
256 colours.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from listing_assets.settings import PROJECT

PICTURES = PROJECT / "docs" / "images"
COMMAND = Path(sys.executable).parent / "listing"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--font-render-hinting=none"]
VIEW = {"width": 1280, "height": 800}
MOST_BYTES = 300_000
LIPSTICK = "beauty/velmora-lipstick-01.jpg"
NOTEBOOKS = [f"other/papyrelle-notebook-0{number}.jpg" for number in (1, 2, 3)]
CORRECTIONS = (
    {"tag": "note", "action": "add", "value": "cover picture", "keys": [LIPSTICK]},
    {"tag": "category", "action": "set", "value": "Daily Use", "keys": NOTEBOOKS},
)
PAGES = (
    ("gallery", "light", "?v=sample@v2&text=红色+lipstick&none=category:Food"),
    ("photo", "light", f"?v=sample@v2&key={LIPSTICK}"),
    ("compare", "dark", "compare.html?v=sample@v2"),
)


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """The installation served, as long as the block lasts; the server's URL."""
    server = subprocess.Popen(
        [COMMAND, "serve", "--port", "0"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        found = re.search(r"http://\S+", server.stderr.readline())
        assert found, "the server did not say where it listens"
        yield found[0].rstrip("/")
    finally:
        server.terminate()
        server.wait(30)


def publish(environment: dict[str, str]) -> None:
    """The sample, and a revision more with corrected labels."""
    listing(environment, "sample")
    with serving(environment) as url:
        for correction in CORRECTIONS:
            wanted = {**correction, "version": "v2", "author": "Ada"}
            made = httpx.post(f"{url}/api/datasets/sample/corrections", json=wanted, timeout=60)
            made.raise_for_status()
    listing(environment, "run", "sample@v2")


def listing(environment: dict[str, str], *words: str) -> None:
    """A command of the installation."""
    command = [COMMAND, *words]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def keep(page: Page, name: str) -> None:
    """Write what the page shows."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    shown = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    file = PICTURES / f"{name}.png"
    colours = shown.quantize(256, kmeans=2)
    drawn = shown.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG)
    drawn.save(file, optimize=True)
    size = file.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{file.name} has {size:,} bytes")
    print(f"{file.name}: {size:,} bytes")


def take(url: str, browser: Browser) -> None:
    """The pictures."""
    for name, theme, address in PAGES:
        with browser.new_context(viewport=VIEW, color_scheme=theme, locale="en-GB") as context:
            page = context.new_page()
            page.goto(f"{url}/{address}")
            keep(page, name)
    browser.close()


def main() -> None:
    """Publish, serve, and take the pictures."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory(prefix="listing-pictures-") as home:
        environment = {**os.environ, "LISTING_HOME": home}
        environment.pop("LISTING_LAKE", None)
        publish(environment)
        with serving(environment) as url, sync_playwright() as running:
            take(url, running.chromium.launch(executable_path=chromium, args=ARGUMENTS))


if __name__ == "__main__":
    main()
