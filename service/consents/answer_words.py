"""The answers of a signed form in words, for pages and for paper. Pure."""

from collections.abc import Iterable

from service.consents.documents import label
from service.consents.family_forms import OPTIONS
from service.consents.rules import Choices
from service.consents.speaking import Spoken
from service.panels.queries import TopicRow


def in_words(choices: Choices, topics: Iterable[TopicRow], spoken: Spoken) -> list[tuple[str, str, str]]:
    """Each answer in words: the name of its field, the question, the answer; topics one by one, in the order of `topics`."""
    shown: list[tuple[str, str, str]] = []
    for name in OPTIONS:
        value = getattr(choices, name)
        words = spoken.tell(value) if value in ("yes", "no") else spoken.tell(f"{name}_{value}")
        shown.append((name, spoken.tell(name), words))
    labels = {topic.code: label(topic, spoken) for topic in topics}
    ordered = [code for code in labels if code in choices.topics] + [code for code in choices.topics if code not in labels]
    about = [("topics", labels.get(code, code), spoken.tell(choices.topics[code])) for code in ordered]
    return [*shown[:2], *about, *shown[2:]]
