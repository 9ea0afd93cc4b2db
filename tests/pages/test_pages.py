"""Each page has its files, keeps to itself, and asks for nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.pages.policy import POLICY
from wsdemo import pages
from wsdemo.server.pages import Pages

each_page = pytest.mark.parametrize("name", pages.NAMES)


def _index(name: str) -> str:
    return pages.of(name)["/"].read_text(encoding="utf-8")


COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*|<!--.*?-->", re.DOTALL)
# The names of XML's vocabularies look like addresses, and nobody goes there.
VOCABULARY = re.compile(r"http://www\.w3\.org/[\w/]+")
MODULE = re.compile(r'^(?:import|export)\b(?:[^";]*\bfrom)?\s*"([^"]+)";', re.MULTILINE)
ASKED = re.compile(r'\b(?:src|href)="([^"#:]+)"')


def _code(file: Path) -> str:
    return COMMENT.sub("", file.read_text(encoding="utf-8"))


@each_page
def test_every_file_that_a_page_asks_for_is_served(name: str) -> None:
    """Links in the page, and imports in its modules, lead to files."""
    files = pages.of(name)
    served = Pages(files)
    asked = {urljoin("/", link) for link in ASKED.findall(_code(files["/"]))}
    for path, file in files.items():
        if path.endswith(".js"):
            asked |= {urljoin(path, link) for link in MODULE.findall(_code(file))}
    assert asked >= {"/kit/kit.css", "/kit/session.js"}
    assert [path for path in asked if served.find(path) is None] == []


@each_page
def test_a_page_allows_nothing_but_its_own_files(name: str) -> None:
    """By a Content-Security-Policy that says so for every kind of thing."""
    found = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]+)"', _index(name))
    assert found
    said = dict(part.strip().split(" ", 1) for part in found[1].split(";") if part.strip())
    assert said == POLICY


@each_page
def test_nothing_of_a_page_comes_from_elsewhere(name: str) -> None:
    """No address of another server is in it, but in comments."""
    for path, file in pages.of(name).items():
        code = VOCABULARY.sub("", _code(file))
        assert not re.findall(r"\b(?:https?|wss?)://.*", code), path


@each_page
def test_no_module_of_a_page_makes_html_of_text(name: str) -> None:
    """What others have written is text, and stays it."""
    danger = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    for path, file in pages.of(name).items():
        assert not danger.findall(_code(file)), path


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
