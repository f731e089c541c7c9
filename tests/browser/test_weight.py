"""What a participant downloads before the first picture."""

from __future__ import annotations

import re
import urllib.request
from urllib.parse import urljoin

from tests.browser.serving import Site

LIMIT = 60 * 1024


def fetched(address: str) -> tuple[int, bytes, str]:
    """Fetch as a browser does; return the bytes on the wire with headers, the encoded body and its encoding."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as response:
        body = response.read()
        return len(str(response.headers)) + len(body), body, response.headers.get("Content-Encoding", "")


def test_the_first_page_weighs_at_most_60_kilobytes(site: Site) -> None:
    with urllib.request.urlopen(site.address("/s/digits/")) as response:
        address, html = response.url, response.read().decode()
    files = [urljoin(address, path) for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', html)]
    sizes = {one: fetched(one) for one in [address, *files]}
    assert {file.rsplit(".", 1)[1] for file in files} == {"css", "js"}
    assert all(encoding == "gzip" for _, _, encoding in sizes.values())
    total = sum(size for size, _, _ in sizes.values())
    assert total <= LIMIT, {one: size for one, (size, _, _) in sizes.items()}
    print(f"first page: {total} bytes on the wire")


def test_static_files_are_kept_for_good(site: Site) -> None:
    with urllib.request.urlopen(site.address("/s/digits/")) as response:
        path = re.search(r'"(/static/[^"]+\.css)"', response.read().decode()).group(1)
    with urllib.request.urlopen(site.address(path)) as response:
        assert "immutable" in response.headers["Cache-Control"]
