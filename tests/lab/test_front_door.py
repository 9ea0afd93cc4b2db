"""What `from wsdemo import lab` gives."""

import subprocess
import sys
from importlib import import_module

import pytest

from wsdemo import lab


@pytest.mark.parametrize("name", lab.__all__)
def test_every_name_is_there_and_listed(name: str) -> None:
    """For a notebook, and for the Tab key."""
    assert callable(getattr(lab, name))
    assert name in dir(lab)


@pytest.mark.parametrize("name", ["claims", "running", "wire"])
def test_a_module_does_not_take_the_place_of_its_function(name: str) -> None:
    """Importing a module binds its name in the package, unless that is done already."""
    import_module(f"wsdemo.lab.{name}")
    assert type(getattr(lab, name)).__name__ == "function"


def test_a_package_is_there_without_being_imported() -> None:
    """In a fresh process, where nobody has imported it."""
    script = "from wsdemo import lab; print(lab.delivery.AT_MOST_ONCE)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "at most once\n"


def test_an_unknown_name_is_named() -> None:
    """As any module does it."""
    with pytest.raises(AttributeError, match=r"module 'wsdemo\.lab' has no attribute 'taps'"):
        _ = lab.taps


def test_what_is_heavy_waits_until_it_is_used() -> None:
    """Opening a notebook doesn't wait for a plot, nor a child process for an engine."""
    script = (
        "import sys, wsdemo.lab; print({'matplotlib', 'websockets', 'IPython'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
