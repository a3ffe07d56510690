"""The definitions of all metrics as one Markdown page, made of the docstrings that define them."""

import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module

from goldwire.metrics import Composite, Metric, composites, registry

SHARED = {
    "How spans are paired": "goldwire.matching.pairs",
    "How spans are aligned": "goldwire.matching.alignment",
    "How keys are counted": "goldwire.metrics.keys",
    "How mentions make clusters": "goldwire.metrics.clusters",
}
"""Rules that many metrics share: the modules whose docstrings state them."""


def metric_table(metrics: Iterable[Metric | Composite]) -> Iterator[str]:
    """Give one row for every metric."""
    yield "| metric | is | needs |"
    yield "|---|---|---|"
    for metric in metrics:
        needs = ", ".join(metric.parts if isinstance(metric, Composite) else metric.layers)
        yield f"| `{metric.name}` | {metric.summary} | {needs} |"


def definition_page() -> Iterator[str]:
    """Give the table of all metrics, the rules that they share, and the definition of each."""
    yield from metric_table((*registry().values(), *composites().values()))
    yield from ("", "## Rules that many metrics share")
    for title, module in SHARED.items():
        yield from ("", f"### {title}", "", _text(import_module(module)))
    yield from ("", "## Definitions")
    for module, metrics in _by_module().items():
        title, _, rest = _text(import_module(module)).partition("\n")
        yield from ("", f"### {title.rstrip('.')}")
        if rest.strip():
            yield from ("", rest.strip())
        for text, names in _by_text(metrics).items():
            yield from ("", f"#### {', '.join(f'`{name}`' for name in names)}", "", text)
    for composite in composites().values():
        yield from ("", f"#### `{composite.name}`", "", _of_composite(composite))


def definition(metric: Metric | Composite) -> str:
    """Give the whole definition of one metric, for a terminal."""
    if isinstance(metric, Composite):
        return f"{metric.name}\n\n{_of_composite(metric)}"
    return "\n\n".join(
        [
            f"{metric.name} (version {metric.version} of its definition)\n{metric.summary}",
            f"needs: {', '.join(metric.layers)}\noptions: {', '.join(metric.uses) or 'none'}",
            _text(metric.compute),
            _text(import_module(metric.compute.__module__)),
        ]
    )


def _of_composite(composite: Composite) -> str:
    return (
        f"{composite.summary[0].upper()}{composite.summary[1:]}: the unweighted mean of the F of "
        f"{', '.join(f'`{part}`' for part in composite.parts)} over the whole corpus, undefined as "
        "soon as one of them is. It has no precision and no recall of its own, and no interval "
        "(Pradhan et al. 2012)."
    )


def _text(described: object) -> str:
    return inspect.cleandoc(inspect.getdoc(described) or "").strip()


def _by_module() -> dict[str, list[Metric]]:
    found: dict[str, list[Metric]] = {}
    for metric in registry().values():
        found.setdefault(metric.compute.__module__, []).append(metric)
    return found


def _by_text(metrics: Iterable[Metric]) -> dict[str, list[str]]:
    """Put metrics that one docstring defines together."""
    found: dict[str, list[str]] = {}
    for metric in metrics:
        found.setdefault(_text(metric.compute), []).append(metric.name)
    return found
