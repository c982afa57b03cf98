"""An organizer's afternoon in a real browser: files, doubles, coaches, materials, a message to many, lists taken along."""

import csv
import io
import json
import zipfile
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pytest
from msgspec import Struct
from playwright.async_api import Page, expect

from service import db
from service.merging import looking
from tests import make
from tests.access.conftest import person
from tests.browser.town import ODALYS, Town, addressee, go, text_of, town
from tests.consents import students
from tests.consents.students import Stage
from tests.materials import files
from tests.workers.conftest import ics, kind

__all__ = ["town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COACH = "cole@cedar-harbor.example"
INES, INES_BEFORE = "ines@cedar-harbor.example", "ines.castellanos@old-mail.example"
ZOE, BRUNO = "zoe@cedar-harbor.example", "bruno@cedar-harbor.example"
FILE = f"""Full name,E-mail,Job title,District,Role
Zoë Ångström,{ZOE},Director of Belonging,Cedar Harbor Public Schools,member
Bruno Kettleworth,{BRUNO},Principal,Cedar Harbor Public Schools,member
Inés Castellanos,{INES},Chief Equity Officer,Cedar Harbor Public Schools,member
Calla Finch,calla at cedar-harbor.example,Counselor,Cedar Harbor Public Schools,member
Cole Adair,{COACH},,,coach
""".encode()
NOTE = "Attendance letters first; her board only if there is time."
SENTENCE = "Do not pass them on to anybody without the family's written consent (34 CFR 99.33). File number "


class Afternoon(Struct):
    """Where it takes place."""

    town: Town
    stage: Stage
    office: Page

    @property
    def path(self) -> str:
        """The convening in the console."""
        return f"/office/convenings/{self.stage.convening.id}"


async def before(town: Town, now: datetime) -> Stage:
    """What is there at noon: a district, a convening with a panel, two students, Inés with a seat under an old address."""
    async with db.transaction(town.office.pool) as conn:
        found = await students.stage(conn, now, title="Spring Convening")
        await conn.execute(
            "insert into district values ($1, 'ch', 'Cedar Harbor Public Schools', 'NY', 'America/New_York')", db.new_id(now)
        )
        for name in ("Zuri Camberwell", "Omari Langdale"):
            await students.student(conn, found, now, name)
    async with town.office.pool.acquire() as conn:
        ines = await make.registered(
            conn, found.convening.id, now=now, name="Ines Castellanos", email=INES_BEFORE, title="Coordinator"
        )
        assert ines.state == "confirmed"
        await person(conn, now, "Ines Castellano", "somebody@else.example")
    await town.post()
    return found


async def words(page: Page) -> str:
    """What a person reads, in one line."""
    return " ".join((await page.inner_text("main")).split())


async def figures(page: Page) -> dict[str, str]:
    """The large numbers of a page by what they count."""
    names = await page.locator("dl.figures dt").all_inner_texts()
    return dict(zip(names, await page.locator("dl.figures dd").all_inner_texts(), strict=True))


async def saved(page: Page, name: str) -> bytes:
    """A file that is offered under this name, as it is on the disk."""
    async with page.expect_download() as coming:
        await page.get_by_role("link", name=name, exact=True).click()
    return (await (await coming.value).path()).read_bytes()


def rows_of(content: bytes) -> list[list[str]]:
    """A CSV without its header."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]


async def import_members(here: Afternoon) -> None:
    """A dry run with one wrong row, then the file is taken in, and what became of each row is saved."""
    page, town = here.office, here.town
    await page.goto("/office/people")
    await go(page, "text=Import a file")
    await page.set_input_files("#file", {"name": "spring.csv", "mimeType": "text/csv", "buffer": FILE})
    await go(page, "text=Look at this file")
    await town.office.take_in()
    await page.wait_for_selector("h1:has-text('What this file would do')")
    assert await figures(page) == {"new": "4", "changed": "0", "unchanged": "0", "cannot be taken": "1"}
    assert "Zoë Ångström" in await words(page)
    assert "Write a mail address like name@school.org." in await page.inner_text("td[data-label=Why]")
    await go(page, "text=Import 4 people")
    await town.office.take_in()
    await page.wait_for_selector("h1:has-text('The file is imported')")
    assert await figures(page) == {"added": "4", "changed": "0", "unchanged": "0", "left out": "1"}
    became = rows_of(await saved(page, "what becomes of every row as CSV"))
    assert [row[1] for row in became] == ["Added", "Added", "Added", "Left out", "Added"]
    assert became[0][2] == "Zoë Ångström"


async def merge_ines(here: Afternoon) -> None:
    """The file made her twice; her seat and the title that is chosen stay with the new address."""
    page, town = here.office, here.town
    async with db.transaction(town.office.pool) as conn:
        await looking.compare_some(conn)  # as a worker does each second
    await go(page, "nav.pages >> text=Duplicates")
    pair = page.locator("tbody tr", has_text=INES).filter(has_text=INES_BEFORE)
    async with page.expect_navigation():
        await pair.get_by_role("link", name="Compare").click()
    if INES_BEFORE in await page.inner_text("section[aria-labelledby=stays]"):
        await go(page, "text=Keep this one instead")
    assert "Registrations: 1. They go on, and calendar entries follow to the kept address." in await words(page)
    await page.check("#title label:has-text('Coordinator') input")
    await go(page, "text=Merge these two")
    assert "The two are one person now." in await page.inner_text(".notice")
    assert (await page.input_value("#name"), await page.input_value("#title")) == ("Inés Castellanos", "Coordinator")
    assert await page.input_value("#email") == INES
    assert "Spring Convening Has a seat" in " ".join((await page.inner_text("section.card")).split())
    moved = {addressee(mail): kind(mail) for mail in await town.post()}
    assert moved == {INES_BEFORE: "CANCEL", INES: "REQUEST"}
    await go(page, "nav.pages >> text=Duplicates")
    assert INES_BEFORE not in await words(page)


async def give_a_coach(here: Afternoon) -> None:
    """Three at once; each is told, and the coach once."""
    page = here.office
    await go(page, "nav.pages >> text=Coaches")
    await go(page, "text=3 members have no coach")
    for name in ("Zoë Ångström", "Bruno Kettleworth", "Inés Castellanos"):
        await page.check(f"label:has-text('{name}') input")
    await page.select_option("#to", label="Cole Adair (0 members)")
    await go(page, "text=Give them this coach")
    assert "Saved for 3 members." in await page.inner_text(".notice")
    assert sorted(addressee(mail) for mail in await here.town.post()) == sorted([ZOE, BRUNO, INES, COACH])


async def offer_times(here: Afternoon, coach: Page) -> None:
    """Three half hours."""
    await here.town.sign_in(coach, COACH)
    await go(coach, "nav >> text=Your members")
    await go(coach, "text=Spring Convening")
    for name, value in {"begins": "13:00", "ends": "14:30", "minutes": "30", "place": "Table by the window"}.items():
        await coach.fill(f"#{name}", value)
    await go(coach, "text=Offer these times")
    assert "You offer 3 more times." in await coach.inner_text(".notice")
    assert await coach.locator(".chip:has-text('Free')").count() == 3


async def book_and_move(here: Afternoon, member: Page) -> None:
    """A time is taken, and another instead of it; both calendars follow with the next revision of the same entry."""
    town = here.town
    await town.sign_in(member, INES)
    await go(member, "nav >> text=Coaching")
    await go(member, "text=Spring Convening")
    await member.check("label:has-text('1:00 p.m. to 1:30 p.m.') input")
    await go(member, "text=Book this time")
    assert "It is booked." in await member.inner_text(".notice")
    first = {addressee(mail): mail for mail in await town.post()}
    assert {to: kind(mail) for to, mail in first.items()} == {INES: "REQUEST", COACH: "REQUEST"}
    await member.check("label:has-text('2:00 p.m. to 2:30 p.m.') input")
    await go(member, "text=Take this time")
    assert "It is moved." in await member.inner_text(".notice")
    assert "2:00 to 2:30" in await member.inner_text("section.card")
    assert await town.post() == []
    town.office.later(minutes=5)
    for mail in await town.post():
        one, other = ics(first[addressee(mail)]), ics(mail)
        assert (kind(mail), one["UID"], one["SEQUENCE"]) == ("REQUEST", other["UID"], "0")
        assert (other["SEQUENCE"], other["DTSTART"] > one["DTSTART"]) == ("1", True)


async def write_a_note(here: Afternoon, coach: Page, member: Page) -> None:
    """The coach reads it, and nobody else: not the member, not the organizer on any page about the two."""
    await go(coach, "nav >> text=Your members")
    await go(coach, "h2:has-text('Members') ~ ul >> text=Inés Castellanos")
    await coach.fill("#text", NOTE)
    await go(coach, "text=Write this note")
    assert NOTE in await words(coach)
    await go(member, "nav >> text=Coaching")
    assert NOTE not in await words(member)
    asked = here.office.context.request
    theirs = coach.url.removeprefix(here.town.address).partition("?")[0]
    seen = {path: await asked.get(path) for path in (theirs, f"{here.path}/coaching", "/office/coaches", "/audit", "/coach")}
    assert [path for path, answer in seen.items() if NOTE in await answer.text()] == []
    assert (seen[theirs].status, seen[f"{here.path}/coaching"].status) == (404, 200)


async def put_materials(here: Afternoon) -> None:
    """A file for now, a link for afterwards."""
    page = here.office
    await page.goto(f"{here.path}/materials")
    await go(page, "text=Add a file")
    await page.set_input_files("#file", {"name": "way.pdf", "mimeType": "application/pdf", "buffer": files.PDF})
    await say(page, "How to get there", "As soon as the convening is published")
    await go(page, "text=Add a link")
    await page.fill("#url", "https://slides.example/opening")
    await say(page, "Opening: slides", "Once the convening is over")
    now = await page.locator("td[data-label=Now] .chip").all_inner_texts()
    assert now == ["Shared", "From Thursday, December 31, 5:00 p.m. Eastern Time"]


async def say(page: Page, title: str, shared: str) -> None:
    """What it is, for whom and from when."""
    await page.fill("#title", title)
    for label in ("Who has a seat", shared, "No student is named, shown or heard in it"):
        await page.get_by_label(label).first.check()
    await go(page, "text=Put it there")


async def shelf(page: Page) -> list[str]:
    """The materials on somebody's own page of the convening."""
    await page.goto("/me")
    for past in await page.locator("summary:has-text('Past')").all():
        await past.click()
    await go(page, "main a:has-text('Spring Convening')")
    return await page.locator("#materials ~ ul a").all_inner_texts()


async def write_to_many(here: Afternoon) -> None:
    """A draft, who it reaches, a test to oneself; nothing leaves before the release, and then each gets it once."""
    page, town = here.office, here.town
    async with town.office.pool.acquire() as conn:
        for name, email in (("Zoë Ångström", ZOE), ("Bruno Kettleworth", BRUNO)):
            await make.registered(conn, here.stage.convening.id, now=town.office.moment, name=name, email=email)
        await conn.execute("insert into opt_out values ($1, 'messages', $2)", BRUNO, town.office.moment)
    await town.post()
    await page.goto(f"{here.path}/messages")
    await page.select_option("#audience", label="Who has a seat")
    await page.fill("#subject", "What to bring to {convening}")
    await page.fill("#words", "Dear {name},\n\nbring one policy.")
    await go(page, "text=Save the draft, and see whom it reaches")
    read = await words(page)
    assert "2 people: who has a seat." in read
    assert "Left out: 1 person who asked for no more messages of this kind." in read
    assert "Dear Inés Castellanos," in read
    await go(page, "text=Send me a test")
    assert [addressee(mail) for mail in await town.post()] == [ODALYS]
    town.office.later(hours=1)
    assert await town.office.tick() == []
    await go(page, "text=Send it to 2 people now")
    sent = await town.post()
    assert sorted((addressee(mail), str(mail["Subject"])) for mail in sent) == [
        (INES, "What to bring to Spring Convening"),
        (ZOE, "What to bring to Spring Convening"),
    ]
    assert "Dear Zoë Ångström," in text_of(next(mail for mail in sent if addressee(mail) == ZOE))
    await page.reload()
    assert (await figures(page))["sent"] == "2"
    assert await town.post() == []


async def take_along(here: Afternoon) -> None:
    """Registrations in three formats with the same rows; students with the sentence and the number."""
    page = here.office
    await page.goto(f"{here.path}/registrations")
    what = "all 3 registrations as "
    table = rows_of(await saved(page, f"{what}CSV"))
    book = zipfile.ZipFile(io.BytesIO(await saved(page, f"{what}Excel")))
    lines = [json.loads(one) for one in (await saved(page, f"{what}JSON Lines")).decode().splitlines()]
    names = ["Bruno Kettleworth", "Inés Castellanos", "Zoë Ångström"]  # the merged one has the name that was chosen
    assert (sorted(row[0] for row in table), sorted(row["name"] for row in lines[1:])) == (names, names)
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 1 + len(names)
    assert "Zoë Ångström" in sheet + "".join(book.read(name).decode() for name in book.namelist() if "shared" in name)
    await page.goto(f"{here.path}/students")
    listed = (await saved(page, "the sign-up list as CSV")).decode("utf-8-sig")
    [head, *rows] = csv.reader(io.StringIO(listed))
    assert sorted(row[1] for row in rows) == ["Omari Langdale", "Zuri Camberwell"]
    assert SENTENCE in head[-1]
    assert {row[-1] for row in rows} == {head[-1].partition(SENTENCE)[2]}


async def after_the_end(here: Afternoon, member: Page) -> list[EmailMessage]:
    """Once the convening is over the second material is there, too; who has a seat is told once."""
    town = here.town
    over = here.stage.convening.ends_at - town.office.moment
    town.office.later(seconds=over.total_seconds() + 3700)
    told = await town.office.tick()
    await town.sign_in(member, INES)
    assert await shelf(member) == ["How to get there", "Opening: slides"]
    town.office.later(hours=2)
    return [mail for mail in [*told, *await town.office.tick()] if "Opening: slides" in text_of(mail)]


async def test_an_organizers_afternoon_from_a_file_to_the_lists_that_are_taken_along(town: Town, now: Any) -> None:
    stage = await before(town, now)
    wide: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
    async with (
        town.somebody(**wide) as office,
        town.somebody(**wide) as coach,
        town.somebody(viewport={"width": 360, "height": 800}) as member,
    ):
        here = Afternoon(town, stage, office)
        await town.sign_in(office, ODALYS)
        await import_members(here)
        await merge_ines(here)
        await give_a_coach(here)
        await offer_times(here, coach)
        await book_and_move(here, member)
        await write_a_note(here, coach, member)
        await put_materials(here)
        assert await shelf(member) == ["How to get there"]
        await write_to_many(here)
        await take_along(here)
        told = await after_the_end(here, member)
        assert sorted(addressee(mail) for mail in told) == sorted([INES, ZOE, BRUNO])
        await expect(member.locator("h1")).to_have_text("This convening has taken place.")
