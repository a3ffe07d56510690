"""`baseline`: the rule-based extractor that comes with goldwire."""

from goldwire.extractors import Extractor, Setup
from goldwire.extractors.baseline import BaselineExtractor


def load_baseline(spec: str, setup: Setup) -> Extractor:
    """Load the baseline; it takes no parameters."""
    del spec
    setup.only()
    return BaselineExtractor()
