import re

import httpx
import pytest

from listing_assets.web.app import STATIC

PAGES = sorted(file.name for file in STATIC.glob("*.html"))
TYPES = {"js": "javascript", "css": "text/css", "svg": "image/svg+xml"}


@pytest.mark.parametrize("page", PAGES)
def test_all_that_a_page_names_is_shipped(url: str, page: str) -> None:
    text = httpx.get(f"{url}/{page}").text
    named = [httpx.URL(f"{url}/{name}") for name in re.findall(r'(?:src|href)="([^"]+)"', text)]
    assert named
    seen = set(named)
    while named:
        address = named.pop()
        answer = httpx.get(address)
        assert answer.status_code == 200, address
        assert TYPES[address.path.rpartition(".")[2]] in answer.headers["content-type"]
        for imported in re.findall(r'(?:from|import) "(\.[^"]+)"', answer.text):
            if (found := address.join(imported)) not in seen:
                seen.add(found)
                named.append(found)


@pytest.mark.parametrize("mark", ["<script>", "style=", "onclick=", "http://", "https://"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_to_its_policy(url: str, page: str, mark: str) -> None:
    assert mark not in httpx.get(f"{url}/{page}").text


@pytest.mark.parametrize("way", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"])
def test_no_data_is_read_as_html(way: str) -> None:
    assert [file.name for file in STATIC.rglob("*.js") if way in file.read_text()] == []
