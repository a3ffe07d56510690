"""Rows of integers as single integers: what equality, sorting and grouping of rows work on."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from goldwire.columns.tables import Bools, Ints

LARGEST = 2**62
DIRECT = 4
"""How many cells a direct table may have per value: with more, sorting is used."""

Kind = TypeVar("Kind", bound=np.generic)


def constant(value: Kind, n: int) -> NDArray[Kind]:
    """Give a column that is the same in all `n` rows: read-only, and without memory of its own."""
    return np.ndarray((n,), value.dtype, buffer=value.tobytes(), strides=(0,))


def numbered(*columns: Ints) -> Ints:
    """Give each row of the columns (all [n], at least -1) an integer: equal rows, equal integers.

    The integers ascend as the rows do, the first column first.

    >>> numbered(np.array([1, 0, 1]), np.array([5, 7, 5])).argsort().tolist()
    [1, 0, 2]
    """
    number = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        width = int(column.max(initial=0)) + 2
        if size > LARGEST // width:
            number = dense(number)
            size = len(number) + 1
        number = number * width + (column + 1)
        size *= width
    return number


def copies(ascending: Ints) -> Ints:
    """Number the copies of each value from 0: shape [n].

    >>> copies(np.array([3, 5, 5, 5, 8])).tolist()
    [0, 0, 1, 2, 0]
    """
    repeats = ascending[1:] == ascending[:-1]
    if not repeats.any():
        return np.zeros(len(ascending), dtype=np.int64)
    place = np.arange(len(ascending))
    first = np.where(np.insert(repeats, 0, False), 0, place)
    number: Ints = place - np.maximum.accumulate(first)
    return number


def distinct(values: Ints) -> Ints:
    """Give the values once each, ascending, by sorting: hashing, as np.unique does, costs more."""
    ascending = np.sort(values)
    once: Ints = ascending[np.append(True, ascending[1:] != ascending[:-1])[: len(values)]]
    return once


def are_among(values: Ints, others: Ints) -> Bools:
    """Claim of each value (all from 0 up) that it is one of the others: shape [n]."""
    if not len(others) or not len(values):
        return np.zeros(len(values), dtype=np.bool_)
    width = 1 + max(int(values.max()), int(others.max()))
    if width <= DIRECT * (len(values) + len(others)):
        is_there = np.zeros(width, dtype=np.bool_)
        is_there[others] = True
        return is_there[values]
    ascending = np.sort(others)
    place = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    among: Bools = ascending[place] == values
    return among


def dense(number: Ints) -> Ints:
    """Renumber integers from 0 without gaps, in their order: shape [n]."""
    order = np.argsort(number, kind="stable")
    ascending = number[order]
    rank = np.empty(len(number), dtype=np.int64)
    rank[order] = np.cumsum(np.append(0, ascending[1:] != ascending[:-1])[: len(number)])
    return rank
