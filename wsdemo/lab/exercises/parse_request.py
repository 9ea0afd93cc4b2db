"""Exercise of notebook 02: read an opening handshake, or refuse it with the right HTTP status.

Leaves out what only a running server meets: a head that is too long, too slow, or cut off. The
requests are data in `request_cases`.
"""

import base64
import binascii
import functools
from collections.abc import Mapping
from typing import Any

from wsdemo.lab.exercises import answers
from wsdemo.lab.exercises.core import Case, Exercise, Verdict
from wsdemo.lab.exercises.request_cases import CASES, RequestCase

STUB = '''\
import base64
import binascii


def parse_request(data):
    """Return (path, headers) of an opening handshake, or the HTTP status to refuse it with.

    data is all of the request, as bytes, down to and including the empty line.
    """
    ...
'''

RULES = """
**Write `parse_request(data)`.** It takes the bytes of a request, down to and including the empty
line, and returns

- `(path, headers)` for a good opening handshake. `path` is the request target, such as
  `"/chat?room=1"`; `headers` is a dict from names in lower case to values without space around
  them. Lines of the same name are joined with `", "`: two lines of a list are one list.
- an `int`, the HTTP status to refuse with, for anything else:
    - 405 for another method than `GET`;
    - 505 for another version than `HTTP/1.1`;
    - 426 for no `Upgrade` that names `websocket`, no `Connection` that names `upgrade` (in any
      case, in a list of any length), and for another version of WebSocket than 13;
    - 400 for everything else: what is no HTTP, a line without a colon, a space before a colon;
      `Host`, `Sec-WebSocket-Key` or `Sec-WebSocket-Version` missing or there twice; a key that is
      not 16 octets in base64.

It raises nothing, whatever comes: an exception here would be answered with 500, which says that the
fault is the server's.
"""

HINTS = """
First take it apart, then judge it. The request line has three words; each further line has a name,
a colon and a value. `data.decode("latin-1")` never fails, whatever the bytes are.

Three words: `parts = line.split(" ")`, and `len(parts) != 3` is already a 400. `name, colon, value
= line.partition(":")` does not raise either: without a colon, `colon` is empty.

A dict keeps the last of two equal names. Look before you store: a second `host` is a 400, and a
second line of a list is joined to the first.

`Upgrade` and `Connection` are lists of words: split at commas, strip, lower, and only then ask
whether `"upgrade"` is among them. A browser sends `keep-alive, Upgrade`.

`base64.b64decode(key, validate=True)` raises `binascii.Error` for what is no base64; without
`validate=True` it skips what it does not know. The result must have 16 octets.
"""

EXPLANATION = (
    "First syntax, then meaning, and nothing that comes from outside may raise. wsdemo splits the "
    "same work in two: `Request.parse` reads, and `check_request` judges with these statuses."
)


def parse_request(data: bytes) -> tuple[str, dict[str, str]] | int:
    """Return (path, headers) of an opening handshake, or the HTTP status to refuse it with."""
    line, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/"):
        return 400
    method, path, version = parts
    if version != "HTTP/1.1":
        return 505
    if method != "GET":
        return 405
    headers = parse_headers(lines)
    return 400 if headers is None else check_headers(headers) or (path, headers)


def parse_headers(lines: list[str]) -> dict[str, str] | None:
    """Return names and values, or None if a line is no header or may not be there twice."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name, value = name.lower(), value.strip(" \t")
        if not colon or name != name.strip():
            return None
        if name in headers and name in ("host", "sec-websocket-key", "sec-websocket-version"):
            return None
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def check_headers(headers: dict[str, str]) -> int | None:
    """Return the status to refuse with, or None when all is well."""
    for name, wanted in (("upgrade", "websocket"), ("connection", "upgrade")):
        words = headers.get(name, "").lower().split(",")
        if wanted not in map(str.strip, words):
            return 426
    if "host" not in headers or "sec-websocket-version" not in headers:
        return 400
    if headers["sec-websocket-version"] != "13":
        return 426
    try:
        key = base64.b64decode(headers.get("sec-websocket-key", ""), validate=True)
    except binascii.Error:
        return 400
    return None if len(key) == 16 else 400


def build() -> Exercise:
    """Build the exercise."""
    return Exercise(
        name="parse_request",
        notebook="02_shake_hands_by_hand",
        subject="parse_request",
        rules=RULES,
        stub=STUB,
        hint_text=HINTS,
        explanation=EXPLANATION,
        solution_parts=[parse_request, parse_headers, check_headers],
        make_cases=lambda: [_case(case) for case in CASES],
        material={case.name: case.data for case in CASES},
    )


def _case(case: RequestCase) -> Case:
    return Case(case.name, case.shown, case.expected, functools.partial(examine, case))


def examine(case: RequestCase, answer: Any) -> Verdict:
    """Try an answer on one request."""
    outcome = answers.call(answer, case.data)
    if outcome.fault:
        return Verdict(outcome.came_back, f"{outcome.fault} {_instead(case)}")
    if outcome.value is None:
        answers.refuse_blank(answer)
        return Verdict(
            "None", f"Your function returns None: is a `return` missing? {_instead(case)}"
        )
    return Verdict(outcome.came_back, _judge(case, outcome.value))


def _instead(case: RequestCase) -> str:
    return f"A request that is wrong gets a status: {case.why}" if case.statuses else case.nudge


def _judge(case: RequestCase, value: Any) -> str:
    """Say what is wrong with what came back; nothing when it is right."""
    if isinstance(value, int):
        return _judge_status(case, value)
    if not isinstance(value, tuple) or len(value) != 2:
        return "Return a tuple of two, (path, headers), or an int."
    if case.statuses:
        return f"Your function accepts it. {case.nudge}"
    path, headers = value
    if path != case.path:
        return f"The path is {case.path!r}: the second word of the request line, with its query."
    return _judge_headers(case, headers)


def _judge_status(case: RequestCase, status: int) -> str:
    if not case.statuses:
        return f"Your function refuses a good handshake with {status}. {case.nudge}"
    if status in case.statuses:
        return ""
    return f"It is right to refuse, but not with {status}: {case.why}"


def _judge_headers(case: RequestCase, headers: object) -> str:
    if not isinstance(headers, Mapping):
        return f"headers is a dict, and yours is of type {type(headers).__name__}."
    for name, value in case.headers.items():
        if name not in headers:
            return _missing(name, headers)
        if headers[name] != value:
            return _other(name, value, headers[name])
    return ""


def _missing(name: str, headers: Mapping[Any, Any]) -> str:
    if any(isinstance(key, bytes) for key in headers):
        return "The names in headers are bytes: decode them."
    if any(isinstance(key, str) and key.strip().lower() == name for key in headers):
        return f"The names in headers have to be in lower case, such as {name!r}."
    return f"headers has no {name!r}."


def _other(name: str, value: str, found: object) -> str:
    if isinstance(found, str) and found.strip() == value:
        return f"The value of {name!r} has space around it, which does not belong to it: strip it."
    if ", " in value and found in value.split(", "):
        return f"There are two lines {name!r}, which make one list: join them with ', '."
    return f"The value of {name!r} is {value!r}, and yours is {answers.tidy(found)}."
