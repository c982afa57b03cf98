"""What is kept so that pages and programs work: for an hour, a day, a month."""

from collections.abc import Sequence
from datetime import datetime

from service.access import queries as access
from service.access import sign_ins, web_sessions
from service.db import Connection
from service.deliveries import pacing
from service.exchange import calls, webhook_writes
from service.imports import writes as imports
from service.keeping import left_soon
from service.keeping.lines import Line, every


async def _secrets(conn: Connection, _before: datetime, now: datetime, _most: int) -> int:
    return await webhook_writes.forget_former(conn, now)


async def _imports(conn: Connection, _before: datetime, now: datetime, _most: int) -> int:
    return await imports.forget(conn, now)


MACHINE: Sequence[Line] = (
    Line(
        kind="sign_ins",
        of="machine",
        what="That somebody asked for a mail to sign in with",
        since="made",
        how="deleted",
        tables=("sign_in",),
        steps=(every(sign_ins.forget),),
        left=left_soon.sign_ins,
        soon=True,
    ),
    Line(
        kind="sessions",
        of="machine",
        what="Browsers that somebody is signed in with",
        since="over",
        how="deleted",
        tables=("web_session",),
        steps=(every(web_sessions.forget),),
        left=left_soon.sessions,
        soon=True,
    ),
    Line(
        kind="requests",
        of="machine",
        what="How often somebody asked, and answers that programs may ask for twice",
        since="made",
        how="deleted",
        tables=("idempotency_key", "rate_window", "mail_domain"),
        steps=(every(access.forget_requests), every(pacing.forget)),
        left=left_soon.requests,
        soon=True,
    ),
    Line(
        kind="files",
        of="machine",
        what="Files that were brought to be imported, and what became of each of their rows",
        since="made",
        how="deleted",
        tables=("import_file", "import_piece", "import_batch", "import_row", "import_key"),
        steps=(_imports,),
        left=left_soon.files,
        soon=True,
    ),
    Line(
        kind="calls",
        of="machine",
        what="What other programs answered that are told of events",
        since="made",
        how="deleted",
        tables=("webhook_attempt", "webhook.former_secret"),
        steps=(every(calls.forget), _secrets),
        left=left_soon.calls,
        soon=True,
    ),
)
