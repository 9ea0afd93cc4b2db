"""What all tests of the feed share: both engines, both codecs, and nothing may be left."""

import pytest

from tests.client.conftest import engine
from tests.scratch.conftest import nothing_left

__all__ = ["codec", "engine", "nothing_left"]


@pytest.fixture(params=["json", "msgpack"])
def codec(request: pytest.FixtureRequest) -> str:
    """Run the test with each codec."""
    name: str = request.param
    return name
