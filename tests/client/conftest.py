"""What all tests of the client share: nothing may be left, and both engines are tried."""

import pytest

from tests.scratch.conftest import nothing_left
from wsdemo import engines

__all__ = ["engine", "nothing_left"]


@pytest.fixture(params=engines.NAMES)
def engine(request: pytest.FixtureRequest) -> str:
    """Run the test on each engine."""
    name: str = request.param
    return name
