"""How long each kind of data is kept: from the settings, for the nightly deletion and for the page that all can read."""

from datetime import timedelta

from msgspec import Struct

from service.access.rules import KEY_LIFE, SIGN_IN_LIFE
from service.deliveries.rules import CONTENT_LIFE
from service.exchange.webhook_rules import ATTEMPTS_LIFE
from service.imports.rules import KEPT as IMPORT_LIFE
from service.settings import Settings

DAY = timedelta(days=1)


class Periods(Struct, frozen=True, kw_only=True):
    """One field a kind of data; since when each is reckoned stands in `policy.POLICY`."""

    day_facts: timedelta = 30 * DAY
    topics: timedelta = 30 * DAY
    unsigned: timedelta = 30 * DAY
    forms: timedelta = 1095 * DAY
    answers: timedelta = 730 * DAY
    backups: timedelta = 30 * DAY
    take_down: timedelta = 3 * DAY
    mails: timedelta = CONTENT_LIFE
    incoming: timedelta = CONTENT_LIFE
    codes: timedelta = max(DAY, SIGN_IN_LIFE)
    needs: timedelta = 30 * DAY
    attendance: timedelta = 2557 * DAY
    audit: timedelta = 1095 * DAY
    invitations: timedelta = 30 * DAY
    unconfirmed: timedelta = 30 * DAY
    reasons: timedelta = 365 * DAY
    addresses: timedelta = 730 * DAY
    strangers: timedelta = 365 * DAY
    cancellations: timedelta = 30 * DAY
    conversations: timedelta = 730 * DAY
    notes: timedelta = 730 * DAY
    materials: timedelta = 1095 * DAY
    messages: timedelta = 365 * DAY
    sign_ins: timedelta = DAY
    sessions: timedelta = timedelta()
    requests: timedelta = max(DAY, KEY_LIFE)
    files: timedelta = IMPORT_LIFE
    calls: timedelta = ATTEMPTS_LIFE


def periods(settings: Settings) -> Periods:
    """As the environment says."""
    return Periods(
        day_facts=timedelta(days=settings.keep_day_facts_days),
        topics=timedelta(days=settings.keep_topics_days),
        unsigned=timedelta(days=settings.keep_unsigned_days),
        forms=timedelta(days=settings.keep_forms_days),
        answers=timedelta(days=settings.keep_answers_days),
        backups=timedelta(days=settings.keep_backups_days),
        take_down=timedelta(days=settings.take_down_days),
        needs=timedelta(days=settings.keep_needs_days),
        attendance=timedelta(days=settings.keep_attendance_days),
        audit=timedelta(days=settings.keep_audit_days),
    )
