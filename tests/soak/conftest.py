"""What the tests of the soak share: one visitor, alone with a server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from tests.soak.run import ALL, Result, Settings, Soak

Soaked: TypeAlias = Callable[..., Awaitable[Result]]


@pytest.fixture
def soaked() -> Soaked:
    """Run a soak with few visitors of a few kinds, always the same."""

    async def run(*kinds: str, **settings: Any) -> Result:
        chosen = {"seed": 1, "visitors": 4, "rounds": 0, "at_once": 4, **settings}
        return await Soak(Settings(kinds={kind: ALL[kind] for kind in kinds}, **chosen)).run()

    return run
