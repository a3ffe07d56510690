"""How sure a score is: intervals, tests, power and the gate, over four-sum tallies of documents.

Input is always `sums` of shape [clusters, groups, 4] (see `tallies`); nothing here knows a metric,
reads a file or matches anything again. Clusters are documents unless `cluster_sums` joins them.

    one score        interval            logit-delta t; bootstrap_interval as a cross-check
    two systems      difference          jackknife-t; bootstrap_difference as a cross-check
    a test           permutation_test    paired, by document; max_t_tests and holm for several
    a gate           non_inferiority     PASS, FAIL or INCONCLUSIVE
    a plan           detectable, documents_needed

What cannot be estimated is refused with a reason or replaced by a labelled bound, never guessed.
Coverage and error rates of all of it are simulated by `just coverage`.
"""

from goldwire.statistics.differences import Difference, bootstrap_difference, difference
from goldwire.statistics.intervals import Interval, bootstrap_interval, interval
from goldwire.statistics.measures import F1, Measure, cluster_sums, scores
from goldwire.statistics.multiplicity import holm, max_t_tests
from goldwire.statistics.permutation import Significance, permutation_test
from goldwire.statistics.power import Detectable, detectable, documents_needed
from goldwire.statistics.verdicts import Verdict, non_inferiority

__all__ = [
    "F1",
    "Detectable",
    "Difference",
    "Interval",
    "Measure",
    "Significance",
    "Verdict",
    "bootstrap_difference",
    "bootstrap_interval",
    "cluster_sums",
    "detectable",
    "difference",
    "documents_needed",
    "holm",
    "interval",
    "max_t_tests",
    "non_inferiority",
    "permutation_test",
    "scores",
]
