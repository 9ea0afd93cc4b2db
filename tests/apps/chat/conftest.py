"""What these tests share: live ones run on both engines, and leave nothing behind."""

from __future__ import annotations

import pytest

from tests.scratch.conftest import nothing_left
from wsdemo import engines

__all__ = ["nothing_left"]


@pytest.fixture(params=engines.NAMES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine."""
    return str(request.param)
