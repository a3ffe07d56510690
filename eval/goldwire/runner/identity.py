"""What a run is: the manifest that says so, and the key by which it is known again."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import distributions

from goldwire.extractors import Extractor
from goldwire.inputs import Gold
from goldwire.runner.calls import reference_date, sha256_of_text
from goldwire.runs import FORMAT, RunManifest
from goldwire.version import version


def new_manifest(spec: str, extractor: Extractor, gold: Gold, *, repeats: int) -> RunManifest:
    """Describe a run that begins now; reads all of the gold once for the digests of its texts."""
    documents = {
        item.doc_id: (
            "" if item.text is None else sha256_of_text(item.text),
            reference_date(item),
        )
        for item in gold
    }
    parameters = {key: str(value) for key, value in getattr(extractor, "parameters", {}).items()}
    system = [spec, extractor.name, extractor.version, parameters, version()]
    decisive = [*system, sorted(documents.items()), repeats]
    return RunManifest(
        goldwire_run=FORMAT,
        extractor=spec,
        name=extractor.name,
        version=extractor.version,
        layers=tuple(extractor.layers) or None,
        parameters=parameters,
        key=sha256_of_text(json.dumps(decisive, sort_keys=True)),
        gold=gold.tag,
        repeats=repeats,
        texts={doc_id: digest for doc_id, (digest, _) in documents.items()},
        environment={
            "goldwire": version(),
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "system": f"{platform.system()} {platform.release()}",
            "machine": platform.machine(),
            "cpus": str(os.cpu_count() or 1),
        },
        packages=_packages(),
        started=now(),
    )


def _packages() -> tuple[str, ...]:
    """List the installed distributions, for whoever wants to run it again."""
    return tuple(sorted({f"{item.name}=={item.version}" for item in distributions()}))


def now() -> str:
    """Give the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
