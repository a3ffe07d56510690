"""UIMA CAS as JSON and as XMI, as INCEpTION exports them; needs dkpro-cassis.

Annotations whose type has a label feature are mentions, those with a governor and a dependent are
relations between them. Tokens, sentences and metadata are not read. XMI needs its type system as a
file beside it, called TypeSystem.xml or after the XMI.
"""

import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from goldwire.errors import UsageError
from goldwire.formats.base import AnnotatedText, Format, Reading, Sample, Source, text_ref
from goldwire.formats.graph import Edge, connect
from goldwire.formats.ledger import Ledger
from goldwire.formats.naming import name_document
from goldwire.formats.xml_values import entity_fault
from goldwire.model import Annotation, Mention, Span

_LABELS = ("value", "label", "identifier", "PosValue", "referenceType")
_IGNORED = (
    "DocumentAnnotation",
    "segmentation",
    "metadata",
    "LayerDefinition",
    "FeatureDefinition",
    "Tagset",
    "uima.cas",
)
_INITIAL = "_InitialView"


def sniff(sample: Sample) -> int:
    """Claim JSON with types and feature structures, and XMI."""
    if any("%FEATURE_STRUCTURES" in record for record in sample.objects):
        return 2
    return 2 if "<xmi:XMI" in sample.head else 0


def read(source: Source) -> Reading:
    """Read a document for every view that has a text; a second view is named after the first."""
    ledger = Ledger(source.name)
    cas = _cas(source, ledger)
    if cas is None:
        return Reading((), tuple(ledger.losses), {}, tuple(ledger.problems))
    documents = []
    for sofa in cas.sofas:
        view, text = cas.get_view(sofa.sofaID), sofa.sofaString
        if not text:
            continue
        doc_id = name_document(source, ledger, given=_given(view), text=text)
        if sofa.sofaID != _INITIAL:
            doc_id = f"{doc_id}-{sofa.sofaID}"
        documents.append(AnnotatedText(_annotation(view, text, doc_id, ledger), text))
    dialect = {"offsets": "utf16,exclusive (read by dkpro-cassis)"}
    return Reading(tuple(documents), tuple(ledger.losses), dialect, tuple(ledger.problems))


def _cas(source: Source, ledger: Ledger) -> Any:
    try:
        import cassis
    except ImportError as error:
        raise UsageError(
            f"reading {source.name} needs dkpro-cassis: pip install 'goldwire[uima]'"
        ) from error
    is_xml = source.data.lstrip().startswith(b"<")
    types = _type_system(source) if is_xml else None
    for data in filter(None, (source.data if is_xml else None, types)):
        if fault := entity_fault(data):
            ledger.refuse("GW702", "", fault, fix="remove its document type")
            return None
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            if is_xml:
                known = None if types is None else cassis.load_typesystem(BytesIO(types))
                cas = cassis.load_cas_from_xmi(BytesIO(source.data), typesystem=known, lenient=True)
            else:
                cas = cassis.load_cas_from_json(BytesIO(source.data))
        except Exception as error:  # noqa: BLE001  # the library raises whatever its parsers raise
            fault = f"no UIMA CAS: {type(error).__name__}: {error}"[:200]
            ledger.refuse("GW702", "", fault, fix="give the type system of an XMI beside it")
            return None
    for warning in said:
        ledger.lose("unknown-type", "dropped", "", str(warning.message)[:120])
    return cas


def _type_system(source: Source) -> bytes | None:
    stem = source.file_name.rpartition(".")[0]
    for name in ("TypeSystem.xml", f"{stem}.typesystem.xml", "typesystem.xml"):
        if (found := source.sibling(name)) is not None:
            return found
    return None


def _given(view: Any) -> str | None:
    for one in view.select_all_annotations():
        if one.type.name.endswith("DocumentMetaData"):
            found = getattr(one, "documentId", None) or getattr(one, "documentTitle", None)
            return str(found) if found else None
    return None


def _annotation(view: Any, text: str, doc_id: str, ledger: Ledger) -> Annotation:
    mentions: dict[int, Mention] = {}
    edges: list[Edge] = []
    for at, one in enumerate(view.select_all_annotations()):
        where = f"{one.type.name} {getattr(one, 'xmiID', at)}"
        if any(part in one.type.name for part in _IGNORED) or not hasattr(one, "begin"):
            continue
        governor, dependent = getattr(one, "Governor", None), getattr(one, "Dependent", None)
        label = _label(one)
        if governor is not None and dependent is not None:
            kind = label or _short(one)
            edges.append(Edge(kind, str(governor.xmiID), str(dependent.xmiID), where=where))
            continue
        if not 0 <= one.begin < one.end <= len(text):
            said = f"{one.begin}, {one.end}"
            ledger.lose("empty-span", "dropped", where, said, document=doc_id)
            continue
        span = Span(one.begin, one.end, text[one.begin : one.end])
        mentions[one.xmiID] = Mention(id=str(one.xmiID), type=label or _short(one), spans=(span,))
        for name, value in _others(one, label):
            said = f"{name} {value}"
            ledger.lose("feature", "dropped", where, said[:60], document=doc_id)
    annotation = Annotation(
        doc_id=doc_id, text_ref=text_ref(text), mentions=tuple(mentions.values())
    )
    return connect(annotation, ledger, edges=edges)


def _short(one: Any) -> str:
    return str(one.type.name).rpartition(".")[2]


def _features(one: Any) -> Sequence[str]:
    return [feature.name for feature in one.type.all_features]


def _label(one: Any) -> str | None:
    """Give the value of a feature that is known for labels, else of the only string feature."""
    for name in _LABELS:
        value = getattr(one, name, None)
        if isinstance(value, str) and value:
            return value
    return None


def _others(one: Any, label: str | None) -> Iterator[tuple[str, str]]:
    """Give the features that say something and have no place in the record."""
    for name in _features(one):
        value = getattr(one, name, None)
        if name in {"begin", "end", "sofa", "order", "id"} or not value or value is True:
            continue
        if not isinstance(value, str):
            yield name, type(value).__name__
        elif value != label:
            yield name, value


FORMAT = Format(
    name="uima",
    title="UIMA CAS as JSON or XMI, as INCEpTION exports them",
    suffixes=(".xmi", ".json"),
    sniff=sniff,
    read=read,
    needs="dkpro-cassis",
)
