"""A signature is verified by software that shares no code with what signs: Mail::DKIM, which is Perl."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

dkim = pytest.importorskip("dkim", reason="dkimpy is not installed.")
VERIFY = ["perl", str(Path(__file__).parent / "dkim_verify.pl")]
MAIL = (
    b"From: Plenary <convenings@plenary.example>\r\n"
    b"To: Priya Nakamura <priya.nakamura@cedar-harbor.example>\r\n"
    b"Subject: =?utf-8?q?You_are_in=3A_K=C3=BCstenforum?=\r\n"
    b"\r\n"
    b"Tuesday, 9 o'clock.  \r\n\r\n.. and a line that begins with dots\r\n\r\n\r\n"
)
RECORD = "autumn._domainkey.plenary.example"


def verified(mail: bytes, **records: str) -> list[str]:
    """Domain and result of each signature of a mail, where these text records exist."""
    told = [word for name, text in records.items() for word in (name, text)]
    done = subprocess.run([*VERIFY, *told], input=mail, capture_output=True, check=True)
    return done.stdout.decode().splitlines()


def key_pair() -> tuple[bytes, str]:
    """A private key, and what DNS says of it."""
    key = rsa.generate_private_key(65537, 2048)
    form, plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    return key.private_bytes(serialization.Encoding.PEM, form, plain), record


@pytest.fixture(scope="module")
def signed() -> tuple[bytes, str]:
    """A mail with its signature, and the record of its key."""
    asked = ["perl", "-MMail::DKIM", "-e", "1"]
    if shutil.which("perl") is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("Mail::DKIM is not installed (on Debian: apt-get install libmail-dkim-perl).")
    private, record = key_pair()
    return dkim.sign(MAIL, b"autumn", b"plenary.example", private) + MAIL, record


def test_what_we_sign_is_good_to_others(signed: tuple[bytes, str]) -> None:
    mail, record = signed
    assert verified(mail, **{RECORD: record}) == ["plenary.example pass"]


@pytest.mark.parametrize(
    ("said", "said_then", "result"),
    [
        (b"9 o'clock", b"8 o'clock", "fail (body has been altered)"),
        (b"You_are_in", b"You_are_out", "fail (message has been altered)"),
    ],
)
def test_what_was_changed_on_the_way_is_not(signed: tuple[bytes, str], said: bytes, said_then: bytes, result: str) -> None:
    mail, record = signed
    assert mail.count(said) == 1
    assert verified(mail.replace(said, said_then), **{RECORD: record}) == [f"plenary.example {result}"]


def test_nor_is_what_another_key_signed_or_one_that_nobody_knows(signed: tuple[bytes, str]) -> None:
    mail, _ = signed
    [result] = verified(mail, **{RECORD: key_pair()[1]})
    assert result.startswith("plenary.example fail")
    [result] = verified(mail)
    assert result.startswith("plenary.example invalid")


def test_a_mail_without_a_signature_has_none(signed: tuple[bytes, str]) -> None:
    assert verified(MAIL) == []
