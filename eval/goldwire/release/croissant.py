"""`croissant.json`: the release described for machines, in Croissant 1.1 with RAI and PROV.

Written without a library; the tests have `mlcroissant` read it and load every record set.
One record set per config and split, each over files whose digests are stated.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from goldwire.formats.released import Kind
from goldwire.release.card import license_data
from goldwire.release.facts import Facts
from goldwire.release.shapes import CROISSANT_TYPES
from goldwire.release.views import TAGS, VIEWS, View
from goldwire.released import ReleasedFile

_TERMS = (
    "citeAs column conformsTo:dct equivalentProperty extract field fileProperty fileObject fileSet "
    "format includes isLiveDataset jsonPath key md5 parentField path recordSet references regex "
    "repeated replace samplingRate separator source subField transform isArray arrayShape"
)

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"{prefix or 'cr'}:{name}"
        for name, _, prefix in (term.partition(":") for term in _TERMS.split())
    },
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}

LICENSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}

RAI = {
    "dataCollection": "collection",
    "dataPreprocessingProtocol": "preprocessing",
    "dataAnnotationProtocol": "annotators",
    "dataAnnotationAnalysis": "agreement",
    "dataUseCases": "uses",
    "dataLimitations": "limits",
    "dataBiases": "biases",
    "personalSensitiveInformation": "personal_information",
    "dataSocialImpact": "social_impact",
    "dataReleaseMaintenancePlan": "maintenance",
}
"""Properties of the RAI vocabulary and the answer of the datasheet that each holds."""


def croissant(facts: Facts, files: Mapping[str, ReleasedFile]) -> str:
    """Write croissant.json; `files` are the release's data files by path."""
    return json.dumps(_dataset(facts, files), indent=1, ensure_ascii=False) + "\n"


def _dataset(facts: Facts, files: Mapping[str, ReleasedFile]) -> dict[str, Any]:
    source, meta = facts.source, facts.card
    url = meta.homepage or meta.repository
    license_link = license_data(facts).get("license_link")
    answers = {
        f"rai:{name}": getattr(meta.datasheet, answer).strip() for name, answer in RAI.items()
    }
    authors = [author.name for author in meta.authors] or [f"The authors of {source.name}"]
    data = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": source.name,
        "alternateName": facts.title,
        "description": source.description,
        "version": source.version,
        "license": license_link or LICENSES.get(source.annotation_license, "LICENSE.md"),
        "url": url,
        "datePublished": meta.date,
        "creator": [{"@type": "sc:Organization", "name": name} for name in authors],
        "inLanguage": sorted(facts.languages),
        "keywords": list(meta.tags),
        "citeAs": _bibtex(facts, authors),
        "isLiveDataset": False,
        **{name: answer for name, answer in answers.items() if answer},
        "prov:wasDerivedFrom": [
            {"@id": f"input/{item.path}", "sha256": item.sha256} for item in source.inputs
        ],
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": f"goldwire build --profile {facts.profile}",
        },
        "prov:wasAttributedTo": [{"@type": "prov:Agent", "prov:label": name} for name in authors],
        "distribution": [
            *(_file_object(files[path]) for path in sorted(files)),
            *_file_sets(facts),
        ],
        "recordSet": [
            *(
                _record_set(facts, view, split)
                for view in VIEWS
                for split in facts.splits
                if facts.n_rows[view.name, split]
            ),
        ],
    }
    return {key: value for key, value in data.items() if value not in (None, [])}


def _bibtex(facts: Facts, authors: Sequence[str]) -> str:
    year = f", year={{{facts.card.date[:4]}}}" if facts.card.date else ""
    return (
        f"@misc{{{facts.source.name}, title={{{facts.title}}}, "
        f"author={{{' and '.join(f'{{{name}}}' for name in authors)}}}{year}, "
        f"note={{version {facts.source.version}}}}}"
    )


def _file_object(file: ReleasedFile) -> dict[str, Any]:
    is_table = file.path.endswith(".parquet")
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet" if is_table else "application/jsonlines",
        "sha256": file.sha256,
    }


def _record_set(facts: Facts, view: View, split: str) -> dict[str, Any]:
    name = f"{view.name}/{split}"
    files = facts.tables[view.name, split]
    origin: dict[str, Any] = (
        {"fileSet": {"@id": f"files/{name}"}}
        if len(files) > 1
        else {"fileObject": {"@id": files[0]}}
    )
    fields = [
        _field(f"{name}/{column}", kind, {**origin, "extract": {"column": column}})
        for column, kind in view.columns.items()
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": view.summary,
        "field": [field for field in fields if field is not None],
    }


def _file_sets(facts: Facts) -> list[dict[str, Any]]:
    """Give a file set for every config and split that is cut into several files."""
    return [
        {
            "@type": "cr:FileSet",
            "@id": f"files/{view}/{split}",
            "encodingFormat": "application/x-parquet",
            "includes": f"data/{view}/{split}-*.parquet",
        }
        for (view, split), files in facts.tables.items()
        if len(files) > 1
    ]


def _field(
    place: str, kind: Kind, source: Mapping[str, Any], *, in_list: bool = False
) -> dict[str, Any] | None:
    """Describe a column, or a member of one; None for lists in lists.

    Croissant reaches a member by JSON paths that are applied one after the other, each to every
    item of a list; it has no way into a list that is itself in a list. The flat configs have what
    stands there.
    """
    is_list = isinstance(kind, list) or kind == TAGS
    if is_list and in_list:
        return None
    field: dict[str, Any] = {"@type": "cr:Field", "@id": place, "name": place}
    if is_list:
        field["repeated"] = True
    member = kind[0] if isinstance(kind, list) else kind
    if isinstance(member, dict):
        return {**field, "subField": _members(place, member, source, in_list=in_list or is_list)}
    scalar = "int64" if member == TAGS else member
    return {**field, "dataType": CROISSANT_TYPES[scalar], "source": dict(source)}


def _members(
    place: str, members: Mapping[str, Kind], source: Mapping[str, Any], *, in_list: bool
) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = []
    for name, kind in members.items():
        inner = {**source, "transform": [*source.get("transform", ()), {"jsonPath": name}]}
        if in_list and isinstance(kind, dict):
            # A struct in a list is described by its members, which stay in step with the list.
            fields += _members(f"{place}/{name}", kind, inner, in_list=True)
            continue
        field = _field(f"{place}/{name}", kind, inner, in_list=in_list)
        if field is not None:
            fields.append(field)
    return fields
