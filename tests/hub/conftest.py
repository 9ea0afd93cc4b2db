"""What all tests of the hub share: nothing may be left, and both engines are tried."""

from tests.client.conftest import engine
from tests.scratch.conftest import nothing_left

__all__ = ["engine", "nothing_left"]
