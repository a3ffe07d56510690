"""The baseline: patterns and word lists that know nothing of any corpus.

It is here to be beaten, and to show a whole run without models or network. It reads a small
gazetteer (`gazetteer.tsv`) and a trigger lexicon (`triggers.tsv`), and never sees gold. Its authors
had read the seed article, and only vocabulary that is general in news went in; all the same, its
figures on that article flatter it.
"""

from goldwire.extractors.baseline.attributions import find_attributions
from goldwire.extractors.baseline.dates import find_times
from goldwire.extractors.baseline.events import find_events
from goldwire.extractors.baseline.names import find_mentions
from goldwire.extractors.baseline.sentences import split_sentences
from goldwire.model import Annotation


class BaselineExtractor:
    """The rule-based extractor that ships with goldwire."""

    name = "baseline"
    version = "1.0.0"
    layers = (
        "entities",
        "mentions",
        "times",
        "events",
        "event_mentions",
        "attributions",
    )

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Annotation:
        """Annotate a text. Offsets are code points; spans carry their words.

        Relative dates count from the first full date of the text, else from `reference_date`.
        """
        sentences = split_sentences(text)
        named = find_mentions(text, sentences)
        times = find_times(text, reference_date=reference_date)
        happened = find_events(text, sentences, mentions=named.mentions, times=times)
        return Annotation(
            doc_id=doc_id,
            annotation_set="prediction",
            entities=named.entities,
            mentions=named.mentions,
            times=times,
            events=happened.events,
            event_mentions=happened.event_mentions,
            attributions=find_attributions(text, sentences),
        )
