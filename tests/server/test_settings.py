"""The words that both engines understand."""

from __future__ import annotations

import inspect
import logging

import pytest

from wsdemo import engines
from wsdemo.server.settings import Settings

LOGGER = logging.getLogger("wsdemo.server")


@pytest.mark.parametrize("name", engines.NAMES)
def test_every_word_is_an_argument_of_the_engine(name: str) -> None:
    """Or of asyncio's ``create_server``, where the rest goes."""
    arguments = inspect.signature(engines.get(name).serve).parameters
    assert set(Settings("", 0, LOGGER).common()) - set(arguments) == {"ssl", "backlog"}


def test_off_is_none() -> None:
    """For compression, subprotocols, and every limit."""
    words = Settings("", 0, LOGGER, compression=False, max_size=None, keepalive=None).common()
    off = ("compression", "subprotocols", "max_size", "ping_interval", "ping_timeout", "ssl")
    assert {words[word] for word in off} == {None}
