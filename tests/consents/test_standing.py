"""One plain status for each sign-up: what it says, and that it agrees with what the database clears."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import db
from service.consents.rules import Signer, Status
from service.consents.standing import SignerStanding, stand
from service.db import Connection
from tests.consents.test_clearance import ON_STAGE, STEPS, Known, do, panel


def one(signer: Signer, state: Status, *, joins: bool = True, valid_until: datetime | None = None) -> SignerStanding:
    return SignerStanding(signer, state, joins, valid_until)


@pytest.mark.parametrize(
    ("signers", "student", "said"),
    [
        ([one("guardian", "signed")], "yes", (True, "signed", ())),
        ([one("guardian", "signed_paper")], "yes", (True, "signed_paper", ())),
        (
            [one("guardian", "draft")],
            "not_asked",
            (False, "draft", ("The form was not sent yet.", "The student was not asked.")),
        ),
        ([one("guardian", "opened")], "yes", (False, "opened", ("The form was opened and is not signed.",))),
        ([one("guardian", "signed")], "no", (False, "signed", ("The student does not take part.",))),
        ([one("guardian", "signed", joins=False)], "yes", (False, "signed", ("The answer is no.",))),
        (
            [one("guardian", "signed"), one("second_guardian", "on_hold_objection")],
            "yes",
            (False, "on_hold_objection", ("A guardian objects. The district decides.",)),
        ),
        (
            [one("guardian", "signed_unverified")],
            "yes",
            (
                False,
                "signed_unverified",
                ("The form is signed on a slip. The school calls the guardian to confirm it.",),
            ),
        ),
    ],
)
def test_what_is_missing_is_said(signers: list[SignerStanding], student: str, said: object, now: datetime) -> None:
    found = stand(signers, student, now)  # pyright: ignore[reportArgumentType]  # the table's words are the type's
    assert (found.cleared, found.guardian, found.missing) == said


def test_two_guardians_are_asked_where_the_district_wants_two(now: datetime) -> None:
    first = one("guardian", "signed")
    assert stand([first], "yes", now, needed=2).missing == ("A second guardian must sign too.",)
    assert stand([first, one("second_guardian", "signed")], "yes", now, needed=2).cleared


@pytest.mark.parametrize("state", ["draft", "asked", "opened", "expired", "superseded"])
def test_w3_a_second_guardian_who_is_silent_is_in_nobodys_way_where_one_is_enough(state: Status, now: datetime) -> None:
    found = stand([one("guardian", "signed"), one("second_guardian", state)], "yes", now)
    assert (found.guardian, found.cleared, found.missing) == ("signed", True, ())


def test_a_guardians_yes_ends_with_the_eighteenth_birthday(now: datetime) -> None:
    signed = one("guardian", "signed", valid_until=now)
    assert stand([signed], "yes", now - timedelta(seconds=1)).cleared
    assert stand([signed], "yes", now).missing == ("The student is of age now, and is asked themselves.",)


def test_whom_the_school_withdraws_is_not_cleared(now: datetime) -> None:
    assert not stand([one("guardian", "signed")], "yes", now, withdrawn=True).cleared


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=2, max_size=10), begun=st.booleans())
async def test_the_words_and_the_database_agree_on_who_is_cleared(
    conn: Connection, now: datetime, steps: list[tuple[str, str, bool]], begun: bool
) -> None:
    found, known = await panel(conn, now), Known({})
    for step in [*(ON_STAGE if begun else ()), *steps]:
        await do(conn, found, known, step, now)
    signers = [
        SignerStanding(*row)
        for row in await conn.fetch("select signer, state, joins, null from consent where signup_id = $1", found.signup_id)
    ]
    said = stand(
        signers,
        known.assent,  # pyright: ignore[reportArgumentType]
        now,
        needed=2 if known.needs_two else 1,
        signs_for_self=known.of_age,
        withdrawn=known.withdrawn,
        lapsed=known.lapsed,
    )
    cleared = await db.one(
        conn, bool, "select exists (select from clearance where signup_id = $1) as is_so", found.signup_id
    )
    assert said.cleared == cleared, (signers, known, said)
