"""The gate as JUnit XML: what CI servers show as tests.

A suite is a layer, a case a document: lost items are its failure. With a margin a case is a metric,
and INCONCLUSIVE is *skipped* with its reason. Texts that may not be passed on are not in it.
"""

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from goldwire.comparison.changes import Change
from goldwire.gating.judging import Finding
from goldwire.report.changes import change_line, layer_of, layers_in_order
from goldwire.report.gate import GateReport
from goldwire.statistics.intervals import counted

# XML 1.0 has no way to write these, not even escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def junit(report: GateReport, *, inconclusive_fails: bool = False) -> str:
    """Give the whole report as one XML document."""
    judgement = report.judgement
    root = ET.Element("testsuites", name="goldwire gate")
    findings = list(judgement.findings)
    if judgement.margin is None:
        findings = [one for one in findings if one.what != "items"]
        for layer, changes in _by_layer(report).items():
            _add_items(root, report, layer, changes)
    if findings:
        _add_findings(root, report, findings, inconclusive_fails=inconclusive_fails)
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _by_layer(report: GateReport) -> dict[str, Sequence[Change]]:
    layers = {name.partition("/")[0] for name in report.metrics}
    lost = report.judgement.sifted.remaining
    return {
        layer: [change for change in lost if layer_of(change) == layer]
        for layer in layers_in_order(layers)
    }


def _add_items(root: ET.Element, report: GateReport, layer: str, lost: Sequence[Change]) -> None:
    by_document: dict[str, list[Change]] = {}
    for change in lost:
        by_document.setdefault(change.doc_id, []).append(change)
    doc_ids = report.baseline.runs[0].doc_ids
    suite = _suite(root, report, f"goldwire.{layer}", n=len(doc_ids), failures=len(by_document))
    for doc_id in doc_ids:
        case = ET.SubElement(
            suite, "testcase", classname=suite.get("name", ""), name=_clean(doc_id)
        )
        found = by_document.get(doc_id, [])
        if found:
            failure = ET.SubElement(
                case, "failure", type="lost", message=f"{counted(len(found), 'gold item')} lost"
            )
            with_text = doc_id not in report.protected
            failure.text = _clean(
                "\n".join(change_line(change, with_text=with_text) for change in found)
            )


def _add_findings(
    root: ET.Element, report: GateReport, findings: Sequence[Finding], *, inconclusive_fails: bool
) -> None:
    kinds: Mapping[str, str] = {
        "FAIL": "failure",
        "INCONCLUSIVE": "failure" if inconclusive_fails else "skipped",
    }
    elements = [kinds.get(one.outcome) for one in findings]
    suite = _suite(
        root,
        report,
        "goldwire.scores",
        n=len(findings),
        failures=elements.count("failure"),
        skipped=elements.count("skipped"),
    )
    for one, element in zip(findings, elements, strict=True):
        case = ET.SubElement(suite, "testcase", classname="goldwire.scores", name=_clean(one.what))
        if element is not None:
            found = ET.SubElement(case, element, message=_clean(one.reason))
            if element == "failure":
                found.set("type", one.outcome.lower())


def _suite(
    root: ET.Element, report: GateReport, name: str, *, n: int, failures: int, skipped: int = 0
) -> ET.Element:
    suite = ET.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(n),
        failures=str(failures),
        errors="0",
        skipped=str(skipped),
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in (
        ("verdict", report.judgement.verdict),
        ("gold", report.gold.tag),
        ("baseline", report.baseline.name),
        ("candidate", report.candidate.name),
        ("signature", report.signature),
    ):
        ET.SubElement(properties, "property", name=key, value=_clean(value))
    return suite


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
