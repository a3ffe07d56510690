"""Running extractors over documents: every answer is saved at once, and nothing is scored."""

from goldwire.runner.calls import Task, call, reference_date
from goldwire.runner.offset_check import offset_hint
from goldwire.runner.parallel import in_parallel
from goldwire.runner.place import RUNS, Wanted
from goldwire.runner.probing import Probe, probe
from goldwire.runner.running import Outcome, Watcher, refuse_errors, run_extractor

__all__ = [
    "RUNS",
    "Outcome",
    "Probe",
    "Task",
    "Wanted",
    "Watcher",
    "call",
    "in_parallel",
    "offset_hint",
    "probe",
    "reference_date",
    "refuse_errors",
    "run_extractor",
]
