"""DKIM: what we send is signed whole, the same mail gives the same bytes, and one changed letter is seen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import dkim
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from emails.render import render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from service.deliveries import dns_records
from service.errors import StartRefused
from service.settings import Settings
from tests import make
from tests.workers.conftest import Office
from workers.signing import Signer, signer

AT = datetime(2027, 1, 20, 15, 0, 7, tzinfo=UTC)
PEM = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
SIGNER = Signer(b"plenary.example", b"plenary", PEM)


def published(name: bytes, *_: object, **__: object) -> bytes:
    """What the DNS of a careful domain says."""
    return dns_records.public_part(PEM).encode() if name == b"plenary._domainkey.plenary.example." else b""


@pytest.fixture(autouse=True)
def whoever_checks_lives_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature from the future does not count, and these are of the tests' time."""
    monkeypatch.setattr(dkim, "time", SimpleNamespace(time=(AT + timedelta(days=1)).timestamp))


@pytest.mark.parametrize("name", ["invite", "cancelled", "reminder, a week", "sign in"])
def test_each_kind_of_mail_verifies_and_goes_out_again_as_the_same_bytes(name: str) -> None:
    message = next(message for said, message in SAMPLES if said == name)
    mail = render(message, SAMPLE_SENDER, sample_handover())
    signed = SIGNER.signed(mail, AT)
    assert signed == SIGNER.signed(mail, AT)
    assert signed.content.endswith(mail.content)
    head = signed.content[: -len(mail.content)]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
    assert b"c=relaxed/relaxed" in head
    assert b"a=rsa-sha256" in head
    assert b" l=" not in head
    assert dkim.verify(signed.content, dnsfunc=published)
    changes = (
        (b"Subject: ", b"Subject: Not "),
        (b"\r\n--=_", b"\r\nmore\r\n--=_"),
        (b"From: ", b"From: x@y.example\r\nFrom: "),
    )
    for old, new in changes:
        assert not dkim.verify(signed.content.replace(old, new, 1), dnsfunc=published), old


async def test_what_a_worker_sends_is_signed(office: Office, now: datetime) -> None:
    office.mailer = type(office.mailer)(office.pool, office.settings, office.exchange, office.clock, SIGNER)
    async with office.pool.acquire() as taken:
        place = await make.convening(taken, now)
        await make.registered(taken, place.id, 1, now=now)
    await office.settle()
    [(_, raw)] = office.caught(1)
    assert dkim.verify(raw, dnsfunc=published)


def test_the_record_to_publish_is_of_the_key_that_signs(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(PEM)
    own = msgspec.structs.replace(settings, dkim_key=str(path))
    found = signer(own)
    assert found == SIGNER
    first, *rest = dns_records.records(own, PEM)
    assert (first.name, first.kind) == ("plenary._domainkey.plenary.example", "TXT")
    assert first.value.replace('" "', "").strip('"') == dns_records.public_part(PEM)
    assert all(len(part) <= 257 for part in first.value.split(" ") if part.startswith('"p='))
    assert [one.kind for one in rest] == ["TXT", "TXT"]
    comes_in = dns_records.records(msgspec.structs.replace(own, inbound_border="mx.plenary.example"), None)
    assert [one.value for one in comes_in if one.kind == "MX"] == ["10 mx.plenary.example."] * 2
    assert signer(settings) is None


@pytest.mark.parametrize("wrong", ["missing", "no key", "short", "curve"])
def test_a_key_that_cannot_sign_stops_the_start_with_one_sentence(settings: Settings, tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "key.pem"
    if wrong == "no key":
        path.write_text("hello")
    if wrong in ("short", "curve"):
        key = rsa.generate_private_key(65537, 1024) if wrong == "short" else ec.generate_private_key(ec.SECP256R1())
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(StartRefused) as refused:
        dns_records.signing_key(str(path))
    assert str(refused.value).endswith("See PLENARY_DKIM_KEY.")
