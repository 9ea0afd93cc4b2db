"""The handshakes of the exercise are what they say they are."""

import pytest

from wsdemo.errors import HandshakeError
from wsdemo.lab.exercises.request_cases import BAD, CASES, GOOD, RequestCase
from wsdemo.protocol.handshake import check_request
from wsdemo.protocol.http import Request


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_good_one_is_accepted_by_wsdemo(case: RequestCase) -> None:
    """With the path and the headers that the case lists."""
    parsed = Request.parse(case.data)
    assert parsed is not None
    request, used = parsed
    check_request(request)
    assert (request.path, used) == (case.path, len(case.data))
    assert {name: request.headers.combined(name) for name in case.headers} == case.headers


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_a_bad_one_is_refused_by_wsdemo_with_the_best_status(case: RequestCase) -> None:
    """Our own server is the measure of the statuses."""
    with pytest.raises(HandshakeError) as caught:
        check_request(Request.parse(case.data)[0])  # type: ignore[index]
    assert caught.value.status == case.statuses[0]


def test_there_are_a_dozen_bad_ones_and_more() -> None:
    """Each with a reason, a nudge, and a name of its own."""
    assert len(BAD) >= 12
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.why and case.nudge for case in BAD)


def test_what_is_expected_is_said_in_words() -> None:
    """The status, others that will do, and why."""
    by_name = {case.name: case for case in CASES}
    assert by_name["no Upgrade"].expected.startswith("426 (or 400): this is a plain GET")
    assert by_name["a plain handshake"].expected == "('/chat', headers)"
