"""The dataset card, `README.md`: YAML that loaders and the Hub read, then what people read."""

from collections.abc import Mapping
from typing import Any

from goldwire.inputs import DEFAULT_SPLIT
from goldwire.release.facts import Facts, by_count
from goldwire.release.shapes import features
from goldwire.release.tokens import tag_names
from goldwire.release.views import VIEWS, View
from goldwire.release.yaml import to_yaml

STATUS = {
    "full": "with their text",
    "masked": "with the masked shape of their text",
    "withheld": "without their text",
}

KEPT = """\
A document without text still says where it comes from: publisher, address, headline, byline,
section, dates and claimed sources. These are bibliographic facts; without them nobody could cite
the article or find its text again. Offsets, labels, normalised values and ids are annotation, not
text. Blocks hold digests of sentences (64 characters at least) and of the headline: they show where
another copy agrees. Withheld are the text, the words of every span (a keyed check stands for them),
names of entities, remarks and the credit line; they are in `sealed`, which only the exact text
opens."""


READING = """\
Offsets are Unicode code points, 0-based and half-open: what slicing a Python string gives. Labels
are strings and are defined in `schema/ontology.json`; rules are in `GUIDELINES.md`."""


def card(facts: Facts) -> str:
    """Write the card."""
    return f"---\n{to_yaml(card_data(facts))}---\n\n{_body(facts)}"


def license_data(facts: Facts) -> dict[str, str]:
    """Give the licence keys: that of the annotations, or `other` where texts have their own."""
    if facts.text_status["full"]:
        return {
            "license": "other",
            "license_name": f"{facts.source.name}-mixed",
            "license_link": "LICENSE.md",
        }
    return {"license": facts.source.annotation_license.lower()}


def card_data(facts: Facts) -> dict[str, Any]:
    """Give the card's YAML as a value."""
    meta = facts.card
    tags = tag_names(facts.source.ontology.labels("entity_type"))
    return {
        "pretty_name": facts.title,
        **license_data(facts),
        "language": sorted({name.split("-")[0] for name in facts.languages}),
        "multilinguality": list(meta.multilinguality),
        "size_categories": [facts.size_category],
        "annotations_creators": list(meta.annotations_creators),
        "language_creators": list(meta.language_creators),
        "source_datasets": list(meta.source_datasets),
        "task_categories": list(meta.task_categories),
        "task_ids": list(meta.task_ids),
        "tags": list(meta.tags),
        "configs": [
            {
                "config_name": view.name,
                **({"default": True} if view.name == VIEWS[0].name else {}),
                "data_files": [
                    {
                        "split": split,
                        "path": facts.tables[view.name, split],
                    }
                    for split in facts.splits
                    if facts.n_rows[view.name, split]
                ],
            }
            for view in _filled(facts)
        ],
        "dataset_info": [
            {
                "config_name": view.name,
                "features": features(view.columns, tags=tags),
                "splits": [
                    {
                        "name": split,
                        "num_bytes": facts.n_bytes.get((view.name, split), 0),
                        "num_examples": facts.n_rows[view.name, split],
                    }
                    for split in facts.splits
                    if facts.n_rows[view.name, split]
                ],
                "dataset_size": sum(
                    facts.n_bytes.get((view.name, split), 0) for split in facts.splits
                ),
            }
            for view in _filled(facts)
        ],
    }


def _filled(facts: Facts) -> list[View]:
    """List the configs that have rows: loaders refuse a split without any."""
    return [view for view in VIEWS if any(facts.n_rows[view.name, split] for split in facts.splits)]


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Write a Markdown table; numbers are on the right."""
    numeric = [all(isinstance(row[at], int) for row in rows) for at in range(len(head))]
    lines = [head, tuple("---:" if is_number else "---" for is_number in numeric), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def scored_split(facts: Facts) -> str:
    """Give the split that scores are of: `test` where there is one, else the first."""
    return DEFAULT_SPLIT if DEFAULT_SPLIT in facts.splits else next(iter(facts.splits), "")


def _body(facts: Facts) -> str:
    source, meta = facts.source, facts.card
    parts = [
        f"# {facts.title}",
        source.description,
        _versions(facts),
    ]
    if facts.private:
        parts.append(
            "**For its maker's own use: it holds texts that may not be passed on. "
            "Do not publish it.**"
        )
    if meta.canary:
        parts.append(f"`{meta.canary}`")
    parts += [
        "## Use",
        _usage(facts),
        "## What is in it",
        table(
            ("config", *facts.splits, "what a row is"),
            [
                (
                    f"`{view.name}`",
                    *(facts.n_rows[view.name, split] for split in facts.splits),
                    view.summary,
                )
                for view in VIEWS
            ],
        ),
        READING,
        _inventory(facts),
        "## Rights",
        _rights(facts),
        "## Limits",
        meta.datasheet.limits.strip() or "Nobody has stated them.",
        meta.datasheet.misuses.strip(),
        "More in `DATASHEET.md`.",
        "## Files",
        _files(),
        "## Citation",
        "See `CITATION.cff`. A score is cited with its signature, which names version and digest.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _versions(facts: Facts) -> str:
    source = facts.source
    return (
        f"Version {source.version}, schema {source.schema_version}, guidelines "
        f"{source.guideline_version}, digest `{facts.digest[:12]}`, profile `{facts.profile}`."
    )


def _usage(facts: Facts) -> str:
    split = scored_split(facts)
    return f"""\
```python
from datasets import load_dataset

documents = load_dataset("path/or/name", split="{split}")  # nested, one row per document
mentions = load_dataset("path/or/name", "mentions", split="{split}")
```

```sh
goldwire score predictions.jsonl --gold path/to/this/release
goldwire rehydrate path/to/this/release --texts my-copies/ --output with-texts
goldwire build --verify path/to/this/release
```"""


def _inventory(facts: Facts) -> str:
    lists = []
    for what, counts in (
        ("Entity types", facts.entity_types),
        ("Event types", facts.event_types),
    ):
        if counts:
            names = ", ".join(f"{name} {count}" for name, count in by_count(counts))
            lists.append(f"{what}: {names}.")
    return "\n\n".join(lists)


def _rights(facts: Facts) -> str:
    told = ", ".join(f"{count} {STATUS[status]}" for status, count in by_count(facts.text_status))
    parts = [f"Documents: {told}. Annotations: {facts.source.annotation_license}."]
    if facts.left_out:
        parts.append(f"Left out, as their records demand: {len(facts.left_out)}.")
    if facts.text_status["full"]:
        parts.append("Texts have licences of their own: `LICENSE.md` lists them.")
    if facts.text_status["withheld"] or facts.text_status["masked"]:
        parts.append(KEPT)
    return "\n\n".join(parts)


def _files() -> str:
    files: Mapping[str, str] = {
        "data/": "the configs, as Parquet",
        "jsonl/": "the rows of `documents` as JSON Lines, by `schema/release.schema.json`",
        "brat/, conll/": "documents with text, for other tools; brat/*/LOSSES.json: what it lacks",
        "schema/": "JSON Schemas and the ontology",
        "GUIDELINES.md, AGREEMENT.md": "how it was annotated, and how well that agreed",
        "CHANGELOG.md, changes.jsonl": "what changed, for people and for programs",
        "croissant.json, datapackage.json": "the same description for other tools",
        "eval.yaml": "the tasks, one per headline metric",
        "MANIFEST.json": "every file with its digest, inputs and tools",
    }
    return table(("file", "holds"), [(f"`{name}`", what) for name, what in files.items()])
