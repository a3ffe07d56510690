"""The one metadata file, `corpus/card.toml`: what no record says and every description needs.

Card, datasheet, Croissant, Data Package and citation are all generated from it, the manifest and
the data. A corpus without it can be built; the descriptions then say what nobody has stated.
"""

import tomllib

import msgspec

from goldwire.errors import GoldError, Problem
from goldwire.model import Record

CARD = "corpus/card.toml"


class Author(Record, frozen=True, kw_only=True, gc=False):
    """Who is to be cited."""

    name: str
    affiliation: str | None = None
    orcid: str | None = None


class Datasheet(Record, frozen=True, kw_only=True, gc=False):
    """The datasheet's questions, each answered in Markdown; an empty answer is shown as such."""

    motivation: str = ""
    composition: str = ""
    collection: str = ""
    preprocessing: str = ""
    annotators: str = ""
    agreement: str = ""
    uses: str = ""
    misuses: str = ""
    rights: str = ""
    limits: str = ""
    biases: str = ""
    personal_information: str = ""
    social_impact: str = ""
    maintenance: str = ""


class Card(Record, frozen=True, kw_only=True, gc=False):
    """The whole file. `date` is the release's date (ISO 8601): a build never asks the clock."""

    pretty_name: str | None = None
    homepage: str | None = None
    repository: str | None = None
    contact: str | None = None
    doi: str | None = None
    date: str | None = None
    canary: str | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    task_categories: tuple[str, ...] = ("token-classification",)
    task_ids: tuple[str, ...] = ("named-entity-recognition", "coreference-resolution")
    annotations_creators: tuple[str, ...] = ()
    language_creators: tuple[str, ...] = ("found",)
    multilinguality: tuple[str, ...] = ("monolingual",)
    source_datasets: tuple[str, ...] = ("original",)
    datasheet: Datasheet = Datasheet()


def read_card(content: bytes) -> Card:
    """Read the file's content; raises GoldError that names what is wrong in it."""
    try:
        found = tomllib.loads(content.decode("utf-8"))
        # TOML has dates of its own; here they are words like all else.
        if "date" in found:
            found["date"] = str(found["date"])
        return msgspec.convert(found, Card)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        problem = Problem(
            "GW802",
            "",
            f"cannot be read: {error}",
            document=CARD,
            expected=f"the keys {', '.join(Card.__struct_fields__)}",
            fix="docs/releases.md describes every key",
        )
        raise GoldError("the corpus cannot be released", [problem]) from error
