"""Run by pretix's own Python: an organizer whose token may do everything, and events with one free product each.

Prints `{"token": ..., "events": [[slug, product], ...]}`. The quota is limited, as our seats are, and far from reached.
"""

import json
import sys
from datetime import timedelta
from decimal import Decimal

import django

django.setup()

from django.utils.timezone import now  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import Organizer  # noqa: E402

count, seats = int(sys.argv[1]), int(sys.argv[2])
events: list[tuple[str, int]] = []
with scopes_disabled():
    organizer = Organizer.objects.create(name="Bench", slug="bench")
    team = organizer.teams.create(name="All", all_events=True, all_event_permissions=True, all_organizer_permissions=True)
    token = team.tokens.create(name="Load").token
    for number in range(count):
        event = organizer.events.create(
            name=f"Round {number}",
            slug=f"round{number}",
            currency="USD",
            date_from=now() + timedelta(days=300),
            live=True,
            plugins="",
        )
        seat = event.items.create(name="Seat", default_price=Decimal(0), admission=True, active=True)
        event.quotas.create(name="Seats", size=seats).items.add(seat)
        events.append((event.slug, seat.pk))
print(json.dumps({"token": token, "events": events}))
