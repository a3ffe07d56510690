"""The smaller files of a release: datasheet, licence, citation, tasks, and the schema of rows."""

import json
from typing import Any

from goldwire.release.card import scored_split
from goldwire.release.facts import Facts, by_count
from goldwire.release.shapes import json_schema
from goldwire.release.views import VIEWS
from goldwire.release.yaml import to_yaml
from goldwire.scoring import HEADLINE

QUESTIONS = {
    "motivation": "Why was it made?",
    "composition": "What is in it?",
    "collection": "Where do the texts come from?",
    "preprocessing": "What was done to the texts?",
    "annotators": "Who annotated it, and how?",
    "agreement": "How well did annotators agree?",
    "uses": "What is it good for?",
    "misuses": "What is it not to be used for?",
    "rights": "Who may do what with it?",
    "limits": "What are its limits?",
    "biases": "What biases are known?",
    "personal_information": "Does it hold personal information?",
    "social_impact": "What may it do in the world?",
    "maintenance": "Who maintains it, and how does it change?",
}


def datasheet(facts: Facts) -> str:
    """Write the datasheet: the corpus's answers, and what can be counted."""
    answers = facts.card.datasheet
    parts = [f"# Datasheet of {facts.title} {facts.source.version}"]
    for name, question in QUESTIONS.items():
        parts += [f"## {question}", getattr(answers, name).strip() or "Nobody has stated it."]
        if name == "composition":
            parts.append(_counts(facts))
    return "\n\n".join(parts) + "\n"


def _counts(facts: Facts) -> str:
    lines = [f"- split `{split}`: {len(doc_ids)}" for split, doc_ids in facts.splits.items()]
    lines += [f"- language {name}: {count}" for name, count in by_count(facts.languages)]
    lines += [f"- publisher {name}: {count}" for name, count in by_count(facts.publishers)]
    lines += [f"- annotated by {kind}: {count}" for kind, count in by_count(facts.annotators)]
    if facts.dates:
        lines.append(f"- published from {min(facts.dates)} to {max(facts.dates)}")
    return "Counted in documents:\n\n" + "\n".join(lines)


def license_text(facts: Facts) -> str:
    """Write LICENSE.md: what each part of the release may be used for."""
    parts = [
        "# Licences",
        f"Annotations, schema and descriptions: {facts.source.annotation_license}.",
    ]
    if facts.text_licenses:
        parts.append("Texts in this release, by their documents' records:")
        parts.append(
            "\n".join(f"- {name}: {count}" for name, count in by_count(facts.text_licenses))
        )
    else:
        parts.append("There is no text in this release.")
    if facts.has_protected_text:
        parts.append("**Some of these texts may not be passed on: this copy must not be either.**")
    parts.append(
        "The `rights` of every document's row say who holds the rights in its text and what may be "
        "done with it."
    )
    return "\n\n".join(parts) + "\n"


def citation(facts: Facts) -> str:
    """Write CITATION.cff; the DOI is there once the corpus has one."""
    meta = facts.card
    data: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Please cite this dataset and give the signature of every number.",
        "type": "dataset",
        "title": facts.title,
        "abstract": facts.source.description,
        "authors": [
            {key: value for key, value in (("name", author.name), ("orcid", author.orcid)) if value}
            for author in meta.authors
        ]
        or [{"name": f"The authors of {facts.source.name}"}],
        "version": facts.source.version,
    }
    optional = {
        "date-released": meta.date,
        "doi": meta.doi,
        "url": meta.homepage,
        "repository-code": meta.repository,
    }
    data |= {key: value for key, value in optional.items() if value}
    data["license"] = facts.source.annotation_license
    if meta.tags:
        data["keywords"] = list(meta.tags)
    return to_yaml(data)


def eval_tasks(facts: Facts) -> str:
    """Write eval.yaml: one task per headline metric, since a task has a single value."""
    split = scored_split(facts)
    return to_yaml(
        {
            "name": facts.title,
            "description": "Entities, coreference, times, events, arguments and attributions, "
            "scored by goldwire; one task per headline metric, its value an F1 from 0 to 1.",
            "evaluation_framework": "goldwire",
            "tasks": [
                {
                    "id": f"goldwire_{metric.replace('/', '_')}_f1",
                    "config": VIEWS[0].name,
                    "split": split,
                }
                for metric in HEADLINE
            ],
        }
    )


def row_schema() -> str:
    """Write the JSON Schema of a line of `jsonl/`."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://goldwire.dev/schema/1.0/release.schema.json",
        "title": "goldwire release: one document with record, gold and, where allowed, text",
        "description": "A line of jsonl/<split>.jsonl and a row of the config documents. Every "
        "column is there; null where nothing is said. A layer that is null was not annotated.",
        **json_schema(VIEWS[0].columns),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
