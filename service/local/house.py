"""The house of the local mode: servers, schema, demo data, mailbox, web and worker come up one after the other."""

import asyncio
import socket
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path

import asyncpg

from service import schema
from service.db import one, prepare_connection
from service.errors import StartRefused
from service.local import demo, tour
from service.local.catcher import Catcher, open_catcher
from service.local.environment import ROOT, kept_secrets, looked_over
from service.local.folder import DataFolder
from service.local.mail import MailFolder
from service.local.mailbox import serve_mailbox
from service.local.programs import Program, end_all
from service.local.reach import need_redis, take_port
from service.local.servers import DATABASE, OWNER, Servers, start_in
from service.settings import Settings

PATIENCE = 60.0
SIGN_IN = "the code comes to the mailbox"


async def live(env: dict[str, str]) -> None:
    """Bring everything up, say where it is, and keep it up until cancelled; raises StartRefused with one sentence."""
    began = time.monotonic()
    settings = looked_over(env)
    async with AsyncExitStack() as stack:
        folder = DataFolder.open(Path(settings.data_dir))
        stack.callback(folder.close)
        mailbox_door = _doors(env, settings)
        if mailbox_door is not None:
            stack.callback(mailbox_door.close)
        env |= {name: value for name, value in kept_secrets(folder.path).items() if name not in env}
        settings = looked_over(env)
        servers = _start_servers(env, folder)
        stack.callback(servers.stop)
        people = await _prepare_database(env, servers, settings)
        if mailbox_door is not None:
            env["PLENARY_SMTP_URL"] = await _open_mailbox(stack, folder.path, settings.public_url, mailbox_door)
        programs = _start_programs(stack, env, folder.part("log"))
        await _until_ready(programs, settings)
        print(_table(env, settings, people, mailbox_door is not None, time.monotonic() - began), flush=True)
        await _keep_up(servers, programs)


def _doors(env: dict[str, str], settings: Settings) -> socket.socket | None:
    """Refuse ports that are taken before anything is started; the mailbox's door, where mail is caught here."""
    take_port(settings.http_host, settings.http_port, "PLENARY_HTTP_PORT").close()
    if "PLENARY_SMTP_URL" in env:
        return None
    return take_port("127.0.0.1", settings.mailbox_port, "PLENARY_MAILBOX_PORT")


def _start_servers(env: dict[str, str], folder: DataFolder) -> Servers:
    """PostgreSQL and Valkey, each only where no other one is named."""
    own_postgres, own_redis = "PLENARY_DATABASE_URL" not in env, "PLENARY_REDIS_URL" not in env
    if not own_redis:
        need_redis(env["PLENARY_REDIS_URL"])
    if own_postgres or own_redis:
        print("Starting the servers …", flush=True)
    servers = start_in(folder, postgres=own_postgres, redis=own_redis)
    if own_redis:
        env["PLENARY_REDIS_URL"] = servers.redis_url
    return servers


async def _prepare_database(env: dict[str, str], servers: Servers, settings: Settings) -> list[tuple[str, str]]:
    """Database, role, schema and demo data, each where it is missing; leaves the application's address in `env`.

    Whom of the demo somebody can sign in as.
    """
    owner_url = env.pop("PLENARY_DATABASE_OWNER_URL", "") or env.get("PLENARY_DATABASE_URL", "")
    if "PLENARY_DATABASE_URL" not in env:
        owner_url = servers.database_url(DATABASE, OWNER)
        await make_database(servers.database_url("postgres", OWNER))
        env["PLENARY_DATABASE_URL"] = servers.database_url(DATABASE, "plenary_app")
    done = await schema.upgrade(owner_url, schema.app_password(env["PLENARY_DATABASE_URL"]))
    if done.loaded or done.ran:
        print("The schema is loaded." if done.loaded else f"The schema is upgraded: {', '.join(done.ran)}.", flush=True)
    conn = await asyncpg.connect(owner_url, timeout=10)
    try:
        await prepare_connection(conn)
        if await demo.load(conn, ROOT / "demo", settings, datetime.now(UTC)):
            print("The demo's data are loaded.", flush=True)
        return await tour.rows(conn, settings)
    finally:
        await conn.close()


async def make_database(url: str) -> None:
    """The demo's database, where there is none yet."""
    conn = await asyncpg.connect(url, timeout=10)
    try:
        if not await one(conn, bool, "select exists (select from pg_database where datname = $1) as made", DATABASE):
            await conn.execute(f"create database {DATABASE}")
    finally:
        await conn.close()


async def _open_mailbox(stack: AsyncExitStack, data_dir: Path, public_url: str, door: socket.socket) -> str:
    """Catcher and mailbox page; the address that mail is to be sent to."""
    folder = MailFolder(data_dir / "mail")
    server, port = await open_catcher(Catcher(folder))
    stack.callback(server.close)
    stop = asyncio.Event()
    serving = asyncio.create_task(serve_mailbox(folder, public_url, door, stop))

    async def close() -> None:
        stop.set()
        await serving

    stack.push_async_callback(close)
    return f"smtp://127.0.0.1:{port}"


def _start_programs(stack: AsyncExitStack, env: dict[str, str], logs: Path) -> list[Program]:
    print("Starting web and worker …", flush=True)
    programs: list[Program] = []
    stack.push_async_callback(end_all, programs)
    for module, title in (("service", "web process"), ("workers", "worker")):
        programs.append(Program(module, title, env, logs / f"{module}.log"))
    return programs


async def _until_ready(programs: list[Program], settings: Settings) -> None:
    """Wait for the web process to say that database, queue and relay are well."""
    give_up = time.monotonic() + PATIENCE
    while True:
        status = await _readiness(settings)
        if status == 200:
            return
        for program in programs:
            if program.ended():
                raise StartRefused(f"The {program.title} ended: {program.last_words()} (see {program.log})")
        if time.monotonic() > give_up:
            said = f"the web process answers {status}" if status else "the web process does not answer"
            raise StartRefused(f"Plenary was not ready after {PATIENCE:.0f} seconds: {said} (see {programs[0].log.parent}).")
        await asyncio.sleep(0.1)


async def _readiness(settings: Settings) -> int:
    """The status of /readyz; 0 where nobody answers."""
    host = "127.0.0.1" if settings.http_host in ("0.0.0.0", "", "localhost") else settings.http_host  # noqa: S104 - compared
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, settings.http_port), 2)
        writer.write(f"GET /readyz HTTP/1.1\r\nHost: {host}:{settings.http_port}\r\nConnection: close\r\n\r\n".encode())
        line = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        return int(line.split()[1])
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0


async def _keep_up(servers: Servers, programs: list[Program]) -> None:
    while True:
        await asyncio.sleep(0.5)
        for name in servers.revive():
            print(f"{name} had ended and runs again.", flush=True)
        for program in programs:
            if sentence := program.revive():
                print(sentence, flush=True)


def _table(env: dict[str, str], settings: Settings, people: list[tuple[str, str]], mailbox: bool, seconds: float) -> str:
    public = settings.public_url
    rows = [
        ("Public pages", f"{public}/"),
        ("API", f"{public}/api/v1/docs"),
        ("Organizer's token", env["PLENARY_ORGANIZER_TOKEN"]),
        ("Sign in", f"{public}/sign-in as {parseaddr(settings.organizer)[1]}, an organizer: {SIGN_IN}"),
        *people,
        ("Mailbox", f"http://127.0.0.1:{settings.mailbox_port}/" if mailbox else f"none: {settings.smtp_url} sends"),
        ("Data and logs", settings.data_dir),
    ]
    lines = "\n".join(f"  {name:<18} {value}" for name, value in rows)
    return f"\nPlenary is ready after {seconds:.1f} s.\n\n{lines}\n\nCtrl-C ends it; the data stay.\n"
