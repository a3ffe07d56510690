"""Rows of integers as single integers: what equality, sorting and grouping of rows work on."""

import numpy as np

from goldwire.columns.tables import Ints

LARGEST = 2**62


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


def dense(number: Ints) -> Ints:
    """Renumber integers from 0 without gaps, in their order: shape [n]."""
    return np.unique(number, return_inverse=True)[1].reshape(-1).astype(np.int64)
