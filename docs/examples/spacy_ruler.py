"""Names by rules: a blank spaCy pipeline with an EntityRuler. No model is downloaded.

pip install spacy
goldwire eval py:docs/examples/spacy_ruler.py:extract --map PERSON=PER
"""

from functools import cache

COUNTRIES = "Armenia Belarus Georgia Kazakhstan Kyrgyzstan Russia Tajikistan Ukraine Uzbekistan"
TITLES = ["president", "minister", "secretary", "general", "mr.", "mrs.", "dr."]
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"


@cache
def pipeline():
    """Build the pipeline once."""
    import spacy

    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            *({"label": "GPE", "pattern": name} for name in COUNTRIES.split()),
            *({"label": "DATE", "pattern": name} for name in WEEKDAYS.split()),
            {
                "label": "PERSON",
                "pattern": [
                    {"LOWER": {"IN": TITLES}},
                    {"IS_TITLE": True},
                    {"IS_TITLE": True, "OP": "?"},
                ],
            },
            {"label": "ORG", "pattern": [{"IS_UPPER": True, "LENGTH": {">=": 3}}]},
        ]
    )
    return nlp


def extract(text):
    """Give mentions and times; spaCy counts code points, as goldwire does."""
    return [
        {
            "start": ent.start_char,
            "end": ent.end_char,
            "label": ent.label_,
            "layer": "times" if ent.label_ == "DATE" else "mentions",
        }
        for ent in pipeline()(text).ents
    ]


extract.name = "spacy-ruler"
extract.version = "1"
extract.layers = ("mentions", "times")
