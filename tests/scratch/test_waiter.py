"""What one coroutine awaits: it goes on at once where it can, and as with a future elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from typing import Any

import pytest

from tests.scratch.fakes import outside
from tests.scratch.raw import until
from wsdemo.scratch.waiter import ConcurrencyError, Waiter

Start = Callable[..., "asyncio.Task[Any]"]

NAME: ContextVar[str] = ContextVar("NAME", default="nobody")


def usual(work: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
    """Start a task as asyncio does: it is written in C."""
    return asyncio.get_running_loop().create_task(work, **options)


def in_python(work: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
    """Start a task of the kind that asyncio has where it can't have C, and under nest_asyncio."""
    kind: Any = vars(asyncio.tasks)["_PyTask"]
    task: asyncio.Task[Any] = kind(work, loop=asyncio.get_running_loop(), **options)
    return task


def eager(work: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
    """Start a task that runs to its first wait before this returns; Python 3.12 has them."""
    factory: Any = vars(asyncio)["eager_task_factory"]
    task: asyncio.Task[Any] = factory(asyncio.get_running_loop(), work, **options)
    return task


KINDS: list[Start] = [usual, in_python]
if sys.version_info >= (3, 12):
    KINDS.append(eager)


@pytest.fixture(params=KINDS)
def start(request: pytest.FixtureRequest) -> Start:
    """Start a task, of each kind that there is."""
    kind: Start = request.param
    return kind


@pytest.fixture
async def waiter() -> Waiter:
    """Return a waiter of the running loop."""
    return Waiter(asyncio.get_running_loop())


async def turns(count: int = 3) -> None:
    """Let the loop go round."""
    for _ in range(count):
        await asyncio.sleep(0)


async def follow(waiter: Waiter, log: list[str], word: str = "on") -> None:
    """Wait, and note that it is over."""
    await waiter.wait()
    log.append(word)


def waker(waiter: Waiter, log: list[str]) -> Callable[[], None]:
    """Return what wakes, and notes that it has come back."""

    def wake() -> None:
        waiter.wake()
        log.append("back")

    return wake


async def test_outside_of_tasks_the_coroutine_goes_on_at_once(waiter: Waiter, start: Start) -> None:
    """Before the call returns that woke it."""
    log: list[str] = []
    task = start(follow(waiter, log))
    await turns()
    await outside(waker(waiter, log))
    assert log == ["on", "back"]
    await task


async def test_inside_of_a_task_it_goes_on_in_the_next_turn(waiter: Waiter, start: Start) -> None:
    """A task can't be entered while another one runs."""
    log: list[str] = []
    task = start(follow(waiter, log))
    await turns()
    waker(waiter, log)()
    assert log == ["back"]
    await task
    assert log == ["back", "on"]


async def test_it_may_be_put_off(waiter: Waiter, start: Start) -> None:
    """For whoever is amid something that nobody should see."""
    log: list[str] = []

    task = start(follow(waiter, log))
    await turns()
    await outside(waiter.wake_soon, lambda: log.append("back"))
    await task
    assert log == ["back", "on"]


async def test_a_coroutine_that_is_woken_directly_can_wake_another_one(start: Start) -> None:
    """Which then goes on in the next turn, since a task is running."""
    loop, log = asyncio.get_running_loop(), list[str]()
    first, second = Waiter(loop), Waiter(loop)

    async def chain() -> None:
        await first.wait()
        waker(second, log)()

    tasks = [start(chain()), start(follow(second, log, "second"))]
    await turns()
    await outside(first.wake)
    await asyncio.gather(*tasks)
    assert log == ["back", "second"]


async def test_to_wake_nobody_is_nothing(waiter: Waiter, start: Start) -> None:
    """And is not remembered: whoever waits looks whether it has to, first."""
    await outside(waiter.wake)
    waiter.wake()
    waiter.wake_soon()
    task = start(follow(waiter, []))
    await turns()
    assert (task.done(), waiter.is_awaited) == (False, True)
    waiter.wake()
    await task


async def test_to_wake_twice_is_to_wake_once(waiter: Waiter, start: Start) -> None:
    """However it is done."""
    log: list[str] = []

    async def wait_twice() -> None:
        await follow(waiter, log)
        await follow(waiter, log)

    task = start(wait_twice())
    await turns()
    waiter.wake()
    waiter.wake()
    waiter.wake_soon()
    await turns()
    assert log == ["on"]
    await outside(waiter.wake)
    await task


async def test_it_may_be_used_again_and_again(waiter: Waiter, start: Start) -> None:
    """By the same coroutine, woken in one way or the other."""
    log: list[str] = []

    async def wait_often() -> None:
        for number in range(6):
            await follow(waiter, log, str(number))

    task = start(wait_often())
    for number in range(3):
        await turns()
        await outside(waiter.wake)
        assert log[-1] == str(2 * number)
        waiter.wake()
    await task
    assert log == list("012345")


async def test_two_coroutines_are_one_too_many(waiter: Waiter, start: Start) -> None:
    """Until the first has gone on, and not only until it was told to."""
    log: list[str] = []
    task = start(follow(waiter, log))
    await turns()
    for _ in range(2):
        with pytest.raises(ConcurrencyError):
            await waiter.wait()
        waiter.wake()
    await task
    assert (log, waiter.is_awaited) == (["on"], False)


# The rules of tasks


async def test_the_coroutine_runs_as_its_own_task(waiter: Waiter, start: Start) -> None:
    """And afterwards no task runs, as before."""
    seen: list[object] = []

    async def look() -> None:
        await waiter.wait()
        seen.append(asyncio.current_task())

    task = start(look())
    await turns()
    await outside(waiter.wake, lambda: seen.append(asyncio.current_task()))
    assert seen == [task, None]


@pytest.mark.parametrize("verb", ["wake", "wake_soon", "cancel"])
@pytest.mark.parametrize("directly", [True, False])
async def test_the_coroutine_has_its_own_context_variables(
    directly: bool, verb: str, waiter: Waiter, start: Start
) -> None:
    """Not those of whoever wakes it, at once or later; who doesn't get its own either."""
    seen: list[str] = []

    async def look() -> None:
        NAME.set("reader")
        with contextlib.suppress(asyncio.CancelledError):
            await waiter.wait()
        seen.append(NAME.get())
        NAME.set("reader, later")

    def wake() -> None:
        NAME.set("waker")
        getattr(task if verb == "cancel" else waiter, verb)()
        assert NAME.get() == "waker"

    async def wake_in_a_task() -> None:
        wake()

    task = start(look(), context=copy_context())
    await turns()
    if directly:
        await outside(wake, context=copy_context())
    else:
        await start(wake_in_a_task(), context=copy_context())
    await task
    assert (seen, NAME.get()) == (["reader"], "nobody")


async def test_a_waker_in_the_very_context_of_the_task_is_no_problem(
    waiter: Waiter, start: Start
) -> None:
    """No context can be entered twice; the coroutine goes on in the next turn."""
    context, log = copy_context(), list[str]()
    task = start(follow(waiter, log), context=context)
    await turns()
    await outside(waker(waiter, log), context=context)
    await task
    assert log == ["back", "on"]


@pytest.mark.parametrize("kind", [LookupError, RuntimeError, asyncio.CancelledError])
async def test_what_the_coroutine_raises_is_not_for_the_waker(
    kind: type[BaseException], waiter: Waiter, start: Start
) -> None:
    """It stays in the task; and nothing is done twice."""
    log: list[str] = []

    async def fail() -> None:
        await follow(waiter, log)
        raise kind("on purpose")

    task = start(fail())
    await turns()
    await outside(waker(waiter, log))
    assert (log, task.done()) == (["on", "back"], True)
    with pytest.raises(kind):
        await task


async def test_the_waiting_coroutine_can_be_cancelled(waiter: Waiter, start: Start) -> None:
    """With a message, as everywhere; and the next one may wait."""
    said: list[object] = []

    async def wait() -> None:
        try:
            await waiter.wait()
        except asyncio.CancelledError as error:
            said.extend(error.args)
            raise

    task = start(wait())
    await turns()
    task.cancel("enough")
    await asyncio.wait([task])
    assert (task.cancelled(), said, waiter.is_awaited) == (True, ["enough"], False)
    task = start(follow(waiter, []))
    await turns()
    await outside(waiter.wake)
    assert task.done()


@pytest.mark.parametrize(
    "order", ["wake, cancel", "cancel, wake", "cancel, cancel", "soon, cancel"]
)
async def test_to_be_cancelled_and_woken_in_one_turn_is_to_be_cancelled(
    order: str, waiter: Waiter, start: Start
) -> None:
    """Whichever was first; and nobody waits any more."""
    log: list[str] = []
    task = start(follow(waiter, log))
    await turns()
    calls: dict[str, Callable[[], object]] = {
        "wake": waiter.wake,
        "soon": waiter.wake_soon,
        "cancel": task.cancel,
    }
    for word in order.split(", "):
        calls[word]()
    await asyncio.wait([task])
    assert (task.cancelled(), log, waiter.is_awaited) == (True, [], False)


async def test_it_is_too_late_to_cancel_what_was_woken_at_once(
    waiter: Waiter, start: Start
) -> None:
    """The coroutine has gone on already."""
    log: list[str] = []
    task = start(follow(waiter, log))
    await turns()
    await outside(waiter.wake, lambda: log.append(str(task.cancel())))
    await task
    assert log == ["on", "False"]


async def test_a_coroutine_may_survive_being_cancelled(waiter: Waiter, start: Start) -> None:
    """And wait again."""
    log: list[str] = []

    async def stubborn() -> None:
        with pytest.raises(asyncio.CancelledError):
            await waiter.wait()
        await follow(waiter, log)

    task = start(stubborn())
    await turns()
    task.cancel()
    await turns()
    assert not task.done()
    await outside(waiter.wake)
    assert log == ["on"]
    await task


async def test_a_time_limit(waiter: Waiter, start: Start) -> None:
    """It ends the waiting, and no more than that."""
    log: list[str] = []

    async def wait() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await follow(waiter, log, "never")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(follow(waiter, log, "never"), 0.001)
        log.append("twice")
        await follow(waiter, log)

    task = start(wait())
    await until(lambda: log)
    await outside(waiter.wake)
    await task
    assert log == ["twice", "on"]


async def test_a_task_group_cancels_it_when_another_task_fails(waiter: Waiter) -> None:
    """As it cancels all the others."""

    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            tasks.append(group.create_task(follow(waiter, [])))
            group.create_task(fail())

    tasks: list[asyncio.Task[None]] = []
    with pytest.raises(ExceptionGroup) as raised:
        await both()
    assert raised.group_contains(LookupError)
    assert (tasks[0].cancelled(), waiter.is_awaited) == (True, False)


async def test_a_shielded_coroutine_waits_on(waiter: Waiter, start: Start) -> None:
    """When the one that shields it is cancelled."""
    log: list[str] = []
    inner = start(follow(waiter, log))

    async def shielding() -> None:
        await asyncio.shield(inner)

    outer = start(shielding())
    await turns()
    outer.cancel()
    await asyncio.wait([outer])
    assert (outer.cancelled(), inner.done()) == (True, False)
    await outside(waiter.wake)
    assert log == ["on"]
    await inner
