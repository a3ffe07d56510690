"""The guidelines number every rule, resolve every doubt and give no answer away."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from goldwire.model import Annotation, Document

ROOT = Path(__file__).parents[2]
DOCUMENT = "ip-20220113-kz-withdrawal"
RULE = r"[A-Z]\d+(?:\.\d+)?"
N_DOUBTS = {"A": 44, "B": 41}
LONGEST_SHARED_RUN = 3


@pytest.fixture(scope="module")
def guidelines() -> str:
    return (ROOT / "annotations" / "GUIDELINES.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def gold() -> Annotation:
    path = ROOT / "annotations" / "gold" / f"{DOCUMENT}.json"
    return msgspec.json.decode(path.read_bytes(), type=Annotation)


@pytest.fixture(scope="module")
def rules(guidelines: str) -> list[str]:
    body = guidelines.split("## 12.", maxsplit=1)[0]
    return re.findall(rf"\*\*({RULE})\b", body)


def doubts_table(guidelines: str) -> list[tuple[list[str], list[str]]]:
    section = guidelines.split("## 12.")[1].split("## 13.", maxsplit=1)[0]
    rows = [
        row.strip("|").split("|") for row in section.splitlines() if re.match(r"\| [AB]\d", row)
    ]
    return [(row[0].split(), row[-1].split()) for row in rows]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    length = LONGEST_SHARED_RUN + 1
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def test_the_gold_was_made_under_these_guidelines(guidelines: str, gold: Annotation) -> None:
    assert re.findall(r"^Version (\S+)$", guidelines, re.MULTILINE) == [gold.guideline_version]


def test_the_change_log_ends_with_this_version(guidelines: str, gold: Annotation) -> None:
    versions = re.findall(r"^\| (\d+\.\d+\.\d+) \|", guidelines.split("## 13.")[1], re.MULTILINE)
    assert versions[-1] == gold.guideline_version


def test_every_rule_has_a_number_of_its_own(rules: list[str]) -> None:
    assert len(rules) > 100
    assert sorted(rules) == sorted(set(rules))


def test_every_doubt_of_both_annotators_is_resolved_once(guidelines: str) -> None:
    resolved = [doubt for doubts, _ in doubts_table(guidelines) for doubt in doubts]
    expected = [f"{who}{n}" for who, count in N_DOUBTS.items() for n in range(1, count + 1)]
    assert sorted(resolved) == sorted(expected)


def test_doubts_are_resolved_by_rules_that_exist(guidelines: str, rules: list[str]) -> None:
    for doubts, cited in doubts_table(guidelines):
        assert cited, doubts
        assert set(cited) <= set(rules), doubts


def test_rules_and_groups_of_rules_cited_inside_the_guidelines_exist(
    guidelines: str, rules: list[str]
) -> None:
    body = guidelines.split("## 12.", maxsplit=1)[0]
    groups = {rule.split(".", maxsplit=1)[0] for rule in rules}
    assert set(re.findall(rf"\b({RULE})\b", body)) <= {*rules, *groups}


def test_rules_cited_by_the_adjudication_exist(rules: list[str]) -> None:
    path = ROOT / "annotations" / "adjudication" / f"{DOCUMENT}.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    cited = {rule for decision in record["decisions"] for rule in decision["rules"]}
    assert cited
    assert cited <= set(rules)


def test_rules_cited_by_notes_and_worked_cases_exist(rules: list[str]) -> None:
    cases = ROOT / "annotations" / "adjudication" / f"{DOCUMENT}.md"
    notes = ROOT / "annotations" / "gold" / f"{DOCUMENT}.json"
    for path in (cases, notes):
        text = path.read_text(encoding="utf-8")
        cited = set(re.findall(r"\b([A-Z]\d+\.\d+)\b", text))
        assert cited, path
        assert cited <= set(rules), path


def test_no_four_words_in_a_row_of_the_article_are_in_the_guidelines(guidelines: str) -> None:
    folder = ROOT / "corpus" / DOCUMENT
    text = (folder / "text.txt").read_bytes().decode()
    document = msgspec.json.decode((folder / "document.json").read_bytes(), type=Document)
    zones = [text[zone.start : zone.end] for zone in document.zones if zone.annotatable]
    shared = runs(guidelines) & set().union(*(runs(zone) for zone in zones))
    assert not shared
