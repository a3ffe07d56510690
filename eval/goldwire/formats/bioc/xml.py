"""BioC's XML in the shape of its JSON."""

from xml.etree.ElementTree import Element

from goldwire.formats.ledger import Ledger
from goldwire.formats.xml_values import parsed

_LISTS = {
    "document": "documents",
    "passage": "passages",
    "sentence": "sentences",
    "annotation": "annotations",
    "relation": "relations",
    "location": "locations",
    "node": "nodes",
}


def collection_of(data: bytes, ledger: Ledger) -> list[dict[str, object]]:
    """Give the documents of a collection, as JSON has them."""
    root = parsed(data, ledger)
    if root is None:
        return []
    documents = _value(root).get("documents")
    return documents if isinstance(documents, list) else []


def _value(element: Element) -> dict[str, object]:
    """Turn an element into an object: its attributes, its texts, its children by kind."""
    value: dict[str, object] = dict(element.attrib)
    infons: dict[str, str] = {}
    for child in element:
        if child.tag == "infon":
            infons[child.get("key", "")] = child.text or ""
        elif child.tag in _LISTS:
            children = value.setdefault(_LISTS[child.tag], [])
            if isinstance(children, list):
                children.append(_value(child))
        else:
            value[child.tag] = child.text or ""
    return {**value, "infons": infons}
