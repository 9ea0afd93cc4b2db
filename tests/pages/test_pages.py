"""Each page has its files, keeps to itself, and asks for nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wsdemo import pages
from wsdemo.server.pages import Pages

each_page = pytest.mark.parametrize("name", pages.NAMES)

# What a page may fetch and run: its own server's files, and nothing inline.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


def _index(name: str) -> str:
    return pages.of(name)["/"].read_text(encoding="utf-8")


@each_page
def test_every_file_that_a_page_asks_for_is_served(name: str) -> None:
    """Links in the page, and imports in its modules, lead to files."""
    files = pages.of(name)
    served = Pages(files)
    for path, file in files.items():
        text = file.read_text(encoding="utf-8")
        asked = re.findall(r'(?:src|href)="([^"#:]+)"', text) if path == "/" else []
        asked += re.findall(r'^(?:import|export)\b[^"]*?"([^"]+)";', text, re.MULTILINE)
        for link in asked:
            at = str((Path(path).parent if path != "/" else Path("/")) / link).replace("\\", "/")
            found = served.find(re.sub(r"/\./|/[^/]+/\.\./", "/", at))
            assert found, f"{path} asks for {link}"


@each_page
def test_a_page_allows_nothing_but_its_own_files(name: str) -> None:
    """By a Content-Security-Policy that says so for every kind of thing."""
    found = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]+)"', _index(name))
    assert found
    said = dict(part.strip().split(" ", 1) for part in found[1].split(";") if part.strip())
    assert said == POLICY


@each_page
def test_nothing_of_a_page_comes_from_elsewhere(name: str) -> None:
    """No address of another server, but in comments and in what a person may click."""
    for file in pages.of(name).values():
        text = re.sub(
            r"/\*.*?\*/|//[^\n]*|<!--.*?-->", "", file.read_text("utf-8"), flags=re.DOTALL
        )
        assert not re.findall(r"\b(?:https?|wss?):", text.replace("http://www.w3.org", "")), file


@each_page
def test_no_module_of_a_page_makes_html_of_text(name: str) -> None:
    """What others have written is text, and stays it."""
    danger = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    for path, file in pages.of(name).items():
        if path.endswith(".js"):
            code = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text("utf-8"), flags=re.DOTALL)
            assert not danger.findall(code), path


@each_page
def test_a_page_says_what_it_is(name: str) -> None:
    """Its language, its title, that it fits a phone, and both colour schemes."""
    index = _index(name)
    for needed in ("<!doctype html>", '<html lang="en"', "<title>", 'name="viewport"'):
        assert needed in index
    assert "color-scheme" in index + "".join(
        file.read_text("utf-8") for path, file in pages.of(name).items() if path.endswith(".css")
    )


def test_a_page_that_is_none_is_named() -> None:
    """With those that there are."""
    with pytest.raises(ValueError, match="no page 'echo'; there are chat, feed, game"):
        pages.of("echo")
