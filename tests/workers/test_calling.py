"""One call: to the very address that was looked at, without detours, and over in time, whoever listens there."""

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.exchange import resolving
from tests.workers.receiver import FINE, Answer, Receiver, receiving
from workers.calling import Caller, Wire, dial, trusted

HOST = "hooks.cedar-harbor.example"
PUBLIC = "93.184.215.14"
ELSEWHERE = ", and we follow nobody elsewhere"
SIGNED = [("webhook-id", "1"), ("webhook-timestamp", "2"), ("webhook-signature", "v1,x")]


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as made:
        yield made


async def hang(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drip_head(writer: asyncio.StreamWriter) -> None:
    """A head that never ends, a byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.001)


async def drip_hints(writer: asyncio.StreamWriter) -> None:
    """Always one more moment."""
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.001)


async def flood(writer: asyncio.StreamWriter) -> None:
    """A body without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 65536)
        await writer.drain()


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()


def status(line: str, *headers: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {line}", "Content-Length: 0", *headers, "", "")).encode()


@pytest.mark.parametrize(
    ("answer", "found", "words"),
    [
        (FINE, 204, ""),
        (status("299 Whatever"), 299, ""),
        (status("500 Oh No"), 500, "it answered 500"),
        (status("410 Gone"), 410, "it answered 410"),
        (status("302 Found", "Location: /elsewhere"), 302, f"it answered 302{ELSEWHERE}"),
        (status("308 Permanent Redirect", "Location: /elsewhere"), 308, f"it answered 308{ELSEWHERE}"),
        (flood, 200, ""),
        (hang, None, "it did not answer within 0.3 seconds"),
        (drip_head, None, "it did not answer within 0.3 seconds"),
        (drip_hints, None, "it did not answer within 0.3 seconds"),
        (close, None, "what it answered is not HTTP"),
        (b"220 smtp.example ESMTP\r\n", None, "what it answered is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000 + b"\r\n\r\n", None, "what it answered is not HTTP"),
    ],
)
async def test_whatever_the_other_side_does_is_an_answer_and_takes_no_longer_than_our_patience(
    receiver: Receiver, answer: Answer, found: int | None, words: str
) -> None:
    receiver.answer = lambda _: answer
    began = asyncio.get_running_loop().time()
    told = await Caller(to_loopback=True, patience=0.3).post(receiver.url, SIGNED, b"{}")
    assert asyncio.get_running_loop().time() - began < 2
    assert told.status == found
    assert told.error == words
    assert receiver.connections == len(receiver.got) == 1


async def test_a_retry_after_in_seconds_is_told_and_nothing_else_in_its_place(receiver: Receiver) -> None:
    for value, seconds in (("120", 120), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("-5", 0), ("9" * 20, 0)):
        receiver.answer = lambda _, value=value: status("429 Slow Down", f"Retry-After: {value}")
        assert (await Caller(to_loopback=True).post(receiver.url, SIGNED, b"{}")).retry_after == seconds


async def test_the_head_is_the_answer_however_long_the_connection_stays_open(receiver: Receiver) -> None:
    """Many keep it open for the next call, and nothing more will ever come."""
    open_still = asyncio.Event()

    async def keep_open(writer: asyncio.StreamWriter) -> None:
        writer.write(status("200 OK"))
        await open_still.wait()

    receiver.answer = lambda _: keep_open
    told = await Caller(to_loopback=True, patience=0.9).post(receiver.url, SIGNED, b"{}")
    open_still.set()
    assert told.status == 200
    assert told.milliseconds < 500


@pytest.mark.parametrize(
    "broken", [OSError(errno.ENETUNREACH, "Network is unreachable"), OSError(errno.EHOSTUNREACH, "-"), None]
)
async def test_an_address_that_cannot_be_reached_or_is_silent_leaves_time_for_the_next(broken: OSError | None) -> None:
    dialled: list[str] = []

    async def two(_: str, __: int) -> list[str]:
        return ["2606:4700::1111", PUBLIC]

    async def first_leads_nowhere(address: str, _: int, __: ssl.SSLContext | None, ___: str) -> Wire:
        dialled.append(address)
        if address == PUBLIC:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        if broken:
            raise broken
        await asyncio.Event().wait()
        raise AssertionError

    told = await Caller(resolve=two, dial=first_leads_nowhere, patience=0.3).post(f"https://{HOST}/", SIGNED, b"{}")
    assert dialled == ["2606:4700::1111", PUBLIC]
    assert told.error == "no connection: Connection refused"


async def test_a_certificate_that_is_not_valid_is_said_and_no_other_address_is_tried() -> None:
    async def two(_: str, __: int) -> list[str]:
        return [PUBLIC, "93.184.215.15"]

    async def not_valid(address: str, _: int, __: ssl.SSLContext | None, ___: str) -> Wire:
        assert address == PUBLIC
        error = ssl.SSLError(1, "no")
        error.reason = "WRONG_VERSION_NUMBER"
        raise error

    told = await Caller(resolve=two, dial=not_valid).post(f"https://{HOST}/", SIGNED, b"{}")
    assert told.error == "no encrypted connection: WRONG_VERSION_NUMBER"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (socket.EAI_NONAME, "Nothing on the internet has this name. Look whether it is spelled right."),
        (socket.EAI_AGAIN, "Its name could not be looked up."),
        (socket.EAI_FAIL, "Its name could not be looked up."),
        (None, "Its name could not be looked up."),
    ],
)
async def test_name_servers_that_are_silent_are_told_apart_from_a_name_that_nobody_has(
    monkeypatch: pytest.MonkeyPatch, code: int | None, words: str
) -> None:
    silent = threading.Event()

    def ask(*_: object, **__: object) -> None:
        if code is not None:
            raise socket.gaierror(code, "in the words of the system")
        silent.wait()

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    monkeypatch.setattr(resolving, "PATIENCE", 0.1)
    told = await Caller().post(f"https://{HOST}/", SIGNED, b"{}")
    silent.set()
    assert told.error == words


async def test_nobody_there_is_an_answer_too() -> None:
    async with receiving() as gone:
        url = gone.url
    told = await Caller(to_loopback=True).post(url, SIGNED, b"{}")
    assert (told.status, told.error.startswith("no connection")) == (None, True)

    async def nowhere(_: str, __: int) -> list[str]:
        return []

    told = await Caller(resolve=nowhere).post(f"https://{HOST}/", SIGNED, b"{}")
    assert told.error == "Nothing on the internet has this name. Look whether it is spelled right."


async def test_a_name_that_turns_to_a_private_address_is_not_called(receiver: Receiver) -> None:
    """Rebinding: it was public when it was written down, and is asked anew with each call, once."""
    asked: list[str] = []
    answers = iter([["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::ffff:127.0.0.1"]])

    async def turncoat(host: str, _: int) -> list[str]:
        asked.append(host)
        return next(answers)

    for _ in range(3):
        told = await Caller(resolve=turncoat).post(f"https://{HOST}:{receiver.port}/", SIGNED, b"{}")
        assert told.error == "This leads to a private network, where we call nobody."
    assert asked == [HOST] * 3
    assert receiver.connections == 0


async def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await Caller(to_loopback=True).post(receiver.url, SIGNED, b"{}")).status == 204
        assert proxy.connections == 0


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[[str], Path]:
    """Makes the certificate of a name, with its key, signed by itself."""

    def make(name: str) -> Path:
        key, moment = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = (
            x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(moment - timedelta(days=1))
            .not_valid_after(moment + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = tmp_path / f"{name}.pem"
        path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        return path

    return make


async def test_the_checked_address_is_dialled_and_the_certificate_must_be_the_names(
    certificate: Callable[[str], Path],
) -> None:
    right, wrong = certificate(HOST), certificate("elsewhere.example")
    world = ssl.create_default_context(cafile=right)
    world.load_verify_locations(wrong)
    dialled: list[tuple[str, int, str]] = []
    assert (trusted().verify_mode, trusted().check_hostname) == (ssl.CERT_REQUIRED, True)

    async def resolve(_: str, __: int) -> list[str]:
        return [PUBLIC]

    async def call(file: Path, world: ssl.SSLContext | None) -> tuple[int | None, str]:
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(file)
        async with receiving(serving) as there:

            async def redirected(address: str, port: int, tls: ssl.SSLContext | None, name: str) -> Wire:
                dialled.append((address, port, name))
                assert tls is trusted()
                return await dial("127.0.0.1", there.port, world or tls, name)

            told = await Caller(resolve=resolve, dial=redirected).post(f"https://{HOST}:8443/x", SIGNED, b"{}")
            assert [got.headers["host"] for got in there.got] == ([f"{HOST}:8443"] if told.status else [])
            return told.status, told.error

    assert await call(right, world) == (204, "")
    none, words = await call(wrong, world)
    assert (none, words.startswith("its certificate is not valid: Hostname mismatch")) == (None, True)
    none, words = await call(right, None)
    assert (none, words.startswith("its certificate is not valid: self")) == (None, True)
    assert dialled == [(PUBLIC, 8443, HOST)] * 3
