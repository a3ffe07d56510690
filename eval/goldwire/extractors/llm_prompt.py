"""The prompt for a language model, made from the corpus's ontology; nothing of gold is in it.

The model gives words in the order of the text, not offsets, which it cannot count: grounding finds
where they stand.
"""

from collections.abc import Iterator, Sequence

from goldwire.ontology import Ontology

LAYERS = ("mentions", "values", "times", "event_mentions")
"""What a model can be asked for; all of it unless told otherwise."""

_KINDS = {"mentions": "entity_type", "values": "value_type", "times": "time_type"}
_ASKED = {
    "mentions": "every name, noun or pronoun that refers to an entity",
    "values": "every value",
    "times": "every time expression, with its ISO 8601 value (TIMEX3) where the text allows one",
    "event_mentions": "every event: the word that evokes it, and who or what takes part",
}
_SHAPES = {
    "mentions": '{"text": "…", "type": "…", "entity": "one name for all mentions of an entity"}',
    "values": '{"text": "…", "type": "…"}',
    "times": '{"text": "…", "type": "…", "value": "2022-01-13"}',
    "event_mentions": '{"text": "…", "type": "…", "arguments": [{"role": "…", "text": "…"}]}',
}


def system_prompt(ontology: Ontology, layers: Sequence[str]) -> str:
    """Say what is wanted, with every label's definition, and in which JSON shape."""
    task = (
        "You annotate news articles. Copy words exactly as they stand in the text, with their "
        "spelling, case and punctuation, and give one item for every place where they stand, in "
        "the order of the text. Invent nothing. Answer with one JSON object and nothing else."
    )
    parts = [task]
    for layer in layers:
        lines = [f"`{layer}`: {_ASKED[layer]}, as {_SHAPES[layer]}"]
        lines += _events(ontology) if layer == "event_mentions" else _labels(ontology, layer)
        parts.append("\n".join(lines))
    keys = ", ".join(f'"{layer}": […]' for layer in layers)
    parts.append(f"The object is {{{keys}}}; a list may be empty, and none may be left out.")
    return "\n\n".join(parts)


def user_prompt(text: str, *, reference_date: str | None) -> str:
    """Give the article, with the date that relative dates count from where it is known."""
    dated = f"Published {reference_date}.\n\n" if reference_date else ""
    return f"{dated}{text}"


def _labels(ontology: Ontology, layer: str) -> Iterator[str]:
    kind = _KINDS[layer]
    labels = ontology.labels(kind)
    if not labels:
        yield "Choose types as you see fit."
    for label in labels:
        definition = ontology.definition(kind, label)
        yield f"- {label}: {definition}" if definition else f"- {label}"


def _events(ontology: Ontology) -> Iterator[str]:
    if not ontology.labels("event_type"):
        yield "Choose types as you see fit."
    for label in ontology.labels("event_type"):
        definition = ontology.definition("event_type", label)
        roles = ", ".join(ontology.roles_of(label))
        yield f"- {label}: {definition}" + (f" Roles: {roles}." if roles else "")
