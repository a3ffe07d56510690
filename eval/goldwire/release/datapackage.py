"""`datapackage.json`: the flat configs as a Data Package 2.0, with keys between the tables.

`frictionless validate` checks rows against it. The nested config and lists of lists are no tables:
JSON Lines and Croissant describe them.
"""

import json
from collections.abc import Mapping
from typing import Any

from goldwire.formats.released import Kind
from goldwire.release.facts import Facts
from goldwire.release.shapes import TABLE_TYPES
from goldwire.release.views import TAGS, VIEWS, View
from goldwire.released import ReleasedFile

KEYS = {
    "entities": ("doc_id", "entity"),
    "mentions": ("doc_id", "mention"),
    "values": ("doc_id", "value_id"),
    "times": ("doc_id", "time"),
    "events": ("doc_id", "event_mention"),
    "attributions": ("doc_id", "attribution"),
    "relations": ("doc_id", "relation"),
    "tokens": ("doc_id", "zone"),
}
"""The columns that name a row."""

REFERENCES = {
    "mentions": ("entities", ("doc_id", "entity")),
    "arguments": ("events", ("doc_id", "event_mention")),
}
"""The view whose rows a view refers to, and by which columns."""

NEVER_MISSING = frozenset(
    {
        ("entities", "n_mentions"),
        ("events", "n_arguments"),
        *((view, column) for view in ("mentions", "values") for column in ("start", "end")),
    }
)


def datapackage(facts: Facts, files: Mapping[str, ReleasedFile]) -> str:
    """Write datapackage.json; `files` are the release's data files by path."""
    source, meta = facts.source, facts.card
    data = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": source.name,
        "title": facts.title,
        "description": source.description,
        "version": source.version,
        "homepage": meta.homepage,
        "licenses": [{"name": source.annotation_license}],
        "contributors": [{"title": author.name, "roles": ["author"]} for author in meta.authors],
        "keywords": list(meta.tags),
        "resources": [
            _resource(facts, files, view, split, shard)
            for view in VIEWS[1:]
            for split in facts.splits
            for shard in range(len(facts.tables[view.name, split]))
        ],
    }
    kept = {key: value for key, value in data.items() if value not in (None, [])}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def _resource(
    facts: Facts, files: Mapping[str, ReleasedFile], view: View, split: str, shard: int
) -> dict[str, Any]:
    file = files[facts.tables[view.name, split][shard]]
    schema: dict[str, Any] = {
        "fields": [
            {"name": column, "type": _type(view.name, column, kind)}
            for column, kind in view.columns.items()
        ]
    }
    if view.name in KEYS:
        schema["primaryKey"] = list(KEYS[view.name])
    if view.name in REFERENCES:
        target, columns = REFERENCES[view.name]
        if facts.n_rows[target, split]:
            schema["foreignKeys"] = [
                {
                    "fields": list(columns),
                    "reference": {
                        "resource": _name(target, split, shard),
                        "fields": list(KEYS[target]),
                    },
                }
            ]
    return {
        "name": _name(view.name, split, shard),
        "type": "table",
        "path": file.path,
        "format": "parquet",
        "mediatype": "application/x-parquet",
        "hash": f"sha256:{file.sha256}",
        "schema": schema,
    }


def _name(view: str, split: str, shard: int) -> str:
    return f"{view}-{split.lower()}-{shard}"


def _type(view: str, column: str, kind: Kind) -> str:
    if isinstance(kind, list | dict) or kind == TAGS:
        return "any"
    # What reads Parquet into data frames makes floats of integers that may be missing.
    if kind == "int64" and (view, column) not in NEVER_MISSING:
        return "number"
    return TABLE_TYPES[kind]
