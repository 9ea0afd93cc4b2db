"""A job survives the command line."""

import pytest

from wsdemo.lab.bench.job import Job
from wsdemo.lab.bench.workloads import connect, echo, fan_out


@pytest.mark.parametrize("job", [Job(), Job(10), Job(0, True)])
def test_a_job_is_read_as_it_was_written(job: Job) -> None:
    """By whatever language."""
    assert Job.parse(job.words) == job


def test_a_workload_tells_the_server_only_what_it_must_know() -> None:
    """In flight is the generator's business; copies are the server's."""
    assert Job.of(echo(depth=16, deflate=True)) == Job(0, True)
    assert Job.of(fan_out(1000, 10)) == Job(10)
    assert Job.of(connect()) == Job()


@pytest.mark.parametrize("words", [[], ["1"], ["many", "plain"]])
def test_a_job_that_is_not_there_is_an_error(words: list[str]) -> None:
    """Whoever starts a server by hand learns it at once."""
    with pytest.raises(ValueError, match=r"unpack|invalid literal"):
        Job.parse(words)
