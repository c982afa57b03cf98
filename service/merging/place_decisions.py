"""For each place where the database names a district or a school: what becomes of it when one of two entries goes.

A test compares this with the schema, so that nobody adds a reference without deciding; another one plants a row in each.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Fate: TypeAlias = Literal[
    "moves",  # it is the kept one's
    "joins",  # it is the kept one's, and where both have one, the two become one
    "stays",  # it only grows: whoever reads it finds the kept one through merged_school
]

DISTRICTS: Mapping[str, Fate] = {
    "bulk_message.district_id": "moves",  # nothing that a clock would release: that stands against it
    "merged_district.district_id": "moves",  # which was merged into it before
    "merged_school.district_before": "moves",  # where files say that a school is
    "merged_school.district_id": "moves",
    "person.district_id": "moves",
    "school.district_id": "moves",
}
SCHOOLS: Mapping[str, Fate] = {
    "erasure.school_id": "stays",
    "merged_school.school_id": "moves",  # which was merged into it before
    "panel_hold.school_id": "joins",  # the places of both, and the later of the two days
    "school_contact.school_id": "moves",
    "signup.school_id": "moves",  # where both have students for one panel that is to come, that stands against it
    "student_export.school_id": "stays",
}
