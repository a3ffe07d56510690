"""Which numbers are asked for: `--metrics` read into metrics, slicings and single numbers.

mentions/strict,entities/lea              metrics
mentions/strict.f1[ORG]@headline          one number; its slicing follows from its slice
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from goldwire.errors import UsageError
from goldwire.metrics import composites, describe, registry
from goldwire.scores import Score, Scores
from goldwire.scoring import HEADLINE
from goldwire.signature import Address
from goldwire.slicing import slicing_of

_COMMA = re.compile(r",(?=\s*(?:[a-z_]+/|$))")
"""A comma that ends a name; labels and slices may hold commas of their own."""


@dataclass(frozen=True, slots=True)
class Request:
    """The metrics to score and the slicings to make, and the single `numbers` to show.

    Without single numbers everything is shown.
    """

    metrics: tuple[str, ...]
    slices: tuple[str, ...] = ()
    numbers: tuple[Address, ...] = ()

    def of(self, scores: Scores, *, per_label: bool) -> Iterator[Score]:
        """Give the scores that are asked for; a metric that was not scored has none.

        Raises UsageError for a slice that the run does not have.
        """
        if not self.numbers:
            yield from scores.rows(per_label=per_label)
        for address in self.numbers:
            if address.metric in scores.not_scored:
                continue
            try:
                yield scores[str(address)]
            except KeyError as error:
                raise UsageError(str(error.args[0])) from error

    def notes(self, scores: Scores) -> Iterator[str]:
        """Say which of the labels asked for occur on neither side, with the nearest ones."""
        for address in self.numbers:
            if address.label is not None and address.metric in scores:
                known = scores.labels(address.metric)
                if address.label not in known:
                    near = difflib.get_close_matches(address.label, known)
                    hint = f" (nearest: {', '.join(near)})" if near else ""
                    yield f"{address}: neither side has an item labelled so{hint}"


def read_request(text: str | None) -> Request:
    """Read a list of names; None means the headline metrics, `all` every one.

    Raises UsageError for a name that no metric has, or a list without any.
    """
    if text is None:
        return Request(HEADLINE)
    if text.strip() == "all":
        return Request((*registry(), *composites()))
    names = [name.strip() for name in _COMMA.split(text) if name.strip()]
    if not names:
        raise UsageError("--metrics names no metric: `goldwire metrics` lists them")
    addresses = [_address(name) for name in names]
    metrics = tuple(dict.fromkeys(address.metric for address in addresses))
    if all(str(address) == address.metric for address in addresses):
        return Request(metrics)
    slices = (slicing_of(one.slice) for one in addresses if one.slice is not None)
    return Request(metrics, tuple(dict.fromkeys(slices)), tuple(addresses))


def _address(name: str) -> Address:
    try:
        address = Address.parse(name)
    except UsageError:
        # A misspelt metric is the likelier fault, and its nearest names help more.
        describe(name)
        raise
    describe(address.metric)
    if address.metric == "*":
        raise UsageError("`*` stands for all numbers of a run: name one, or write --metrics all")
    return address
