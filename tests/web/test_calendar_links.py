"""Links that fill in an event elsewhere: read back as the other side reads them."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from msgspec.structs import replace

from emails.samples import SPRING
from service.web.calendar_links import LONGEST_TEXT, adding, subscribing

PAGE = "https://plenary.example/convenings/spring-2027"
ODD = replace(SPRING, title="Bread & roses + 50% <b>", summary="First\n\nSecond & “third”", venue_name="", venue_address="")


def asked(link: str) -> dict[str, str]:
    assert "+" not in link
    return {name: value for name, [value] in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


def test_google_gets_instants_and_the_zone_to_show_them_in():
    assert asked(adding(SPRING, PAGE).google) == {
        "action": "TEMPLATE",
        "text": SPRING.title,
        "dates": "20270310T133000Z/20270312T170000Z",
        "ctz": "America/New_York",
        "details": f"{SPRING.summary}\n\n{PAGE}",
        "location": "Lantern Hall Conference House, 200 Sample Street NW, Washington, DC",
    }


def test_microsoft_gets_the_same_with_a_text_that_it_reads_as_markup():
    links = adding(ODD, PAGE)
    outlook, at_work = asked(links.outlook), asked(links.microsoft365)
    assert (
        outlook
        == at_work
        == {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": "Bread & roses + 50% <b>",
            "startdt": "2027-03-10T13:30:00Z",
            "enddt": "2027-03-12T17:00:00Z",
            "body": f"First<br><br>Second &amp; “third”<br><br>{PAGE}",
        }
    )
    hosts = [urlsplit(one).netloc for one in (links.outlook, links.microsoft365)]
    assert hosts == ["outlook.live.com", "outlook.office.com"]


@pytest.mark.parametrize("sign", ["a", "é", "学", "&", "a\n", "<"])
def test_a_long_text_is_cut_before_an_address_is_too_long_for_anybody(sign: str):
    long = "x" + sign * 8000
    links = adding(replace(SPRING, summary=long), PAGE)
    for link, name in ((links.google, "details"), (links.outlook, "body"), (links.microsoft365, "body")):
        assert LONGEST_TEXT < len(link) < 2048
        assert asked(link)[name].endswith(PAGE)
    details = asked(links.google)["details"].removesuffix(f"\n\n{PAGE}")
    assert details[-1] == "…"
    assert long.startswith(details[:-1])
    assert len(quote(details)) <= LONGEST_TEXT


def test_a_program_subscribes_by_another_scheme():
    assert subscribing(f"{PAGE}/calendar.ics") == "webcal://plenary.example/convenings/spring-2027/calendar.ics"
