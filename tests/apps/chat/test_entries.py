"""What a log holds, and what of it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdemo.apps.chat.entries import (
    Change,
    Deletion,
    Logged,
    Revision,
    Revisions,
    Saying,
    pack,
    unpack,
)
from wsdemo.apps.chat.news import Deleted, Edited, Said
from wsdemo.log import Entry

ADA = {"person": 1, "nick": "Ada", "client": "tab"}


def saying(text: str = "Hello", to: str | None = None) -> Saying:
    """Return something that Ada says."""
    return Saying(person=1, nick="Ada", client="tab", seq=1, text=text, to=to)


def change(target: int, text: str) -> Change:
    """Return an edit of hers."""
    return Change(person=1, nick="Ada", client="tab", seq=2, target=target, text=text)


def deletion(target: int) -> Deletion:
    """Return a deletion of hers."""
    return Deletion(person=1, nick="Ada", client="tab", seq=3, target=target)


def shown(revisions: Revisions, offset: int, logged: Logged) -> Said | Edited | Deleted:
    """Return what a member is shown of an entry."""
    return revisions.event("lobby", Entry("#lobby", offset, "1.tab", 1, 5.0, b""), logged)


@pytest.mark.parametrize("logged", [saying(to="Bob"), change(1, "x"), deletion(1)])
def test_an_entry_comes_back_from_its_octets(logged: Logged) -> None:
    """Each kind."""
    assert unpack(pack(logged)) == logged


def test_what_nobody_changed_is_shown_as_it_was_said() -> None:
    """With its place and time."""
    event = shown(Revisions(), 7, saying())
    assert event == Said(
        room="lobby", offset=7, at=5.0, nick="Ada", client="tab", seq=1, text="Hello"
    )


def test_the_last_edit_is_shown() -> None:
    """And that it was edited."""
    revisions = Revisions()
    for text in ("one", "two"):
        revisions.note(change(7, text))
    event = shown(revisions, 7, saying())
    assert isinstance(event, Said)
    assert (event.text, event.edited, event.deleted) == ("two", True, False)


def test_what_is_deleted_has_no_text_in_any_form() -> None:
    """Neither what was said, nor what it was edited to, before or after."""
    revisions = Revisions()
    for logged in (change(7, "one"), deletion(7), change(7, "two")):
        revisions.note(logged)
    said, edited = shown(revisions, 7, saying()), shown(revisions, 8, change(7, "one"))
    assert isinstance(said, Said)
    assert isinstance(edited, Edited)
    assert (said.text, said.edited, said.deleted, edited.text) == ("", False, True, "")
    assert isinstance(shown(revisions, 9, deletion(7)), Deleted)


def test_what_the_log_has_forgotten_is_forgotten() -> None:
    """Up to its first entry."""
    revisions = Revisions()
    for target in (1, 2, 3):
        revisions.note(change(target, "x"))
    revisions.forget(3)
    assert len(revisions) == 1
    assert revisions.of(3) == Revision("x")


@given(st.lists(st.tuples(st.integers(1, 3), st.text(max_size=3) | st.none())))
def test_the_latest_form_is_the_last_edit_unless_it_was_deleted(
    history: list[tuple[int, str | None]],
) -> None:
    """Against the plain reading of the log; None is a deletion."""
    revisions = Revisions()
    for target, text in history:
        revisions.note(deletion(target) if text is None else change(target, text))
    for target in (1, 2, 3):
        texts = [text for at, text in history if at == target]
        latest = revisions.of(target)
        if None in texts:
            assert latest == Revision("", deleted=True)
        else:
            assert latest == (Revision(str(texts[-1])) if texts else None)
