from goldwire.extractors.baseline import BaselineExtractor
from goldwire.extractors.baseline.coreference import corefer
from goldwire.extractors.baseline.gazetteer import TYPES, gazetteer
from goldwire.extractors.baseline.sentences import split_sentences
from goldwire.model import Annotation, layer_of

Described = tuple[str, str, str | None]


def extracted(text: str) -> Annotation:
    return BaselineExtractor().extract(text, doc_id="d")


def described(text: str) -> set[Described]:
    """Each mention as (words, type, level)."""
    found = extracted(text)
    types = {entity.id: entity.type for entity in found.entities or ()}
    return {
        (mention.spans[0].text or "", types[mention.entity or ""], mention.level)
        for mention in found.mentions or ()
    }


def heads(text: str) -> set[str | None]:
    return {mention.head.text for mention in extracted(text).mentions or () if mention.head}


def entity_of(text: str) -> dict[str, str | None]:
    return {m.spans[0].text or "": m.entity for m in extracted(text).mentions or ()}


def test_a_person_is_found_after_a_title_which_the_extent_holds_and_the_head_does_not() -> None:
    text = "Police met Peruvian Foreign Minister Ana Quispe."
    assert ("Peruvian Foreign Minister Ana Quispe", "PER", "NAM") in described(text)
    assert "Ana Quispe" in heads(text)
    assert ("Peruvian", "GPE", "NAM") in described(text)


def test_a_bare_surname_is_the_person_named_in_full_before() -> None:
    entities = entity_of("Governor Ida Holm left. Reporters waited for Holm there.")
    assert entities["Holm"] == entities["Governor Ida Holm"]


def test_two_capitalised_words_that_nothing_explains_are_a_person() -> None:
    assert ("Ida Holm", "PER", "NAM") in described("Yesterday Ida Holm sang.")


def test_capitalised_words_of_a_treaty_are_no_person() -> None:
    assert not any(kind == "PER" for _, kind, _ in described("They read the Basel Treaty."))


def test_a_country_and_its_adjective_are_one_entity_and_its_city_another() -> None:
    entities = entity_of("Peruvian farmers went from Lima through Peru.")
    assert entities["Peruvian"] == entities["Peru"] != entities["Lima"]


def test_a_body_is_found_by_its_noun_with_what_it_is_of() -> None:
    found = described("Then the Ministry of Health warned the Dover Institute.")
    assert ("the Ministry of Health", "ORG", "NAM") in found
    assert ("the Dover Institute", "ORG", "NAM") in found


def test_a_station_is_a_facility_and_a_lake_a_location() -> None:
    found = described("They drove from Kent Station to Bear Lake.")
    assert {("Kent Station", "FAC", "NAM"), ("Bear Lake", "LOC", "NAM")} <= found


def test_an_acronym_is_the_body_with_its_initials() -> None:
    entities = entity_of("The Global Seed Council met. Later the GSC voted.")
    assert entities["GSC"] == entities["The Global Seed Council"]


def test_a_listed_body_is_one_entity_under_name_and_acronym() -> None:
    entities = entity_of("The World Health Organization said so, but UN staff and WHO staff left.")
    assert entities["The World Health Organization"] == entities["WHO"] != entities["UN"]


def test_a_common_noun_takes_determiner_number_and_possessor_into_its_extent() -> None:
    found = described("More than 300 workers met Chile’s government near the new bridge.")
    assert ("More than 300 workers", "PER", "NOM") in found
    assert ("Chile’s government", "ORG", "NOM") in found
    assert ("the new bridge", "FAC", "NOM") in found
    assert ("Chile", "GPE", "NAM") in found


def test_he_is_the_last_person_and_the_country_the_last_country() -> None:
    entities = entity_of("President Ida Holm flew to Peru. She likes the country.")
    assert entities["She"] == entities["President Ida Holm"]
    assert entities["the country"] == entities["Peru"]


def test_in_capitals_only_what_is_listed_is_a_name() -> None:
    found = described("PERU SENDS HELP TO IDA HOLM IN NEW YORK")
    assert found == {("PERU", "GPE", "NAM"), ("NEW YORK", "GPE", "NAM")}


def test_the_longest_listed_name_wins() -> None:
    assert ("South Sudan", "GPE", "NAM") in described("She saw South Sudan.")
    assert not any(words == "Sudan" for words, _, _ in described("She saw South Sudan."))


def test_a_listed_name_inside_a_longer_word_is_not_found() -> None:
    assert described("a Maliesque and Perux thing") == set()


def test_no_two_mentions_cross_or_share_an_extent() -> None:
    text = "UN Secretary General Ida Holm met the French army’s General Staff of Peru Bank."
    places = [mention.spans[0] for mention in extracted(text).mentions or ()]
    for one in places:
        for other in places:
            if one is not other:
                assert (one.start, one.end) != (other.start, other.end)
                assert not one.start < other.start < one.end < other.end


def test_sentences_end_before_capitals_but_not_after_abbreviations() -> None:
    text = "Dr. Ida Holm left on Jan. 3. She wrote. “It is so.” No. 5 stayed"
    shown = [text[one.start : one.end] for one in split_sentences(text)]
    assert shown[0] == "Dr. Ida Holm left on Jan. 3."
    assert shown[1] == "She wrote."
    assert shown[2] == "“It is so.”"


def test_the_gazetteer_holds_every_kind_and_only_known_ones() -> None:
    listed = gazetteer()
    assert {kind for kind, _ in listed.values()} == set(TYPES)
    assert len({key for kind, key in listed.values() if kind == "country"}) >= 193  # UN members
    assert all(name == name.strip() and key for name, (_, key) in listed.items())


def test_an_empty_text_gives_empty_layers_which_are_attempted() -> None:
    found = extracted("")
    assert found.attempted() == BaselineExtractor.layers
    assert all(layer_of(found, layer) == () for layer in found.attempted())
    assert corefer("", []).entities == ()
