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
from goldwire.release.tables import n_shards_of, shard_path
from goldwire.release.views import TAGS, VIEWS
from goldwire.released import ReleasedFile


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
            _resource(files[place], f"{view.name}-{split}-{shard}", view.columns)
            for view in VIEWS[1:]
            for split, doc_ids in facts.splits.items()
            for shard in range(n_shards_of(len(doc_ids)))
            for place in [shard_path(view.name, split, shard, n_shards_of(len(doc_ids)))]
        ],
    }
    kept = {key: value for key, value in data.items() if value not in (None, [])}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def _resource(file: ReleasedFile, name: str, columns: Mapping[str, Kind]) -> dict[str, Any]:
    return {
        "name": name.lower(),
        "type": "table",
        "path": file.path,
        "format": "parquet",
        "mediatype": "application/x-parquet",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": {
            "fields": [{"name": column, **_type(kind)} for column, kind in columns.items()],
        },
    }


def _type(kind: Kind) -> dict[str, str]:
    if isinstance(kind, list) or kind == TAGS:
        return {"type": "array"}
    return {"type": "object" if isinstance(kind, dict) else TABLE_TYPES[kind]}
