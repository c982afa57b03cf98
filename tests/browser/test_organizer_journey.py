"""An organizer's way in a real browser: from an empty installation to thirty invited people and a session that moves."""

import csv
import re
from email.message import EmailMessage

import pytest
from playwright.async_api import Page, expect

from tests.browser.town import ODALYS, Town, addressee, go, link_in, no_reload, text_of, town
from tests.workers.conftest import ics, kind

__all__ = ["town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE = "Winter Workshop: Who Gets Suspended"
FIRST_NAMES = ["Amara", "Bastian", "Chloë", "Desmond", "Esperanza", "Farid", "Greta", "Hollis", "Inés", "Jonah"]
LAST_NAMES = ["Achterberg", "Birchwell", "Castellanos"]
PEOPLE = {
    f"{first.lower().replace('ë', 'e').replace('é', 'e')}.{last.lower()}@cedar-harbor.example": f"{first} {last}"
    for last in LAST_NAMES
    for first in FIRST_NAMES
}
"""Thirty people by their addresses."""
BAD_ROWS = [
    "We know no district “Cedar Harbour Public Schools”. Did you mean “Cedar Harbor Public Schools”?",
    "Write a mail address like name@school.org. An email address must have an @-sign.",
]
PUBLISHING = "Published, everybody sees it, and people can register at once. Nobody gets a mail because of that."
MOVED = "Listening to families"
TOLD = [
    "4 people with a seat get a mail with the change, and their calendar entry follows, five minutes after the last change. "
    "What you take back before then tells nobody.",
    "2 people with a seat are not written to.",
    "3 people who wait are not written to.",
]
IN_THE_AUDIT_LOG = [
    "Added a district",
    *["Brought a file to import, not taken in yet"] * 2,
    "Changed a convening",
    *["Changed an agenda"] * 3,
    "Downloaded a list of people",
    "Gave a role",
    "Handed a seat to a colleague",
    "Imported a file",
    "Invited several people",
    "Looked at access needs",
    "Made a convening",
    "Moved somebody up the waiting list",
    "Published a convening",
    "Signed in",
]
CLASH = (
    "“Reading our data together” and “Listening to families” are both in Room 1, Thursday, February 25, 10:00 to 11:45 a.m."
)


def people_file(*, mended: bool) -> bytes:
    """The file as somebody keeps it; before it is mended, a district is misspelt and an address is none."""
    rows = [f"{name},{email},Director of Equity,Cedar Harbor Public Schools,member" for email, name in PEOPLE.items()]
    if not mended:
        rows[3] = rows[3].replace("Harbor", "Harbour")
        rows[7] = rows[7].replace("@", " at ")
    return "\n".join(["Full name,E-mail,Job title,District,Role", *rows]).encode()


async def words(page: Page) -> str:
    return " ".join((await page.inner_text("main")).split())


async def figures(page: Page) -> dict[str, str]:
    """The large numbers of a page by what they count."""
    names = await page.locator("dl.figures dt").all_inner_texts()
    return dict(zip(names, await page.locator("dl.figures dd").all_inner_texts(), strict=True))


async def heading(page: Page) -> str:
    return await page.locator("h1").inner_text()


async def make_a_draft(page: Page) -> None:
    """From the empty overview to a draft that begins as a pattern does."""
    assert await heading(page) == "Overview"
    assert "No convening is coming. Begin with a new one." in await words(page)
    await go(page, "text=New convening")
    await page.check("text=A workshop of one day")
    await page.fill("#title", TITLE)
    await page.select_option("#timezone", "America/New_York")
    await page.fill("#first_day", "2027-02-25")
    await page.fill("#capacity", "6")
    await go(page, "text=Make the draft")
    assert "The draft is made." in await page.inner_text(".notice")


async def fill_what_is_missing(page: Page) -> None:
    """The checklist leads to each thing that is missing."""
    await go(page, "nav.pages >> text=Publish, cancel")
    assert await page.locator("text=Publish this convening").count() == 0
    await go(page, "text=Nobody knows where it is.")
    await page.fill("#venue_name", "Marsh Street Library")
    await page.fill("#venue_address", "41 Marsh Street, Cedar Harbor, WA")
    await page.fill("#summary", "One day, one policy, ninety days.")
    await page.fill("#registration_closes_at", "2027-02-18T17:00")
    await go(page, "text=Save the details")
    assert await page.locator(".notice").count() == 1
    await go(page, "nav.pages >> text=Publish, cancel")
    assert "Nothing is missing." in await words(page)


async def clash_and_mend(page: Page) -> None:
    """Two workshops in one room, and apart again."""
    for room, clashes in (("Room 1", 1), ("Library", 0)):
        await go(page, "nav.pages >> text=Agenda")
        await go(page, "text=Listening to families >> nth=-1")
        await page.fill("#room", room)
        await go(page, "main form button")
        assert await page.locator("#clashes").count() == clashes
        if clashes:
            assert await page.locator("#clashes + ul").inner_text() == CLASH


async def publish(page: Page) -> None:
    await go(page, "text=See it as a member")
    assert "Listening to families" in await words(page)
    await page.go_back()
    await go(page, "nav.pages >> text=Publish, cancel")
    assert (
        "Published, everybody sees it, and people can register at once. Nobody gets a mail because of that."
        in await words(page)
    )
    await go(page, "text=Publish this convening")
    assert await page.locator(".notice").count() == 1


async def import_people(page: Page, town: Town) -> None:
    """A file with two bad rows is looked at and mended; nothing is written before somebody says so."""
    await page.goto("/office/districts")
    await page.fill("#name", "Cedar Harbor Public Schools")
    await page.fill("#state", "WA")
    await page.select_option("#time_zone", "America/Los_Angeles")
    await go(page, "main form button")
    await go(page, "nav.pages >> text=Import a file")
    await choose_file(page, town, people_file(mended=False))
    assert await page.locator("table").first.locator("td[data-label=Why]").all_inner_texts() == BAD_ROWS
    assert await figures(page) == {"new": "28", "changed": "0", "unchanged": "0", "cannot be taken": "2"}
    await go(page, "text=Choose another file")
    await choose_file(page, town, people_file(mended=True))
    assert await figures(page) == {"new": "30", "changed": "0", "unchanged": "0", "cannot be taken": "0"}
    await go(page, "text=Import 30 people")
    await town.office.take_in()
    await page.wait_for_selector("h1:has-text('The file is imported')")
    assert await figures(page) == {"added": "30", "changed": "0", "unchanged": "0", "left out": "0"}
    await go(page, f"text=Invite them to {TITLE}")


async def choose_file(page: Page, town: Town, content: bytes) -> None:
    await page.set_input_files("#file", {"name": "directors.csv", "mimeType": "text/csv", "buffer": content})
    await go(page, "text=Look at this file")
    await town.office.take_in()
    await page.wait_for_selector("h1:has-text('What this file would do')")


async def invite_all(page: Page, town: Town) -> dict[str, str]:
    """The statement first, then thirty mails; the link in each by the address."""
    await go(page, "text=Choose people to invite")
    await go(page, "text=Go on with all 30")
    assert await page.locator("h2").first.inner_text() == "30 people get a mail with their own link."
    await go(page, "text=Send 30 mails now")
    assert await page.inner_text(".notice") == "30 people get a mail with their own link."
    mails = await town.post()
    assert {str(mail["Subject"]) for mail in mails} == {f"You are invited: {TITLE}"}
    found = {addressee(mail): link_in(mail, "/i/") for mail in mails}
    assert found.keys() == PEOPLE.keys()
    assert (len(mails), len(set(found.values()))) == (30, 30)
    return {email: found[email] for email in PEOPLE}


async def register(town: Town, links: dict[str, str], workshop: str) -> None:
    """Each opens the link of their mail, finds the form filled, and chooses a workshop."""
    async with town.somebody(viewport={"width": 360, "height": 800}) as page:
        for email, link in links.items():
            await page.goto(link)
            assert await page.input_value("#name") == PEOPLE[email]
            assert await page.input_value("#district") == "Cedar Harbor Public Schools"
            await page.check(f"label:has-text('{workshop}') input")
            await page.fill("#dietary", "Vegetarian")
            await page.fill("#access_needs", "A seat near the door")
            await go(page, "main form button.btn:not(.quiet)")
            assert re.match("You’re in|You are .* on the list", await heading(page))


async def watch_them_come(page: Page, town: Town, links: dict[str, str]) -> dict[str, EmailMessage]:
    """Nine register while the overview stays open; what each of them gets, by the address."""
    await go(page, "nav.pages >> text=Overview")
    some = list(links.items())
    with no_reload(page):
        await expect(page.locator("dd [data-live=silent]")).to_have_text("30")
        await register(town, dict(some[:4]), MOVED)
        await register(town, dict(some[4:9]), "Reading our data together")
        for name, number in {"taken": "6", "waiting": "3", "registered": "9", "silent": "21"}.items():
            await expect(page.locator(f"dd [data-live={name}]")).to_have_text(number)
    mails = {addressee(mail): mail for mail in await town.post()}
    assert [kind(mails[email]) for email in list(PEOPLE)[:9]] == ["REQUEST"] * 6 + [""] * 3
    return mails


async def move_a_session(page: Page, town: Town, invites: dict[str, EmailMessage]) -> None:
    """Who will be told stands there first; five minutes later they are, with the same UID and the next SEQUENCE."""
    await go(page, "nav.pages >> text=Agenda")
    await go(page, f"text={MOVED}")
    await page.fill("#starts_at", "2027-02-25T09:45")
    await page.fill("#room", "Garden Room")
    await go(page, "main form button")
    assert (await page.locator("#told + ul li").all_inner_texts()) == TOLD
    await go(page, "text=Change it and tell 4 people")
    assert await page.inner_text(".notice") == "The agenda is saved."
    assert await town.post() == []
    town.office.later(minutes=5)
    updates = {addressee(mail): mail for mail in await town.post()}
    assert sorted(updates) == sorted(list(PEOPLE)[:4])
    for email, mail in updates.items():
        assert (kind(mail), ics(invites[email])["SEQUENCE"], ics(mail)["SEQUENCE"]) == ("REQUEST", "0", "1")
        assert ics(mail)["UID"] == ics(invites[email])["UID"]
        assert "9:45 to 11:45 a.m.  Listening to families (Garden Room)" in text_of(mail)
    town.office.later(minutes=5)
    assert await town.post() == []


async def decide(page: Page) -> None:
    """A seat goes to a colleague; somebody goes ahead of others, with a reason."""
    await go(page, "nav.pages >> text=Registrations")
    await go(page, "text=Amara Achterberg")
    await go(page, "text=Hand the seat to a colleague")
    await page.fill("#name", "Zadie Santarosa")
    await page.fill("#email", "zadie.santarosa@cedar-harbor.example")
    await page.fill("#reason", "Amara is at a hearing that day.")
    await go(page, "main form button")
    assert await heading(page) == "Zadie Santarosa"
    await go(page, "nav.pages >> text=Registrations")
    await go(page, "text=Inés Achterberg")
    await go(page, "text=Move up the list")
    await page.fill("#position", "1")
    await page.fill("#reason", "She moderates the closing.")
    await go(page, "main form button")
    assert "She moderates the closing." in await words(page)


async def look_and_take_along(page: Page) -> None:
    """The list as a file, what the caterer needs, who needs what."""
    await go(page, "nav.pages >> text=Registrations")
    async with page.expect_download() as started:
        await page.get_by_role("link", name=re.compile(r"^all \d+ registrations as CSV$")).click()
    rows = list(csv.reader((await (await started.value).path()).read_text("utf-8-sig").splitlines()))
    assert sorted(row[0] for row in rows[1:]) == sorted([*list(PEOPLE.values())[:9], "Zadie Santarosa"])
    await go(page, "text=Food for the caterer")
    assert await page.locator("tbody tr").all_inner_texts() == ["Vegetarian\t5"]
    await page.go_back()
    await go(page, "text=Access needs")
    assert await page.locator("tbody td:last-child").all_inner_texts() == ["A seat near the door"] * 5


async def test_from_nothing_to_a_moved_session(town: Town) -> None:
    async with town.somebody(viewport={"width": 1280, "height": 900}) as page:
        await town.sign_in(page, ODALYS)
        await make_a_draft(page)
        await fill_what_is_missing(page)
        await clash_and_mend(page)
        await publish(page)
        await import_people(page, town)
        links = await invite_all(page, town)
        invites = await watch_them_come(page, town, links)
        await move_a_session(page, town, invites)
        await decide(page)
        await look_and_take_along(page)
        told = {addressee(mail): kind(mail) for mail in await town.post()}
        assert told == {"zadie.santarosa@cedar-harbor.example": "REQUEST", "amara.achterberg@cedar-harbor.example": "CANCEL"}
        await go(page, "nav >> text=Audit log")
        written = await page.locator("td[data-label=What]").all_inner_texts()
        assert sorted(one.partition("\n")[0] for one in written) == IN_THE_AUDIT_LOG
