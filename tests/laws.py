"""The laws of metrics, as functions that fail: for tests of the code, and of the tests.

Each takes a metric and asserts one law on `N` random documents at once, document by document. A
metric that does not obey a law is named in `EXCEPTIONS`, with the reason. Columns are built once
for all metrics; whoever changes the code behind them calls `forget`. What such a test replaces is
looked up in its module at every call.
"""

import dataclasses
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from random import Random

import msgspec
import numpy as np

from goldwire import columns as store
from goldwire import tallies
from goldwire.columns import Chunk
from goldwire.metrics import Metric, Options, registry
from goldwire.model import LAYERS, Annotation, ArticleSource, ClaimedSource, Publisher, Span
from goldwire.tallies import P_DEN, P_NUM, R_DEN, R_NUM, Floats, Tally, tally
from random_records import FAR, TEXT, items, mixed, near, pairs, united

N = 300
SWAPPED = [2, 3, 0, 1]

Pairs = Sequence[tuple[Annotation, Annotation]]

PAIRS: Pairs = pairs(20, N)

NOT_SYMMETRIC = {
    "arguments/entity": "gold's coreference decides which fillers will do",
    "arguments/attached_entity": "gold's coreference decides which fillers will do",
    "attributions/source_entity": "gold's coreference decides which sources will do",
    "attributions/source_entity_given_cue": "gold's coreference decides which sources will do",
    "events/ceaf_ree": "it is the predicted entity that must lie in gold's",
    "events/ceaf_ree_prop": "it is the predicted entity that must lie in gold's",
}
CONDITIONAL = "only items that both sides have count, and gold decides about which of them"
"""Why accuracies are not symmetric, and do not notice what is spurious."""

NOT_MONOTONE = {
    "mentions/semeval_type": "one alignment for all schemas puts the same span before the label",
    "relations/typed": "ends are aligned by shared mentions, not for the sake of relations",
    "relations/entity": "ends are aligned by shared mentions, not for the sake of relations",
    "relations/event": "ends are aligned by shared mentions, not for the sake of relations",
}

DEFAULT = Options()

SYMMETRIC_ACCURACIES = (
    "triggers/factuality_source_accuracy",
    *(f"{layer}/type_accuracy" for layer in ("mentions", "values", "times", "triggers")),
)
"""Whoever judges has a value, and everything has a type, so gold has nothing to decide."""

Law = Callable[[Metric, Options], None]


def is_conditional(metric: Metric) -> bool:
    """Claim that the metric is about what belongs to items that both sides have."""
    return metric.name.endswith(("_accuracy", "_given_cue", "_given_trigger"))


def is_about_clusters(metric: Metric) -> bool:
    """Claim that the metric chooses one of several predicted copies of a span."""
    return metric.layer in {"entities", "events"} or metric.name == "links/nil_ceaf"


def build(documents: Pairs, *, ignoring: bool = False) -> Chunk:
    """Put documents into columns; with `ignoring`, difficult gold mentions are don't-care."""
    return store.build_chunk(
        [(f"{at}-{gold.doc_id}", gold, found, None) for at, (gold, found) in enumerate(documents)],
        surfaces=True,
        texts={f"{at}-{gold.doc_id}": TEXT for at, (gold, _) in enumerate(documents)},
        ignore=(lambda mention: mention.difficult) if ignoring else None,
        layers=[*LAYERS, "source"],
    )


def shuffled() -> Chunk:
    """The same documents, with items in another order and under other ids."""
    rng = Random(1)
    return build([(mixed(rng, gold), mixed(rng, found)) for gold, found in PAIRS])


def gold_twice() -> Chunk:
    """Gold as its own prediction, in another order and under other ids."""
    rng = Random(2)
    return build([(gold, mixed(rng, gold)) for gold, _ in PAIRS])


def with_spurious_items() -> Chunk:
    """Predictions of every layer where nothing else is, under labels that gold never has."""
    rng = Random(4)
    return build([(gold, _with_spurious_items(rng, found)) for gold, found in PAIRS])


def _with_spurious_items(rng: Random, record: Annotation) -> Annotation:
    def far() -> Span:
        start = rng.randrange(FAR, 2 * FAR - 8)
        return Span(start, start + rng.randint(1, 8))

    more = items(
        rng,
        record.doc_id,
        prefix="far-",
        place=far,
        most=4,
        entity_types=("UNKNOWN",),
        event_types=("Unknown.Event",),
        identifiers=("Q-unknown",),
    )
    known = record.source or ArticleSource()
    fields = ArticleSource(
        publisher=known.publisher or Publisher(name="Another Paper"),
        headline=known.headline or "Another headline",
        date_published=known.date_published or "1999-01-01",
        credit_line=known.credit_line or "SOURCE: another",
        claimed_sources=(*known.claimed_sources, ClaimedSource(name="another", kind="agency")),
    )
    return msgspec.structs.replace(united(record, more), source=fields)


def with_more_predictions(*, copies: bool) -> Chunk:
    """Predictions anywhere, of new entities and events; of predicted spans if `copies`."""
    rng = Random(5)
    return build([(gold, _with_more(rng, gold, found, copies=copies)) for gold, found in PAIRS])


def _with_more(rng: Random, gold: Annotation, record: Annotation, *, copies: bool) -> Annotation:
    places = [mention.spans[0] for mention in gold.mentions or ()]
    places += [mention.trigger for mention in gold.event_mentions or () if mention.trigger]

    def somewhere() -> Span:
        return rng.choice(places) if places and rng.random() < 0.6 else near(rng)

    more = items(
        rng,
        record.doc_id,
        prefix="more-",
        place=somewhere,
        most=3,
        entity_types=("PER", "ORG", "NEW"),
        event_types=("Contact.Meet", "New.Event"),
    )
    if not copies:
        mentions = {mention.spans for mention in record.mentions or ()}
        triggers = {mention.trigger for mention in record.event_mentions or ()}
        more = msgspec.structs.replace(
            more,
            mentions=tuple(m for m in more.mentions or () if m.spans not in mentions),
            event_mentions=tuple(m for m in more.event_mentions or () if m.trigger not in triggers),
        )
    return united(record, more)


def with_don_t_care() -> Chunk:
    """The documents with don't-care gold where nothing else is, and predictions on some of it."""
    rng = Random(6)
    documents = []
    for gold, found in PAIRS:
        aside = _aside(rng, gold.doc_id)
        documents.append((united(gold, _difficult(aside)), united(found, _some(rng, aside))))
    return build(documents, ignoring=True)


def _aside(rng: Random, doc_id: str) -> Annotation:
    def far() -> Span:
        start = rng.randrange(FAR, 2 * FAR - 5, 6)
        return Span(start, start + 5)

    made = items(
        rng,
        doc_id,
        prefix="aside-",
        place=far,
        most=2,
        entity_types=("PER", "ORG"),
        event_types=("Contact.Meet",),
    )
    return Annotation(doc_id=doc_id, entities=made.entities, mentions=made.mentions)


def _difficult(record: Annotation) -> Annotation:
    mentions = record.mentions or ()
    return msgspec.structs.replace(
        record, mentions=tuple(msgspec.structs.replace(m, difficult=True) for m in mentions)
    )


def _some(rng: Random, record: Annotation) -> Annotation:
    mentions = record.mentions or ()
    return msgspec.structs.replace(
        record, mentions=tuple(mention for mention in mentions if rng.random() < 0.7)
    )


@cache
def columns(make: Callable[[], Chunk]) -> Chunk:
    """Build a chunk once for all metrics."""
    return make()


@cache
def shards() -> tuple[Chunk, ...]:
    """Build the documents in another order, in pieces of random length, one of them empty."""
    rng = Random(3)
    order = rng.sample(range(N), N)
    cuts = [0, *sorted(rng.sample(range(1, N), 5)), N]
    pieces = pairwise(cuts)
    return *(build([PAIRS[at] for at in order[start:end]]) for start, end in pieces), build([])


def forget() -> None:
    """Build everything anew when it is next asked for."""
    columns.cache_clear()
    shards.cache_clear()


def plain() -> Chunk:
    """The documents as they are."""
    return build(PAIRS)


def more_predictions() -> Chunk:
    """More predictions, copies of what was predicted among them."""
    return with_more_predictions(copies=True)


def more_predictions_elsewhere() -> Chunk:
    """More predictions, none of them a copy of what was predicted."""
    return with_more_predictions(copies=False)


def tallied(metric: Metric, chunk: Chunk, options: Options) -> Tally:
    """Give the four sums of every document and group."""
    return tally(metric.compute(chunk, options), n_documents=chunk.n_documents)


def rows(metric: Metric, chunk: Chunk, options: Options) -> Floats:
    """Give the four sums of every document: shape [documents, 4]."""
    sums: Floats = tallied(metric, chunk, options).pool().sums[:, 0]
    return sums


def assert_same(one: Tally, other: Tally, metric: Metric) -> None:
    """Fail unless the documents have the same sums in every group."""
    groups = sorted({*one.groups, *other.groups})
    assert_close(one.spread(groups), other.spread(groups), metric)


def assert_close(one: Floats, other: Floats, metric: Metric) -> None:
    """Fail unless the numbers are equal, but for the last bits."""
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9, err_msg=metric.name)


def order_and_names_never_matter(metric: Metric, options: Options = DEFAULT) -> None:
    """Shuffling the items of a document, and other ids, change nothing in any group."""
    assert_same(
        tallied(metric, columns(plain), options),
        tallied(metric, columns(shuffled), options),
        metric,
    )


def sides_are_symmetric(metric: Metric, options: Options = DEFAULT) -> None:
    """Exchanging gold and predicted exchanges precision and recall."""
    there = rows(metric, columns(plain), options)
    back = rows(metric, columns(exchanged), options)
    assert_close(there, back[:, SWAPPED], metric)


def exchanged() -> Chunk:
    """The documents with the sides exchanged."""
    return columns(plain).swapped()


def gold_itself_is_perfect(metric: Metric, options: Options = DEFAULT) -> None:
    """Gold scored against itself, in another order and under other ids, loses nothing."""
    sums = tallied(metric, columns(gold_twice), options).sums
    assert sums.any(), metric.name
    for num, den in ((P_NUM, P_DEN), (R_NUM, R_DEN)):
        assert_close(sums[:, :, num], sums[:, :, den], metric)


def documents_add_up(metric: Metric, options: Options = DEFAULT) -> None:
    """Any shards, in any order, merged as any tree, with zeros among them, give the whole."""
    rng = Random(3)
    together = tallies.merge([tallied(metric, columns(plain), options)])
    leaves = [tallies.merge([tallied(metric, shard, options)]) for shard in shards()]
    for _ in range(3):
        trees = [tallies.merge([]), *leaves]
        while len(trees) > 1:
            one, other = (trees.pop(rng.randrange(len(trees))) for _ in range(2))
            trees.append(tallies.merge([one, other]))
        assert_same(together, trees[0], metric)


def a_spurious_item_costs_precision_alone(metric: Metric, options: Options = DEFAULT) -> None:
    """Predictions where gold has nothing earn nothing, cost something, and change no recall."""
    before, after = (rows(metric, columns(make), options) for make in (plain, with_spurious_items))
    assert_close(after[:, [P_NUM, R_NUM, R_DEN]], before[:, [P_NUM, R_NUM, R_DEN]], metric)
    assert (after[:, P_DEN] >= before[:, P_DEN]).all(), metric.name
    if not is_conditional(metric):
        assert after[:, P_DEN].sum() > before[:, P_DEN].sum(), metric.name


def another_prediction_never_lowers_a_count(metric: Metric, options: Options = DEFAULT) -> None:
    """Predictions anywhere, of new entities and events, lower no true-positive count.

    Where clusters are scored they are no copies: of several predicted mentions of one span the one
    in the largest entity counts, and the addition may be that one.
    """
    make = more_predictions_elsewhere if is_about_clusters(metric) else more_predictions
    before, after = (rows(metric, columns(one), options) for one in (plain, make))
    assert (after[:, [P_NUM, R_NUM]] >= before[:, [P_NUM, R_NUM]] - 1e-9).all(), metric.name
    if not is_conditional(metric):
        assert_close(after[:, R_DEN], before[:, R_DEN], metric)


def what_nobody_cares_about_changes_nothing(metric: Metric, options: Options = DEFAULT) -> None:
    """Don't-care gold where nothing else is, and predictions that would be right, are as absent."""
    before, after = (tallied(metric, columns(make), options) for make in (plain, with_don_t_care))
    assert_same(before, after, metric)


def no_item_earns_more_than_it_could(metric: Metric, options: Options = DEFAULT) -> None:
    """Every credit lies between 0 and what the item is worth, and is a number."""
    outcome = metric.compute(columns(plain), options)
    for side in (outcome.gold, outcome.predicted):
        assert np.isfinite(side.num).all(), metric.name
        assert (side.num >= 0).all(), metric.name
        assert (side.num <= side.den + 1e-9).all(), metric.name


def asking_again_changes_nothing(metric: Metric, options: Options = DEFAULT) -> None:
    """Columns are as they were after they have been scored, and give the same again."""
    chunk = build(PAIRS[:50])
    once = tallied(metric, chunk, options)
    again = tallied(metric, dataclasses.replace(chunk, _memo={}), options)
    assert_same(once, again, metric)


LAWS: dict[str, Law] = {
    law.__name__: law
    for law in (
        order_and_names_never_matter,
        sides_are_symmetric,
        gold_itself_is_perfect,
        documents_add_up,
        a_spurious_item_costs_precision_alone,
        another_prediction_never_lowers_a_count,
        what_nobody_cares_about_changes_nothing,
        no_item_earns_more_than_it_could,
        asking_again_changes_nothing,
    )
}

WHEN_MERGED = dict.fromkeys(
    ("values/value", "times/value"),
    "of copies with different values the first in sorted order stays",
)
"""What is not monotone when copies merge."""

EXCEPTIONS: dict[str, dict[str, str]] = {
    "sides_are_symmetric": NOT_SYMMETRIC
    | {
        name: CONDITIONAL
        for name in registry()
        if name.endswith(("_accuracy", "_given_cue")) and name not in SYMMETRIC_ACCURACIES
    },
    "another_prediction_never_lowers_a_count": NOT_MONOTONE,
}
"""By law, the metrics that do not obey it, and why."""
