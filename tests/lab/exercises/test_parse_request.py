"""The exercise `parse_request` tells a wrong status from a wrong parser."""

import inspect

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises import exercise

RIGHT = exercise("parse_request").answer

NAIVE = """
def parse_request(data):
    line, *lines = data.decode().strip().split("\\r\\n")
    method, path, version = line.split()
    headers = dict(line.split(": ") for line in lines)
    return path, headers
"""


@pytest.mark.parametrize(
    ("right", "wrong", "case", "fault"),
    [
        ("return 405", "return 400", "POST", "not with 400: the method must be GET"),
        ("return 505", "pass", "HTTP/1.0", "accepts it. Look at the last word"),
        (
            "or (path, headers)",
            "or (path, {name.title(): value for name, value in headers.items()})",
            "a plain handshake",
            "in lower case",
        ),
        (
            "or (path, headers)",
            "or (path, {name: f' {value}' for name, value in headers.items()})",
            "a plain handshake",
            "space around it",
        ),
        (
            'words = headers.get(name, "").lower().split(",")',
            'words = [headers.get(name, "").lower()]',
            "as Firefox sends it",
            "Connection is a list of words",
        ),
        (
            "if wanted not in map(str.strip, words):",
            'if wanted not in headers.get(name, "").lower():',
            "Connection with a word like it",
            "`in` on a str finds parts of words",
        ),
        (
            'f"{headers[name]}, {value}" if name in headers else value',
            "value",
            "one list on two lines",
            "join them with ', '",
        ),
        (
            'name in headers and name in ("host", "sec-websocket-key", "sec-websocket-version")',
            "headers.pop(name, None) and False",
            "two keys",
            "A dict keeps the last",
        ),
        (", validate=True", "", "a key that is no base64", "told to validate"),
        ("len(key) == 16", "key", "a key of 15 octets", "Decode it and count"),
        ('"host" not in headers or ', "", "no Host", "accepts it"),
        ('["sec-websocket-version"] != "13"', '["host"] == ""', "version 8", "draft of 2011"),
        ("not colon or ", "", "a line without a colon", "accepts it. Look for the colon"),
        (
            "name.lower(), ",
            "name.strip().lower(), ",
            "a space before the colon",
            "accepts it. Programs differ",
        ),
        ("len(parts) != 3 or", "", "another protocol", "IndexError"),
        ('decode("latin-1")', "decode()", "TLS, sent to a plain port", ""),
        ("return 400 if headers", "return None if headers", "two Hosts", "is a `return` missing"),
        ("or (path, headers)", "or headers", "a plain handshake", "Return a tuple of two"),
        ("or (path, headers)", "or (line, headers)", "a plain handshake", "the second word"),
        ("or (path, headers)", "or (path, list(headers))", "a plain handshake", "of type list"),
        ("or (path, headers)", "or (path, {})", "a plain handshake", "headers has no 'host'"),
        ("or (path, headers)", "or 200", "a plain handshake", "refuses a good handshake"),
    ],
)
async def test_a_mistake_is_named(right: str, wrong: str, case: str, fault: str) -> None:
    """One change to a right answer, and the case that finds it says what it is."""
    assert right in RIGHT
    report = await check("parse_request", defined("parse_request", RIGHT.replace(right, wrong)))
    rows = {row.case: row for row in report.rows}
    assert fault in rows[case].fault
    assert rows[case].ok == (not fault)


async def test_a_naive_parser_is_led_on_step_by_step() -> None:
    """It is right about nothing, and told the first thing first."""
    report = await check("parse_request", defined("parse_request", NAIVE))
    assert report.failing is not None
    assert report.failing.case == "a plain handshake"
    assert "in lower case" in report.failing.fault
    raising = next(row for row in report.rows if row.case == "a line without a colon")
    assert "ValueError" in raising.came_back
    assert "A request that is wrong gets a status" in raising.fault


async def test_another_defensible_status_will_do() -> None:
    """RFC 6455 speaks of 400 where RFC 9110 has 426."""
    source = RIGHT.replace("return 426", "return 400", 1)
    assert await check("parse_request", defined("parse_request", source))


async def test_bytes_for_names_are_told() -> None:
    """A parser that never decodes."""
    source = inspect.cleandoc("""
        def parse_request(data):
            line, *lines = data.strip().split(b"\\r\\n")
            return line.split()[1].decode(), dict(line.split(b": ") for line in lines)
    """)
    assert "are bytes: decode them" in repr(
        await check("parse_request", defined("parse_request", source))
    )


async def test_other_values_are_told() -> None:
    """What is in the request is what is to be returned."""
    source = RIGHT.replace("or (path, headers)", "or (path, dict.fromkeys(headers, 'x'))")
    assert "The value of 'host' is 'server.example.com', and yours is 'x'" in repr(
        await check("parse_request", defined("parse_request", source))
    )


def test_the_requests_can_be_looked_at() -> None:
    """By the names that the report uses."""
    material = exercise("parse_request").material
    assert material["POST"].startswith(b"POST /chat HTTP/1.1\r\n")
