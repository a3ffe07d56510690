"""Every registered metric obeys every law, or is named as an exception with its reason."""

from collections import Counter

import pytest

from goldwire.metrics import Metric, Options, registry
from laws import EXCEPTIONS, LAWS, PAIRS, WHEN_MERGED

OPTIONS = {
    "plain": Options(),
    "merge": Options(duplicates="merge"),
    "drop": Options(singletons="drop"),
    "both": Options(duplicates="merge", singletons="drop"),
}
USED = {"plain": (), "merge": ("duplicates",), "drop": ("singletons",), "both": ("duplicates",)}


def uses(metric: Metric, options: str) -> bool:
    """Claim that the options give the metric other numbers than those before them."""
    return {*USED[options]} <= {*metric.uses} and (options != "both" or "singletons" in metric.uses)


CASES = [
    pytest.param(name, options, id=f"{name}-{options}")
    for name, metric in registry().items()
    for options in OPTIONS
    if uses(metric, options)
]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize(("name", "options"), CASES)
def test_every_metric_obeys_every_law(name: str, options: str, law: str) -> None:
    excused = {**EXCEPTIONS.get(law, {})}
    if law == "another_prediction_never_lowers_a_count" and options in {"merge", "both"}:
        excused |= WHEN_MERGED
    if name not in excused:
        LAWS[law](registry()[name], OPTIONS[options])


@pytest.mark.parametrize(
    ("law", "name"), [(law, name) for law, names in EXCEPTIONS.items() for name in names]
)
def test_an_exception_is_one(law: str, name: str) -> None:
    """A metric that obeys the law after all must not be excused from it."""
    with pytest.raises(AssertionError):
        LAWS[law](registry()[name], Options())


def test_there_is_something_to_be_right_and_wrong_about_for_every_metric() -> None:
    """Laws hold of zeros too: every metric must have right, spurious and missed items."""
    from laws import columns, plain, rows

    for metric in registry().values():
        sums = rows(metric, columns(plain), Options())
        p_num, p_den, r_num, r_den = sums.sum(axis=0)
        assert 0 < p_num < p_den, metric.name
        assert 0 < r_num < r_den, metric.name


def test_the_documents_hold_what_scorers_get_wrong() -> None:
    held: Counter[str] = Counter()
    for gold, found in PAIRS:
        spans = [mention.spans for mention in found.mentions or ()]
        held.update(
            kind
            for kind, holds in {
                "no gold": not gold.mentions and spans,
                "no prediction": gold.mentions and not spans,
                "neither": not gold.mentions and not spans,
                "copies": len(set(spans)) < len(spans),
                "several fragments": any(len(one) > 1 for one in spans),
                "no place": () in spans,
                "lost references": {m.entity for m in found.mentions or ()}
                - {e.id for e in found.entities or ()},
            }.items()
            if holds
        )
    assert held["copies"] > 10, held
    assert held["several fragments"] > 10, held
    assert held["no place"] > 3, held
    assert held["no prediction"] > 1, held
