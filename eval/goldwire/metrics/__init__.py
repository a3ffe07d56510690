"""The registry of metrics: every name that `goldwire metrics` lists, one module per family."""

import difflib
from functools import cache
from importlib import import_module

from goldwire.errors import UsageError
from goldwire.metrics.base import LAYER_ORDER, Metric, Options

__all__ = ["FAMILIES", "Metric", "Options", "find", "registry"]

FAMILIES: tuple[str, ...] = (
    "spans",
    "soft",
    "semeval",
    "coreference",
    "links",
    "arguments",
    "argument_heads",
    "argument_entities",
    "attributions",
    "attributes",
    "factuality",
    "nuggets",
    "relations",
    "templates",
    "event_templates",
    "provenance",
    "surfaces",
)
"""The modules of this package that define metrics; each has a tuple `METRICS`."""


@cache
def registry() -> dict[str, Metric]:
    """Give all metrics by name: by layer, and within one in the order of the families."""
    families = [import_module(f"goldwire.metrics.{family}") for family in FAMILIES]
    metrics = [metric for family in families for metric in family.METRICS]
    metrics.sort(key=lambda metric: LAYER_ORDER.index(metric.layer))
    return {metric.name: metric for metric in metrics}


def find(name: str) -> Metric:
    """Give the metric of a name such as `mentions/strict` or `mentions/iou@0.7`.

    Raises UsageError with the nearest right names for a wrong one.
    """
    metrics = registry()
    if name in metrics:
        return metrics[name]
    layer, _, measure = name.partition("/")
    if measure.startswith("iou@"):
        from goldwire.metrics.spans import iou

        return iou(layer, measure)
    near = difflib.get_close_matches(name, metrics, n=3, cutoff=0.5)
    same_measure = [known for known in metrics if known.endswith(f"/{measure}")][:3]
    hint = " or ".join(dict.fromkeys([*near, *same_measure])) or "see `goldwire metrics`"
    raise UsageError(f"no metric is called {name!r}: did you mean {hint}?")
