import re

import httpx
import pytest

TYPES = {"js": "javascript", "css": "text/css", "svg": "image/svg+xml"}


def test_all_that_the_page_names_is_shipped(url: str) -> None:
    page = httpx.get(f"{url}/").text
    named = set(re.findall(r'(?:src|href)="([^"]+)"', page))
    assert {"gallery.js", "gallery.css", "icon.svg"} <= named
    for name in named:
        answer = httpx.get(f"{url}/{name}")
        assert answer.status_code == 200
        assert TYPES[name.rpartition(".")[2]] in answer.headers["content-type"]
        for imported in re.findall(r'from "\./([^"]+)"', answer.text):
            assert httpx.get(f"{url}/{imported}").status_code == 200


@pytest.mark.parametrize("mark", ["<script>", "style=", "onclick=", "http://", "https://"])
def test_the_page_keeps_to_its_policy(url: str, mark: str) -> None:
    assert mark not in httpx.get(f"{url}/").text
