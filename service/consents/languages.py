"""Languages of families by their own names (T6): chosen by the school or the family, never guessed. Pure."""

from collections.abc import Mapping

OWN_NAMES: Mapping[str, str] = {
    "en": "English",
    "es": "Español",
    "am": "አማርኛ",
    "ar": "العربية",
    "fa": "فارسی",
    "fr": "Français",
    "ht": "Kreyòl ayisyen",
    "hmn": "Hmoob",
    "ko": "한국어",
    "pt": "Português",
    "ru": "Русский",
    "so": "Soomaali",
    "sw": "Kiswahili",
    "tl": "Tagalog",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
"""English and Spanish first, for which we have texts; the others by their codes."""


def own_name(language: str) -> str:
    """What its speakers call it; the code of a language that is not offered here."""
    return OWN_NAMES.get(language, language)
