"""Files for a browser, and nothing besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scratch.raw import Raw
from tests.server.peers import address, answer, echo, getting
from wsdemo.server import serve
from wsdemo.server.pages import Pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with pages, and with a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    web = tmp_path / "web"
    (web / "js").mkdir(parents=True)
    (web / "index.html").write_text("<p>Grüße", "utf-8")
    (web / "js" / "app.js").write_text("go()")
    (web / "js" / "index.html").write_text("<p>js")
    (web / "data.bin").write_bytes(b"\x00\xff")
    (web / ".env").write_text("secret")
    (web / "a b.txt").write_text("space")
    return web


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("/", "<p>Grüße".encode(), "text/html; charset=utf-8"),
        ("/index.html", "<p>Grüße".encode(), "text/html; charset=utf-8"),
        ("/js/app.js", b"go()", "text/javascript; charset=utf-8"),
        ("/js/", b"<p>js", "text/html; charset=utf-8"),
        ("/data.bin", b"\x00\xff", "application/octet-stream"),
        ("/a b.txt", b"space", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_is_found_and_its_type_told(
    folder: Path, path: str, body: bytes, content_type: str
) -> None:
    """By the end of its name; a folder is its index."""
    page = Pages(folder).find(path)
    assert page is not None
    assert (page.body, page.content_type) == (body, content_type)


ESCAPES = [
    "/../secret.txt",
    "/js/../../secret.txt",
    "/..\\secret.txt",
    "/js/..",
    "/.",
    "/./index.html",
    "/.env",
    "//index.html",
    "/js//app.js",
    "/index.html\0",
    "/C:/secret.txt",
    "/index.html::$DATA",
    "/index.html.",
    "/js",
    "/nothing",
    "/" + "x" * 5000,
    "",
]


@pytest.mark.parametrize("path", ESCAPES)
def test_nothing_else_is_found(folder: Path, path: str) -> None:
    """No way out, no hidden file, no second spelling, no folder."""
    assert Pages(folder).find(path) is None


def test_an_absolute_path_leads_nowhere(folder: Path) -> None:
    """A doubled slash would make one of what follows it."""
    assert Pages(folder).find(f"/{folder.parent / 'secret.txt'}") is None


def test_a_link_that_leads_out_is_not_followed(folder: Path) -> None:
    """One that stays inside is."""
    try:
        (folder / "out.txt").symlink_to(folder.parent / "secret.txt")
        (folder / "in.txt").symlink_to(folder / "a b.txt")
    except OSError:
        pytest.skip("this system lets not everybody make links")
    assert Pages(folder).find("/out.txt") is None
    assert Pages(folder).find("/in.txt") is not None


def test_a_mapping_has_text_octets_and_files(folder: Path) -> None:
    """Text without an ending is a page."""
    pages = Pages(
        {"/": "<p>Hi", "/logo": b"\x89", "/x.svg": "<svg/>", "/app": folder / "js" / "app.js"}
    )
    types = {
        path: page.content_type
        for path in ("/", "/logo", "/x.svg", "/app")
        if (page := pages.find(path))
    }
    assert types == {
        "/": "text/html; charset=utf-8",
        "/logo": "application/octet-stream",
        "/x.svg": "image/svg+xml; charset=utf-8",
        "/app": "text/javascript; charset=utf-8",
    }
    assert pages.find("/other") is None


def test_a_file_that_is_gone_is_not_found(folder: Path) -> None:
    """As if it had never been named."""
    assert Pages({"/gone": folder / "gone.html"}).find("/gone") is None


def test_a_source_that_is_none_is_refused(tmp_path: Path) -> None:
    """When the server is made, not when somebody asks."""
    with pytest.raises(ValueError, match="no folder"):
        Pages(tmp_path / "nothing")
    with pytest.raises(ValueError, match="of a page does not begin with"):
        Pages({"index": ""})


async def test_a_page_is_served(engine: str, folder: Path) -> None:
    """As it is, and as nothing else; what is not for reading is 405."""
    async with serve(echo, port=0, engine=engine, pages=folder) as server:
        response = await answer(server, getting("/"))
        assert (response.status, response.body) == (200, "<p>Grüße".encode())
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert (await answer(server, getting("/a%20b.txt"))).body == b"space"
        refused = await answer(server, getting("/", "DELETE"))
        assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/js/%2e%2e%5c..%5csecret.txt"],
)
async def test_nothing_outside_is_served(engine: str, folder: Path, path: str) -> None:
    """However the way out is spelt."""
    async with serve(echo, port=0, engine=engine, pages=folder) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.send(getting(path))
            data = await raw.rest()
    assert data.startswith(b"HTTP/1.1 404 ")
    assert b"secret\n" not in data.replace(b"secret.txt", b"")


async def test_a_large_page_comes_whole(engine: str, tmp_path: Path) -> None:
    """Larger than every buffer on its way."""
    (tmp_path / "large.bin").write_bytes(b"x" * 3_000_000)
    async with serve(echo, port=0, engine=engine, pages=tmp_path) as server:
        with await Raw.dial(address(server)) as raw:
            await raw.send(getting("/large.bin"))
            _, _, body = (await raw.rest()).partition(b"\r\n\r\n")
    assert body == b"x" * 3_000_000
