"""The addresses and codes in a mail that belong to its reader: made when it is rendered, and nowhere kept."""

from emails.handover import Links
from emails.tidy import one_line
from service.deliveries import opting_out, previews
from service.deliveries.opting_out import Reader
from service.deliveries.queries import ClaimRow
from service.settings import Settings
from service.web import links


def made(claimed: ClaimRow, settings: Settings) -> Links:
    """All addresses that a mail may need, and the codes that stand for one."""
    public, secret = settings.public_url, settings.secret_key
    if claimed.is_test:
        return previews.placeholders(public)
    generation = claimed.generation or 0
    own = links.address(public, secret, "manage", claimed.subject_id, generation)
    return Links(
        manage=own,
        leaving=f"{own}/withdrawal",
        back=f"{own}/return",
        confirm=links.address(public, secret, "confirm", claimed.subject_id, generation),
        consent=links.address(public, secret, "consent", claimed.subject_id, generation),
        school=f"{public}{claimed.message.get('page', '/school')}",
        invitation=links.address(public, secret, "invitation", claimed.subject_id, generation),
        signup=f"{public}/office/signups/{claimed.subject_id}",
        certificate=f"{own}/certificate",
        door=f"{public}{claimed.message.get('page', '/desk')}",
        survey=links.address(public, secret, "survey", claimed.subject_id, generation),
        report=f"{public}/convenings/{claimed.slug}/report-back",
        page=f"{public}{claimed.message.get('page', '/office')}",
        convening=f"{public}/convenings/{claimed.slug}" if claimed.slug else public,
        planned=one_line(claimed.planned),
        no_more=_no_more(claimed, settings),
        **_sign_in(claimed, settings),
    )


def _no_more(claimed: ClaimRow, settings: Settings) -> str:
    """Where its reader asks for no more of these; what is needed has no such address."""
    if claimed.stream is None:
        return ""
    reader = Reader(claimed.recipient.lower(), claimed.stream, str(claimed.message.get("language", "en")))
    return opting_out.address(settings, reader)


def _sign_in(claimed: ClaimRow, settings: Settings) -> dict[str, str]:
    """The link and the code of a sign-in, or the code of a signature: made here, and nowhere kept."""
    if claimed.nonce is None:
        return {}
    secret, subject_id = settings.secret_key, claimed.subject_id
    if claimed.message["type"] == "consent_code":
        return {"code": links.consent_code(secret, subject_id, claimed.nonce)}
    token = links.sign_in_token(secret, subject_id, claimed.nonce)
    return {
        "sign_in": f"{settings.public_url}{links.SIGN_IN_PATH}{token}",
        "code": links.sign_in_code(secret, subject_id, claimed.nonce),
    }
