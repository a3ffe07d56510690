"""Nulls: tables must have a value in every column, records leave out what they do not say."""

from collections.abc import Mapping
from typing import Any


def without_nulls(value: Any) -> Any:
    """Leave out nulls, at any depth.

    A link says by a null `id` that it leads nowhere: that one stays.
    """
    if isinstance(value, Mapping):
        is_link = "kb" in value
        return {
            key: without_nulls(item)
            for key, item in value.items()
            if item is not None or (is_link and key == "id")
        }
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
