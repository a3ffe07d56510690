"""Laws of releases: what is not a major change lowers or raises no score, and words come back."""

import json
import random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.corpus import gold_digest
from goldwire.errors import NothingEvaluatedError
from goldwire.formats.released import read_released, released_row
from goldwire.metrics import registry
from goldwire.model import LAYERS, Annotation, ArticleSource, Document, Rights, TextRef, layer_of
from goldwire.pairing import GoldDocument
from goldwire.release.differences import compare_documents, highest
from goldwire.release.matching_items import text_edits, text_map
from goldwire.release.profiles import Profile, released_as, restored
from goldwire.scores import Scores
from goldwire.scoring import score_documents
from goldwire.tallies import R_DEN
from strategies import TEXT_LENGTH, annotations

TEXT = "".join(random.Random(0).choices("abcde  ", k=TEXT_LENGTH))
DIGEST = "0" * 64
DOCUMENT = Document(
    schema_version="1.0.0",
    doc_id="d",
    language="en",
    text_ref=TextRef(sha256=DIGEST, code_points=TEXT_LENGTH, utf8_bytes=TEXT_LENGTH),
    source=ArticleSource(headline="x"),
    rights=Rights(
        text_status="unknown", redistribution="stand_off_only", annotation_license="CC0-1.0"
    ),
)
EDITS = ("remark", "remove", "attribute", "label", "rename", "shuffle")
PATCHED = {"note": "a remark", "difficult": True, "canonical_name": "a name"}


def used_in(annotation: Annotation) -> frozenset[tuple[str, str]]:
    used = {(layer, "") for layer in annotation.attempted()}
    for layer in annotation.attempted():
        for item in layer_of(annotation, layer):
            used |= {(layer, name) for name in msgspec.to_builtins(item)}
    return frozenset(used)


@st.composite
def edited(draw: st.DrawFn) -> tuple[Annotation, Annotation]:
    """A record and the same after a few random edits, from remarks to whole layers."""
    before = draw(annotations())
    raw: dict[str, Any] = json.loads(msgspec.json.encode(before))
    for _ in range(draw(st.integers(0, 3))):
        layer = draw(st.sampled_from(LAYERS))
        if not raw.get(layer):
            continue
        items: list[dict[str, Any]] = raw[layer]
        item = draw(st.sampled_from(items))
        what = draw(
            st.sampled_from(["remark", "remove", "attribute", "label", "rename", "shuffle"])
        )
        if what == "remark":
            names = [name for name in PATCHED if layer == "entities" or name != "canonical_name"]
            if layer in ("entities", "events"):
                names.remove("difficult")
            name = draw(st.sampled_from(names))
            item[name] = PATCHED[name]
        elif what == "remove" and layer in ("values", "relations", "attributions"):
            items.remove(item)
        elif what == "attribute" and layer == "event_mentions":
            item["medium"] = "IN_PERSON"
        elif what == "label" and layer in ("values", "times"):
            item["type"] = "OTHER"
        elif what == "rename":
            text = json.dumps(raw).replace(f'"{item["id"]}"', f'"z{item["id"]}"')
            raw = json.loads(text)
        elif what == "shuffle":
            items.reverse()
    return before, msgspec.convert(raw, Annotation)


def score(gold: Annotation, predicted: Annotation) -> Scores | None:
    try:
        return score_documents([GoldDocument(gold)], [predicted], metrics=tuple(registry()))
    except NothingEvaluatedError:
        return None


@settings(max_examples=80)
@given(pair=edited(), predicted=annotations())
def test_what_is_not_major_changes_no_score_of_what_gold_had(
    pair: tuple[Annotation, Annotation], predicted: Annotation
) -> None:
    before, after = pair
    changes = list(
        compare_documents(
            GoldDocument(before, DOCUMENT, TEXT),
            GoldDocument(after, DOCUMENT, TEXT),
            used=used_in(before),
        )
    )
    if highest([change.level for change in changes]) == "major":
        return
    old, new = score(before, predicted), score(after, predicted)
    assert old is not None
    assert new is not None
    for name in old:
        had = old.tallies[name].sums.sum(axis=(0, 1))
        if had[R_DEN]:
            assert had.tolist() == new.tallies[name].sums.sum(axis=(0, 1)).tolist(), name


@settings(max_examples=40)
@given(pair=edited())
def test_a_difference_is_seen_from_both_sides(pair: tuple[Annotation, Annotation]) -> None:
    old, new = (GoldDocument(annotation, DOCUMENT, TEXT) for annotation in pair)
    there = list(compare_documents(old, new, used=used_in(pair[0])))
    back = list(compare_documents(new, old, used=used_in(pair[1])))
    assert bool(there) == bool(back)
    mirror = {"added": "removed", "removed": "added", "merged": "split", "split": "merged"}
    assert sorted(mirror.get(one.op, one.op) for one in there) == sorted(one.op for one in back)


@settings(max_examples=40)
@given(annotation=annotations())
def test_words_that_were_withheld_come_back(annotation: Annotation) -> None:
    annotation = msgspec.structs.replace(annotation, schema_version="1.0.0", annotation_set="gold")
    # As from a file, where a number is a float.
    annotation = msgspec.json.decode(msgspec.json.encode(annotation), type=Annotation)
    gold = GoldDocument(annotation, DOCUMENT, TEXT)
    full = released_as(gold, "full", own_use=True)
    profiles: tuple[Profile, ...] = ("standoff", "masked")
    for profile in profiles:
        row = released_as(gold, profile)
        again = read_released(json.loads(json.dumps(released_row(row))))
        assert again.annotation == msgspec.structs.replace(
            row.annotation, text_ref=again.annotation.text_ref
        )
        assert restored(row, TEXT) == GoldDocument(full.annotation, DOCUMENT, TEXT)
        digests = {
            gold_digest([(one, DIGEST)])
            for one in (row.annotation, full.annotation, gold.annotation)
        }
        assert len(digests) == 1


@settings(max_examples=200)
@given(
    old=st.text("ab \n.", max_size=30),
    new=st.text("ab \n.", max_size=30),
    start=st.integers(0, 29),
    length=st.integers(1, 8),
)
def test_a_span_moves_only_to_the_same_words(old: str, new: str, start: int, length: int) -> None:
    moved = text_map(old, new)(start, start + length)
    if moved is not None and old != new:
        assert new[moved[0] : moved[1]] == old[start : start + length]
        assert start + length <= len(old)


@settings(max_examples=200)
@given(old=st.text("ab \n.", max_size=30), new=st.text("ab \n.", max_size=30))
def test_the_edits_of_a_text_make_the_new_one_of_the_old(old: str, new: str) -> None:
    made = old
    for before, after in reversed(list(text_edits(old, new))):
        made = made[: before[0]] + new[after[0] : after[1]] + made[before[1] :]
    assert made == new
    assert (old == new) == (not list(text_edits(old, new)))
