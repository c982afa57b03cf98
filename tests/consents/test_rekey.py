"""`python -m service.consents.rekey` as an operator calls it."""

import subprocess
import sys
from datetime import datetime
from uuid import UUID

import pytest

from service.consents import day_facts
from service.consents.day_rules import FIELDS
from service.db import Connection
from service.field_cipher import Ring
from service.settings import Settings
from tests.consents.test_day_facts import FACTS, sign, write
from tests.web.serving import environment, free_port

pytestmark = pytest.mark.slow
OLD, NEW = "aa" * 32, "bb" * 32


def rekeyed(settings: Settings, keys: str) -> tuple[int, str, str]:
    """The exit code, what it says, and what it complains of."""
    env = environment(settings, free_port(), PLENARY_FIELD_KEYS=keys)
    ended = subprocess.run(
        [sys.executable, "-m", "service.consents.rekey"], env=dict(env), capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout.strip(), ended.stderr.strip()


async def test_s3_it_says_how_many_are_under_the_newest_key_and_ends_with_zero(
    conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    consent_id = await sign(conn, zuri, now)
    await write(conn, Ring([OLD]), consent_id, now)
    count = len(FIELDS)
    assert rekeyed(settings, f"{NEW},{OLD}") == (0, f"{count} values sealed anew, 0 under older keys.", "")
    assert (await day_facts.of_signer(conn, Ring([NEW]), consent_id)).facts == FACTS
    assert rekeyed(settings, NEW) == (0, "0 values sealed anew, 0 under older keys.", "")


async def test_s3_what_no_key_opens_is_named_without_a_word_of_it_and_ends_with_one(
    conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    consent_id = await sign(conn, zuri, now)
    await write(conn, Ring([OLD]), consent_id, now)
    code, said, complaint = rekeyed(settings, NEW)
    assert (code, said) == (1, f"0 values sealed anew, {len(FIELDS)} under older keys.")
    assert len(complaint.splitlines()) == len(FIELDS)
    assert f"signer {consent_id}, allergies: no key in PLENARY_FIELD_KEYS opens it." in complaint
    assert (OLD in complaint, NEW in complaint, "Peanuts" in complaint) == (False, False, False)


def test_s3_without_keys_it_is_one_sentence(settings: Settings) -> None:
    said = rekeyed(settings, "")[2]
    assert said == "PLENARY_FIELD_KEYS is not set, and there is no default for it."
