"""XML without its dangers: no entity is defined or expanded, and nothing outside is fetched."""

from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers.expat import ExpatError

from goldwire.formats.ledger import Ledger


class _RefusedError(ValueError):
    """The document defines an entity."""


def parsed(data: bytes, ledger: Ledger) -> Element | None:
    """Parse a document; one that is malformed or defines entities is a fault of the file.

    A document type without definitions is passed over, and never fetched.
    """
    fault = entity_fault(data)
    if fault:
        ledger.refuse("GW702", "", fault, fix="remove its document type")
        return None
    parser = XMLParser()  # noqa: S314  # definitions of entities were refused above
    try:
        parser.feed(data)
        return parser.close()
    except (ParseError, ExpatError) as error:
        ledger.refuse("GW702", "", f"malformed XML: {error}", fix="correct the file")
        return None


def entity_fault(data: bytes) -> str:
    """Say what is dangerous in a document, or nothing: entities that it defines or fetches.

    >>> entity_fault(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
    "it defines the entity 'x': XML is read without entities of its own"
    >>> entity_fault(b'<!DOCTYPE a SYSTEM "a.dtd"><a/>')
    ''
    """
    from xml.parsers import expat

    def refuse(name: str, *_: object) -> None:
        raise _RefusedError(name)

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(data, True)
    except _RefusedError as error:
        return f"it defines the entity {str(error)!r}: XML is read without entities of its own"
    except ExpatError:
        return ""
    return ""
