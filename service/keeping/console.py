"""This slice's pages."""

from service.keeping import (
    deletion_pages,
    exports,
    family_deletion_pages,
    held_pages,
    hold_pages,
    media_pages,
    own_data_pages,
    person_pages,
    policy_pages,
    request_pages,
    retention_pages,
    school_log_pages,
)

PAGES = [
    *exports.PAGES,
    *school_log_pages.PAGES,
    *held_pages.PAGES,
    *family_deletion_pages.PAGES,
    *policy_pages.PAGES,
    *deletion_pages.PAGES,
    *hold_pages.PAGES,
    *request_pages.PAGES,
    *media_pages.PAGES,
    *retention_pages.PAGES,
    *person_pages.PAGES,
    *own_data_pages.PAGES,
]
