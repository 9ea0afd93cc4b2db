"""What these tests share: each of them on both engines, and nothing may be left when it is over."""

from __future__ import annotations

import pytest

from tests.scratch.conftest import nothing_left
from wsdemo import engines

__all__ = ["nothing_left"]


@pytest.fixture(params=engines.NAMES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine."""
    return str(request.param)
