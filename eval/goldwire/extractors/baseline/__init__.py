"""The baseline: patterns and word lists that know nothing of any corpus.

It is here to be beaten, and to show a whole run without models or network. It reads a small
gazetteer (`gazetteer.tsv`), a trigger lexicon (`triggers.tsv`) and a list of common nouns
(`nouns.tsv`), and never sees gold. Its authors had read the seed article and the guidelines, whose
examples all come from it. Only vocabulary that is general in news went in; all the same, its
figures on that article flatter it: expect less on any other.
"""

from goldwire.extractors.baseline.attributions import find_attributions
from goldwire.extractors.baseline.candidates import Candidate, without_crossing
from goldwire.extractors.baseline.coreference import corefer, surnames_of
from goldwire.extractors.baseline.dates import find_times
from goldwire.extractors.baseline.events import find_events
from goldwire.extractors.baseline.names import find_names, find_surnames
from goldwire.extractors.baseline.noun_phrases import find_noun_phrases
from goldwire.extractors.baseline.sentences import Sentence, split_sentences
from goldwire.extractors.baseline.values import find_values
from goldwire.model import Agent, Annotation, Time

__all__ = ["BaselineExtractor"]


class BaselineExtractor:
    """The rule-based extractor that ships with goldwire."""

    name = "baseline"
    version = "1.1.0"
    layers = (
        "entities",
        "mentions",
        "values",
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
        times = find_times(text, reference_date=reference_date)
        named = corefer(text, _candidates(text, sentences, times))
        happened = find_events(
            text,
            sentences,
            mentions=named.mentions,
            types={entity.id: entity.type for entity in named.entities},
            times=times,
        )
        return Annotation(
            doc_id=doc_id,
            annotation_set="prediction",
            annotator=Agent(id=self.name, kind="system", version=self.version),
            entities=named.entities,
            mentions=named.mentions,
            values=find_values(text, sentences, times=times),
            times=times,
            events=happened.events,
            event_mentions=happened.event_mentions,
            attributions=find_attributions(text, sentences, mentions=named.mentions, times=times),
        )


def _candidates(
    text: str, sentences: tuple[Sentence, ...], times: tuple[Time, ...]
) -> list[Candidate]:
    """Propose mentions of the whole text, names first: noun phrases and surnames build on them."""
    names = [find_names(text, sentence) for sentence in sentences]
    surnames = surnames_of(name for found in names for name in found)
    candidates: list[Candidate] = []
    for sentence, found in zip(sentences, names, strict=True):
        by_end = {name.end: name for name in sorted(found, key=lambda name: -name.rank)}
        candidates += found
        candidates += find_noun_phrases(sentence, by_end)
        candidates += find_surnames(sentence, surnames, found)
    dated = {at for time in times for at in range(time.spans[0].start, time.spans[0].end)}
    return without_crossing(one for one in candidates if one.head_start not in dated)
