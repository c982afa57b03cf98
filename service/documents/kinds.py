"""Every document that can be set."""

from typing import TypeAlias

from service.documents.day_sheets import BadgeSheets, Certificate, DeskList, EmergencyList
from service.documents.rules import SignedForm
from service.documents.survey_sheets import SurveyReport

AnyDocument: TypeAlias = SignedForm | Certificate | BadgeSheets | DeskList | EmergencyList | SurveyReport
"""A struct, and a sheet of its tag in `sheets/`. The workers make what is kept (`workers/printer.py`), `apart` the rest."""
