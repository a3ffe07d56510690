import pytest

from goldwire.extractors.baseline import BaselineExtractor
from goldwire.extractors.baseline.events import lexicon
from goldwire.model import Annotation, Attribution, Span
from goldwire.ontology import parse_ontology
from goldwire.resources import schema_text
from goldwire.validation import validate_annotation


def extracted(text: str) -> Annotation:
    return BaselineExtractor().extract(text, doc_id="d", reference_date="2024-05-15")


def events(text: str) -> list[tuple[str | None, str, set[tuple[str, str | None]]]]:
    """Each event mention as (trigger, type, {(role, words of the filler)})."""
    found = extracted(text)
    words = {mention.id: mention.spans[0].text for mention in found.mentions or ()}
    words |= {time.id: time.spans[0].text for time in found.times or ()}
    return [
        (
            event.trigger.text if event.trigger else None,
            event.type,
            {(argument.role, words[argument.ref or ""]) for argument in event.arguments},
        )
        for event in found.event_mentions or ()
    ]


def test_the_side_of_the_verb_and_the_preposition_decide_the_role() -> None:
    assert events("The soldiers withdrew from Chad to Niger on Monday.") == [
        (
            "withdrew",
            "Movement.Withdraw",
            {
                ("Mover", "The soldiers"),
                ("Origin", "Chad"),
                ("Destination", "Niger"),
                ("Time", "Monday"),
            },
        )
    ]


def test_in_the_passive_the_sides_change_and_by_names_the_agent() -> None:
    assert events("Two students were arrested by the police in Lima.") == [
        (
            "arrested",
            "Justice.ArrestDetain",
            {("Person", "Two students"), ("Agent", "the police"), ("Place", "Lima")},
        )
    ]


def test_both_sides_of_a_clash_take_part() -> None:
    ((_, _, arguments),) = events("Protesters clashed with police.")
    assert arguments == {("Participant", "Protesters"), ("Participant", "police")}


def test_a_verb_keeps_its_particle() -> None:
    assert [trigger for trigger, _, _ in events("The mayor stepped down.")] == ["stepped down"]


def test_a_word_inside_a_name_is_no_trigger() -> None:
    assert events("She read the Kent Attack Foundation paper in March 2020.") == []


def test_negation_and_tense_are_read_from_the_words_before() -> None:
    found = extracted("Workers did not protest. Workers will march. Workers marched.")
    assert [(event.polarity, event.tense) for event in found.event_mentions or ()] == [
        ("NEG", "UNSPECIFIED"),
        ("POS", "FUTURE"),
        ("POS", "PAST"),
    ]


def test_every_trigger_has_a_type_and_roles_of_the_ontology() -> None:
    ontology = parse_ontology(schema_text("ontology.json"))
    for form, lexeme in lexicon().items():
        roles = ontology.roles_of(lexeme.type)
        assert {lexeme.subject, lexeme.object} - {"-"} <= set(roles), form


def only(text: str) -> Attribution:
    (found,) = extracted(text).attributions or ()
    return found


def shown(spans: tuple[Span, ...]) -> list[str | None]:
    return [span.text for span in spans]


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        (
            "The dam has burst, according to local media on Monday.",
            "local media",
            "according to",
            "The dam has burst",
        ),
        (
            "According to the mayor, the dam has burst.",
            "the mayor",
            "According to",
            "the dam has burst",
        ),
        (
            "Meanwhile, Governor Ida Holm has declared in a statement that all is well.",
            "Governor Ida Holm",
            "has declared in a statement",
            "that all is well",
        ),
        ("“We shall win,” said Ida Holm.", "Ida Holm", "said", "“We shall win,”"),
        (
            "The bridge is closed, the police said on Friday.",
            "the police",
            "said",
            "The bridge is closed",
        ),
        ("He described it as a scandal.", "He", "described", "it as a scandal"),
    ],
)
def test_source_cue_and_content_are_told_apart(
    text: str, source: str, cue: str, content: str
) -> None:
    found = only(text)
    assert shown(found.source.spans) == [source]
    assert shown(found.cue) == [cue]
    assert shown(found.content) == [content]


def test_who_is_told_is_a_supplement_and_not_content() -> None:
    found = only("Ida Holm told the newspaper that she was glad.")
    assert shown(found.supplement) == ["the newspaper"]
    assert shown(found.content) == ["that she was glad"]


def test_quotation_marks_decide_the_type() -> None:
    assert only("“We shall win,” said Ida Holm.").type == "DIRECT"
    assert only("Ida Holm said that this was “a great day” for all.").type == "MIXED"
    assert only("Ida Holm said that this was a great day.").type == "INDIRECT"


def test_a_time_after_the_cue_belongs_to_the_attribution() -> None:
    found = extracted("Ida Holm said on Friday that the dam has burst.")
    (attribution,) = found.attributions or ()
    (time,) = found.times or ()
    assert attribution.time == time.id
    assert shown(attribution.content) == ["that the dam has burst"]


def test_the_source_refers_to_its_mention() -> None:
    found = extracted("Ida Holm said that the dam has burst.")
    (attribution,) = found.attributions or ()
    (mention,) = (m for m in found.mentions or () if m.spans[0].text == "Ida Holm")
    assert attribution.source.mention == mention.id


def test_a_saying_word_inside_a_quotation_is_not_a_second_cue() -> None:
    assert len(extracted("“He said that it rained,” said Ida Holm.").attributions or ()) == 1


def test_the_output_is_a_valid_prediction() -> None:
    text = (
        "PERU SENDS HELP\n\n3 May 2024:\nPeruvian President Ida Holm told reporters on Monday that "
        "over 300 soldiers will withdraw from Bolivia within 10 days. “We thank the UN,” said Holm."
        " According to local media, police arrested nine people in La Paz and Gas prices rose 5%."
    )
    found = extracted(text)
    ontology = parse_ontology(schema_text("ontology.json"))
    assert validate_annotation(found, ontology=ontology, text=text, profile="prediction") == ()
