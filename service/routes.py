"""Every route of the web process, listed: what programs call, and what people look at."""

from collections.abc import Sequence

from litestar.handlers import HTTPRouteHandler

from service.access import account_pages, audit_pages, office_pages
from service.access import pages as access_pages
from service.attendance import api as attendance
from service.attendance import console as door
from service.bulk import pages as bulk_pages
from service.bulk import release_pages as bulk_release_pages
from service.coaching import api as coaching
from service.coaching import console as coaching_console
from service.consents import (
    answers_api,
    deciding_api,
    disclosures_api,
    family_after,
    family_day,
    family_interpreter,
    family_pages,
    family_signing,
    readiness_api,
    school_call_pages,
    school_day_pages,
    school_one_pages,
    school_pages,
    school_paper_pages,
    school_print_pages,
    student_slip_pages,
    text_editor_pages,
    text_pages,
    text_publishing_pages,
)
from service.consents import api as consents
from service.consents import console as student_console
from service.convenings import agenda_pages, details_pages, new_pages, removal_pages, session_pages, standing_pages
from service.convenings import api as convenings
from service.convenings import pages as convening_pages
from service.deliveries import api as deliveries
from service.deliveries import dns_pages, opting_out_pages, preview_pages, suppression_pages
from service.deliveries import office_pages as mail_pages
from service.exchange import api as exchange
from service.exchange import feed_pages, webhook_api, webhook_pages
from service.exchange import office_pages as incoming_pages
from service.home import api as home
from service.home import door_pages
from service.home import office_pages as overview_pages
from service.home import own_pages as own_start_pages
from service.imports import pages as import_pages
from service.keeping import api as keeping_api
from service.keeping import console as keeping
from service.materials import api as materials
from service.materials import console as materials_console
from service.members import directory_pages, district_pages, own_pages, pairing_pages
from service.members import export as people_files
from service.members import office_pages as people_pages
from service.members import school_pages as network_schools
from service.merging import pages as merging_pages
from service.merging import place_pages as place_merging
from service.panels import api as panels
from service.panels import pages as panel_pages
from service.registrations import api as registrations
from service.registrations import choosing_pages, invitation_pages, invited_pages
from service.registrations import console as registration_console
from service.registrations import pages as registration_pages
from service.surveys import answers_api as answers_of_surveys
from service.surveys import api as surveys
from service.surveys import console as survey_console
from service.web.docs import DOCS

API: Sequence[HTTPRouteHandler] = [
    *convenings.API,
    *registrations.API,
    *coaching.API,
    *panels.API,
    *consents.API,
    *answers_api.API,
    *disclosures_api.API,
    *deciding_api.API,
    *readiness_api.API,
    *attendance.API,
    *surveys.API,
    *answers_of_surveys.API,
    *deliveries.API,
    *exchange.API,
    *webhook_api.API,
    *materials.API,
    *home.API,
    *keeping_api.API,
    *DOCS,
]
"""Everything under /api/v1."""

PAGES: Sequence[HTTPRouteHandler] = [
    *convening_pages.PAGES,
    *new_pages.PAGES,
    *details_pages.PAGES,
    *agenda_pages.PAGES,
    *session_pages.PAGES,
    *standing_pages.PAGES,
    *removal_pages.PAGES,
    *registration_pages.PAGES,
    *invited_pages.PAGES,
    *invitation_pages.PAGES,
    *choosing_pages.PAGES,
    *access_pages.PAGES,
    *account_pages.PAGES,
    *office_pages.PAGES,
    *audit_pages.PAGES,
    *registration_console.PAGES,
    *people_pages.PAGES,
    *merging_pages.PAGES,
    *district_pages.PAGES,
    *network_schools.PAGES,
    *place_merging.PAGES,
    *import_pages.PAGES,
    *people_files.PAGES,
    *own_pages.PAGES,
    *directory_pages.PAGES,
    *pairing_pages.PAGES,
    *mail_pages.PAGES,
    *bulk_pages.PAGES,
    *bulk_release_pages.PAGES,
    *preview_pages.PAGES,
    *suppression_pages.PAGES,
    *dns_pages.PAGES,
    *opting_out_pages.PAGES,
    *incoming_pages.PAGES,
    *webhook_pages.PAGES,
    *school_pages.PAGES,
    *school_one_pages.PAGES,
    *school_day_pages.PAGES,
    *school_call_pages.PAGES,
    *school_print_pages.PAGES,
    *student_slip_pages.PAGES,
    *school_paper_pages.PAGES,
    *feed_pages.PAGES,
    *overview_pages.PAGES,
    *own_start_pages.PAGES,
    *door_pages.PAGES,
    *coaching_console.PAGES,
    *panel_pages.PAGES,
    *student_console.PAGES,
    *family_interpreter.PAGES,
    *family_pages.PAGES,
    *family_signing.PAGES,
    *family_after.PAGES,
    *family_day.PAGES,
    *door.PAGES,
    *survey_console.PAGES,
    *text_pages.PAGES,
    *text_editor_pages.PAGES,
    *text_publishing_pages.PAGES,
    *keeping.PAGES,
    *materials_console.PAGES,
]
"""Everything that people look at."""
