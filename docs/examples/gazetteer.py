"""Names from a list, found by pyahocorasick in one pass, whole words only.

pip install pyahocorasick
goldwire eval py:docs/examples/gazetteer.py:extract
"""

from functools import cache

NAMES = {
    "GPE": ["Armenia", "Belarus", "Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan", "Almaty"],
    "ORG": ["CSTO", "Collective Security Treaty Organization", "NATO", "United Nations"],
}


@cache
def automaton():
    """Build the automaton once."""
    import ahocorasick

    built = ahocorasick.Automaton()
    for label, names in NAMES.items():
        for name in names:
            built.add_word(name, (name, label))
    built.make_automaton()
    return built


def extract(text):
    """Give mentions. The automaton gives the last character of a match: inclusive ends."""
    spans = []
    for last, (name, label) in automaton().iter_long(text):
        start = last - len(name) + 1
        around = text[max(0, start - 1) : start] + text[last + 1 : last + 2]
        if not any(character.isalnum() for character in around):
            spans.append({"start": start, "end": last, "label": label, "text": name})
    return spans


extract.name = "gazetteer"
extract.version = "1"
extract.layers = ("mentions",)
extract.offsets = "inclusive"
