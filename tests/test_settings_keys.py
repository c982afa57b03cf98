"""S3: without keys for what is encrypted field by field nothing starts; who is told of a broken glass has a default."""

from typing import Any

import pytest

from service.errors import StartRefused
from service.settings import Settings, from_env
from workers.smtp import DATA_TIMEOUT

KEY = "ab" * 32
GIVEN = {"PLENARY_DATABASE_URL": "postgresql:///", "PLENARY_SECRET_KEY": "x" * 32, "PLENARY_FIELD_KEYS": KEY}
WRONG = "PLENARY_FIELD_KEYS must be keys of 64 hexadecimal digits, newest first, with commas between."


def settings(**changes: str) -> Settings:
    return from_env(GIVEN | {f"PLENARY_{name}": value for name, value in changes.items()})


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "PLENARY_FIELD_KEYS is not set, and there is no default for it."),
        (",", WRONG),
        ("ab" * 31, WRONG),
        (f"{KEY},{'xy' * 32}", WRONG),
        (f"{KEY} {KEY}", WRONG),
    ],
)
def test_s3_without_keys_that_can_be_nothing_starts_and_no_key_is_repeated(keys: str, said: str) -> None:
    with pytest.raises(StartRefused) as refused:
        settings(FIELD_KEYS=keys)
    assert str(refused.value) == said


def test_s3_several_keys_keep_their_order() -> None:
    assert settings(FIELD_KEYS=f" {'cd' * 32}, {KEY} ").field_keys == ("cd" * 32, KEY)


def test_where_others_sign_in_no_webhook_calls_this_machine() -> None:
    assert settings(WEBHOOKS_TO_LOOPBACK="true").webhooks_to_loopback
    assert not settings(PUBLIC_URL="https://plenary.example").webhooks_to_loopback
    with pytest.raises(StartRefused, match=r"^PLENARY_WEBHOOKS_TO_LOOPBACK is for trying out"):
        settings(WEBHOOKS_TO_LOOPBACK="true", PUBLIC_URL="https://plenary.example")


@pytest.mark.parametrize(
    ("changes", "address"),
    [
        (
            {"PRIVACY_LEAD": "T Marsh <privacy@plenary.example>", "ORGANIZER": "O <o@plenary.example>"},
            "privacy@plenary.example",
        ),
        ({"ORGANIZER": "O <o@plenary.example>"}, "o@plenary.example"),
        ({}, "convenings@plenary.example"),
    ],
)
def test_r3_who_is_told_of_a_broken_glass_is_named_or_the_first_organizer_or_we(changes: Any, address: str) -> None:
    assert settings(**changes).privacy_address == address


def test_r3_a_privacy_lead_who_cannot_be_written_to_stops_the_start() -> None:
    with pytest.raises(StartRefused, match=r"^PLENARY_PRIVACY_LEAD must be like Thandiwe Marsh "):
        settings(PRIVACY_LEAD="the lawyer")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"METRICS_TOKEN": "short"}, "PLENARY_METRICS_TOKEN is too short. Give at least 24 characters."),
        ({"SMTP_CONNECTIONS": "0"}, "PLENARY_SMTP_CONNECTIONS must be a number from 1 to 100."),
        ({"METRICS_PORT": "70000"}, "PLENARY_METRICS_PORT must be a port between 1 and 65535, or 0 for none."),
        ({"DRAIN_SECONDS": "-1"}, "PLENARY_DRAIN_SECONDS must be seconds from 0 to 300."),
        ({"STOP_SECONDS": "0"}, "PLENARY_STOP_SECONDS must be seconds from 1 to 3600."),
        ({"LOG_FORMAT": "xml"}, "PLENARY_LOG_FORMAT cannot be read: Invalid enum value 'xml'."),
    ],
)
def test_what_operations_cannot_be_stops_the_start(changes: Any, said: str) -> None:
    with pytest.raises(StartRefused) as refused:
        settings(**changes)
    assert str(refused.value) == said


def test_without_a_word_a_process_ends_quickly_and_a_worker_has_time_for_the_slowest_mail_server() -> None:
    plain = settings()
    assert (plain.drain_seconds, plain.log_format, plain.metrics_port, plain.metrics_token) == (0, "auto", 0, "")
    assert plain.stop_seconds > DATA_TIMEOUT
