"""The exercise `accept_key` knows the usual mistakes by what they produce."""

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises import accept_key

RIGHT = """
import base64, hashlib
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

def accept_key(key):
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
"""


async def test_another_right_answer_passes() -> None:
    """Ours is not the only one."""
    assert await check("accept_key", defined("accept_key", RIGHT))


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("(key + GUID).encode()", "base64.b64decode(key) + GUID.encode()", "decode the key first"),
        (".digest()).decode()", ".hexdigest().encode()).decode()", "hexadecimal text"),
        (".digest()).decode()", ".digest())", "as bytes"),
        ("(key + GUID)", "key", "The GUID is missing"),
        ("(key + GUID)", "(GUID + key)", "after the key"),
        ("85B11", "85b11".upper() + "\\n", "A line break went into the hash"),
        ("258EAFA5-E914-47DA-95CA-C5AB0DC85B11", "", "The GUID is missing"),
        ("(key + GUID)", "(key + GUID.lower())", "written in capitals"),
        ("(key + GUID)", "(key.strip('=') + GUID)", "drop the == at the end of the key"),
        ("b64encode", "encodebytes", "not encodebytes"),
        ("b64encode", "urlsafe_b64encode", "URL-safe alphabet"),
        (".decode()", ".decode().strip('=')", "fills the value up to 28"),
        ("sha1", "sha256", "SHA-256"),
        ("sha1", "sha512", "88 characters, not 28"),
        ("(key + GUID)", "(key + ':' + GUID)", "not of the SHA-1 of key and GUID"),
        ("return ", "digest = ", "is a `return` missing"),
        ("return ", "return hashlib.sha1((key + GUID).encode()).hexdigest()", "in hexadecimal"),
        ("return ", "return key or ", "nothing is hashed"),
        ("return ", "return 28 or ", "returns int"),
        ("return ", 'return "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" or ', "the RFC's example"),
    ],
)
async def test_a_mistake_is_named(right: str, wrong: str, fault: str) -> None:
    """The message says which step went wrong."""
    assert right in RIGHT
    source = RIGHT.replace(right, f"{wrong} # " if "hexdigest()" in wrong[-12:] else wrong)
    report = await check("accept_key", defined("accept_key", source))
    assert not report.passed
    assert fault in repr(report)


async def test_a_loop_without_end_is_stopped() -> None:
    """The other cases are not tried."""
    source = "def accept_key(key):\n    while True: pass"
    report = await check("accept_key", defined("accept_key", source), seconds=0.2)
    assert "Stopped after 0.2 s." in repr(report)


async def test_prints_are_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """They come out where prints come out."""
    source = RIGHT.replace("    return", "    print(key)\n    return")
    assert await check("accept_key", defined("accept_key", source))
    assert capsys.readouterr().out.startswith("dGhlIHNhbXBsZSBub25jZQ==\n")


def test_the_first_vector_is_the_rfcs() -> None:
    """RFC 6455, 1.3 prints both."""
    first = next(accept_key.cases())
    assert (first.sent, first.expected) == (
        "dGhlIHNhbXBsZSBub25jZQ==",
        "'s3pPLMBiTxaQ9kYGzzhZRbK+xOo='",
    )
