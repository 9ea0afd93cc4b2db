"""What the live tests share: certificates, and a look at what is left when a test is over."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import pytest
import trustme

from tests.lab.conformance.scripted import nothing_left_behind


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Make an authority that nobody trusts unless told to."""
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Make the context of a server on this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    """Make the context of a client that trusts the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
async def nothing_left() -> AsyncIterator[None]:
    """Fail when a test leaves a task behind, or an error that nobody has seen."""
    async with nothing_left_behind():
        yield
