"""A page under its cell: a frame while the server runs, a sentence once it is saved."""

from __future__ import annotations

import pytest

from tests.apps.toys import Toy
from tests.lab.handlers import echo
from wsdemo import lab


async def test_a_page_is_a_frame_of_its_server() -> None:
    """With a title for whoever doesn't see it, and a link."""
    async with lab.app(Toy, pages=False) as server:
        page = lab.page(server, height=300, query="?nick=a&b")
        shown = page._repr_html_()
    assert f'src="{server.url}?nick=a&amp;b"' in shown
    assert 'title="the page of Toy"' in shown
    assert "height: 300px" in shown
    assert f'href="{server.url}?nick=a&amp;b"' in shown


async def test_its_plain_form_is_the_same_in_every_run() -> None:
    """It has no port in it."""
    async with lab.app(Toy, pages=False) as server:
        assert repr(lab.page(server)) == "<the page of Toy>"


async def test_only_an_application_has_a_page() -> None:
    """The error says what has."""
    async with lab.running(echo) as server:
        with pytest.raises(TypeError, match=r"has no page: start an application with lab\.app"):
            lab.page(server)  # type: ignore[arg-type]


async def test_a_frame_has_a_height() -> None:
    """The error names the offending value."""
    async with lab.app(Toy, pages=False) as server:
        with pytest.raises(ValueError, match="a frame 0 pixels high"):
            lab.page(server, height=0)
