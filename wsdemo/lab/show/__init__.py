"""Displays for notebooks: bytes, frames, exchanges, states, source code and tables.

Every function returns an object with a fixed plain-text form, which is what a terminal prints and
what the tests of the notebooks compare, and a form for notebooks that adds colour and no meaning.
Nothing here opens a connection: it draws what was recorded, or the bytes that it is given.
"""

from wsdemo.lab.show.bits import bits
from wsdemo.lab.show.hexdump import hexdump
from wsdemo.lab.show.ladder import ladder
from wsdemo.lab.show.source import source
from wsdemo.lab.show.states import states
from wsdemo.lab.show.table import Code, Table

__all__ = ["Code", "Table", "bits", "hexdump", "ladder", "source", "states"]
