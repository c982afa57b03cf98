"""All pages of surveys."""

from service.surveys import (
    answer_pages,
    beside_pages,
    code_pages,
    confidential_pages,
    editor_pages,
    evaluator_pages,
    office_pages,
    preview_pages,
    report_back_pages,
    results_pages,
    text_pages,
)

PAGES = [
    *answer_pages.PAGES,
    *beside_pages.PAGES,
    *code_pages.PAGES,
    *preview_pages.PAGES,
    *office_pages.PAGES,
    *editor_pages.PAGES,
    *results_pages.PAGES,
    *text_pages.PAGES,
    *confidential_pages.PAGES,
    *report_back_pages.PAGES,
    *evaluator_pages.PAGES,
]
"""For who is asked, for organizers, for evaluators, and for everybody."""
