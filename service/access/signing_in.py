"""Signing in: somebody asks, a mail goes out; the code where they asked, or the link anywhere, makes a session."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db, events
from service.access import audit, sign_ins, tallies, web_sessions
from service.access.actions import digest, used_up, within_limit
from service.access.limits import SIGN_IN_PER_ADDRESS, SIGN_IN_PER_ADDRESS_A_DAY, WRONG_CODES_OF_ALL
from service.access.rules import (
    LIVES,
    MOST_WRONG_CODES,
    SEEN_EVERY,
    SIGN_IN_LIFE,
    OnlyTheLink,
    SessionKind,
    SignInOver,
    Visitor,
    WrongCode,
    own_start,
    require,
)
from service.access.sign_ins import SignInRow
from service.access.typed import path_to_go_on, typed_code
from service.db import Connection
from service.web import links


class Origin(Struct, frozen=True):
    """Where a request comes from: the address, the browser in words, and the session cookie that it brought."""

    client: str
    agent: str
    cookie: str = ""


class SignedIn(Struct, frozen=True):
    """What a browser gets: the new cookie, and where to go on to."""

    cookie: str
    next_path: str


async def ask(conn: Connection, secret: str, email: str, next_path: str, now: datetime) -> str:
    """Write down that somebody asked, whoever it is; the value of the cookie that binds the code to this browser."""
    within = await _may_be_mailed(conn, email.lower(), now)
    sign_in_id, nonce, browser = db.new_id(now), secrets.token_bytes(16), secrets.token_urlsafe(32)
    await sign_ins.insert(
        conn,
        sign_in_id,
        email=email if within else "",
        browser_hash=digest(browser),
        nonce=nonce,
        link_hash=digest(links.sign_in_token(secret, sign_in_id, nonce)),
        code_hash=links.code_hash(secret, sign_in_id, links.sign_in_code(secret, sign_in_id, nonce)),
        next_path=path_to_go_on(next_path),
        now=now,
        expires_at=now + SIGN_IN_LIFE,
    )
    await events.record(conn, now, [events.SignInAsked(sign_in_id)])
    return browser


async def _may_be_mailed(conn: Connection, address: str, now: datetime) -> bool:
    """The day is counted only where the hour allowed it: one burst does not use up the day."""
    in_an_hour = await within_limit(conn, SIGN_IN_PER_ADDRESS, address, now)
    return in_an_hour and await within_limit(conn, SIGN_IN_PER_ADDRESS_A_DAY, address, now)


async def by_code(
    conn: Connection, secret: str, browser: str, typed: str, kind: SessionKind, origin: Origin, now: datetime
) -> SignedIn | WrongCode | OnlyTheLink | SignInOver:
    """Sign in with the code, in the browser that asked; a refusal is answered, not raised: its count must stay."""
    row = await sign_ins.by_browser(conn, digest(browser))
    if row is None or _over(row, now):
        return SignInOver()
    if await used_up(conn, WRONG_CODES_OF_ALL, "all", now):
        await tallies.count(conn, "only_the_link")
        return OnlyTheLink()
    guess = links.code_hash(secret, row.id, typed_code(typed))
    if not hmac.compare_digest(guess, row.code_hash) or row.person_id is None:
        return await _count_wrong(conn, row, origin, now)
    return await _enter(conn, row, row.person_id, kind, origin, now, by="code")


async def by_link(conn: Connection, token: str, kind: SessionKind, origin: Origin, now: datetime) -> SignedIn:
    """Sign in with the link, on any device; raises SignInOver."""
    row = await sign_ins.by_link(conn, digest(token))
    if row is None or row.person_id is None or _over(row, now):
        raise SignInOver
    return await _enter(conn, row, row.person_id, kind, origin, now, by="link")


async def whose(conn: Connection, token: str, now: datetime) -> str:
    """The name of the person whose link it is; raises SignInOver."""
    row = await sign_ins.by_link(conn, digest(token))
    known = await sign_ins.addressee(conn, row.id) if row is not None and not _over(row, now) else None
    if known is None:
        raise SignInOver
    return known.name


async def recognise(conn: Connection, secret: str, cookie: str, now: datetime, *, in_use: bool = True) -> Visitor | None:
    """Who is signed in with this cookie; None where nobody is, any more. What a page asks by itself is no use of it."""
    row = await web_sessions.live(conn, digest(cookie), now) if cookie else None
    if row is None:
        return None
    if in_use and now - row.seen_at >= SEEN_EVERY:
        await web_sessions.see(conn, row.id, now, min(row.ends_at, now + LIVES[row.kind].idle))
    roles = await web_sessions.roles_of(conn, row.person_id)
    seal = links.form_seal(secret, row.id)
    return Visitor(row.id, row.person_id, row.name, row.email, row.time_zone, tuple(roles), seal)


async def sign_out(conn: Connection, visitor: Visitor, client: str, now: datetime) -> None:
    """End the session that asks for it."""
    await end_session(conn, visitor, visitor.session_id, client, now)


async def end_session(conn: Connection, visitor: Visitor, session_id: UUID, client: str, now: datetime) -> None:
    """End one of their own sessions, if it is still there; raises NotFound for somebody else's."""
    if not await web_sessions.end(conn, session_id, visitor.person_id):
        require(not await web_sessions.is_there(conn, session_id))
    else:
        action = "signed_out" if session_id == visitor.session_id else "session_ended"
        await _note(conn, action, "session", session_id, visitor.person_id, client, now)


def _over(row: SignInRow, now: datetime) -> bool:
    return row.used_at is not None or row.wrong_codes >= MOST_WRONG_CODES or row.expires_at <= now


async def _count_wrong(conn: Connection, row: SignInRow, origin: Origin, now: datetime) -> WrongCode | SignInOver:
    await sign_ins.count_wrong(conn, row.id, MOST_WRONG_CODES)
    await within_limit(conn, WRONG_CODES_OF_ALL, "all", now)
    await tallies.count(conn, "wrong_code")
    if row.wrong_codes + 1 < MOST_WRONG_CODES:
        return WrongCode(pointer="/code")
    await tallies.count(conn, "sign_in_given_up")
    await _note(conn, "sign_in_given_up", "sign_in", row.id, row.person_id, origin.client, now)
    return SignInOver("Five codes were wrong, so this sign-in has ended. Ask for a new code.")


async def _enter(
    conn: Connection, row: SignInRow, person_id: UUID, kind: SessionKind, origin: Origin, now: datetime, *, by: str
) -> SignedIn:
    """A new session under a new cookie; the one that the browser brought, whoever gave it, is worth nothing any more."""
    await sign_ins.use_up(conn, row.id, now)
    if origin.cookie:
        await web_sessions.end_by_cookie(conn, digest(origin.cookie))
    session_id, cookie, life = db.new_id(now), secrets.token_urlsafe(32), LIVES[kind]
    await web_sessions.insert(
        conn,
        session_id,
        token_hash=digest(cookie),
        person_id=person_id,
        kind=kind,
        client=origin.client,
        agent=origin.agent,
        now=now,
        idle_until=now + life.idle,
        ends_at=now + life.whole,
    )
    detail = {"by": by, "kind": kind}
    await _note(conn, "signed_in", "session", session_id, person_id, origin.client, now, detail)
    return SignedIn(cookie, row.next_path or own_start(await web_sessions.roles_of(conn, person_id)))


async def _note(
    conn: Connection,
    action: str,
    thing_kind: str,
    thing_id: UUID,
    person_id: UUID | None,
    client: str,
    now: datetime,
    detail: dict[str, str] | None = None,
) -> None:
    act = audit.Act(
        action=action,
        thing_kind=thing_kind,
        thing_id=thing_id,
        person_id=person_id,
        client=client,
        detail=detail or {},
    )
    await audit.write(conn, [act], now)
