"""What is true after whatever happened to registrations and invitations."""

from collections.abc import AsyncGenerator

import pytest

from service import db


@pytest.fixture(autouse=True)
async def answers_are_kept(request: pytest.FixtureRequest) -> AsyncGenerator[None]:
    """Each invitation says itself what became of it, as the view finds out."""
    owner = request.getfixturevalue("owner") if "conn" in request.fixturenames or "pool" in request.fixturenames else None
    yield
    if owner is not None:
        wrong = "select i.id from invitation i join invitation_answer a on a.id = i.id where a.answer <> i.answer"
        assert await db.many(owner, object, wrong) == []
