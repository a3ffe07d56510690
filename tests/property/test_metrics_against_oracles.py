"""Metrics agree with their definitions written down anew, on every random document."""

import pytest

import oracles
from goldwire.metrics import registry


@pytest.mark.parametrize(
    ("oracle", "name"),
    [(oracle, name) for oracle, (_, names) in oracles.ORACLES.items() for name in names],
)
def test_the_metric_agrees_with_its_oracle(oracle: str, name: str) -> None:
    oracles.ORACLES[oracle][0](registry()[name])


def test_strict_decoding_takes_valid_mentions_alone() -> None:
    oracles.invalid_tags_make_no_mention("seqeval-strict")


def test_nothing_to_find_and_nothing_found_is_undefined() -> None:
    oracles.nothing_is_undefined("mentions/strict")


def test_gold_against_itself_is_exactly_1() -> None:
    oracles.perfection_is_exactly_1("mentions/strict")
