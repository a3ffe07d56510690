"""γ, the agreement of annotators who mark and label at once (Mathet, Widlöcher & Métivier 2015).

The package pygamma-agreement computes it; it is optional, and draws its chance level at random.
"""

from collections.abc import Sequence

import numpy as np

from goldwire.agreement.coefficients import Unit
from goldwire.errors import UsageError

SEED = 0
SAMPLES = 30


def gamma_of(passes: Sequence[Sequence[Unit]]) -> float:
    """Give γ of one document's passes, with the combined dissimilarity (α = β = 1, Δ∅ = 1).

    The chance level comes from 30 continua drawn with a fixed seed, so a figure repeats. Raises
    UsageError where the package is not installed.
    """
    try:
        from pyannote.core import Segment
        from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum
    except ImportError as error:
        raise UsageError(
            f"γ needs the package pygamma-agreement, which is not installed ({error}) → install "
            "it, or leave out --gamma"
        ) from error
    continuum = Continuum()
    for at, units in enumerate(passes):
        name = f"annotator {at}"
        continuum.add_annotator(name)
        for start, end, label in units:
            continuum.add(name, Segment(start, end), label)
    # The package draws from numpy's global generator: it is put back as it was.
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(SEED)  # noqa: NPY002
    try:
        found = continuum.compute_gamma(
            CombinedCategoricalDissimilarity(alpha=1.0, beta=1.0, delta_empty=1.0),
            n_samples=SAMPLES,
        )
    finally:
        np.random.set_state(before)  # noqa: NPY002
    return float(found.gamma)
