"""Time → events about families: forms that go out at T-42, reminders, times and places, calls; once for each due time."""

from datetime import UTC, datetime, time

from service import db, events
from service.consents import asking, cadence, cadence_queries
from service.consents.cadence import AHEAD
from service.db import Connection, Pool
from service.deliveries import queries as deliveries


async def turn(pool: Pool, now: datetime) -> None:
    """Everything about families that is due at `now`; two clocks at once say each thing once."""
    async with db.transaction(pool) as conn:
        rows = await cadence_queries.with_drafts(conn, now, now + AHEAD)
    for row in cadence.panels_to_ask(rows, now):
        async with db.transaction(pool) as conn:
            await asking.ask_panel(conn, row.panel_id, now)
    async with db.transaction(pool) as conn:
        if not await db.one(conn, bool, "select pg_try_advisory_xact_lock(7300003) as mine"):
            return
        await record_reminders(conn, now)
        await record_logistics(conn, now)
        await record_calls(conn, now)


async def record_reminders(conn: Connection, now: datetime) -> None:
    """Each reminder of a form that came due within the last day."""
    due = cadence.reminders_due(await cadence_queries.open_forms(conn, now, now + AHEAD), now)
    for which in ("first", "second", "last_day"):
        those = {one.row.consent_id: one for one in due if one.reminding == which}
        new = await deliveries.tick_all(
            conn, f"consent-{which}", list(those), [_day_of(one.due_at) for one in those.values()]
        )
        facts = [
            events.ConsentReminderDue(
                row.convening_id, row.signup_id, row.consent_id, one.reminding, one.due_at.astimezone(UTC)
            )
            for one in those.values()
            if (row := one.row).consent_id in new
        ]
        await events.record(conn, now, facts)


async def record_logistics(conn: Connection, now: datetime) -> None:
    """Seats whose family hears times and place, once."""
    due = cadence.logistics_due(await cadence_queries.seated(conn, now, now + AHEAD), now)
    ids = [row.consent_id for row in due]
    new = await deliveries.tick_all(conn, "logistics", ids, [_day_of(row.starts_at) for row in due])
    facts = [events.LogisticsDue(row.convening_id, row.signup_id, row.consent_id) for row in due if row.consent_id in new]
    await events.record(conn, now, facts)


async def record_calls(conn: Connection, now: datetime) -> None:
    """Schools that call from now on, once for each convening."""
    for row in cadence.calls_due(await cadence_queries.to_call(conn, now, now + AHEAD), now):
        kind = f"calls {row.convening_id}"
        if await deliveries.tick_once(conn, kind, row.school_id, _day_of(row.starts_at)):
            await events.record(conn, now, [events.CallListDue(row.convening_id, row.school_id)])


def _day_of(moment: datetime) -> datetime:
    """What a tick is known by: a zone or an hour may change, and it is still one for that day."""
    return datetime.combine(moment.date(), time(0), UTC)
