"""Python extractors in processes of their own, so that one can be stopped and several run at once.

The other side is `serve`; they speak what programs speak.
"""

import json
import os
import sys
from collections.abc import Mapping

from goldwire.errors import UsageError
from goldwire.extractors import Extractor, Setup
from goldwire.extractors.command import ProgramExtractor
from goldwire.extractors.conversation import SECONDS_TO_START, Conversation

_WITHOUT_LIMIT = 10.0**8


def load_isolated(spec: str, setup: Setup) -> Extractor:
    """Load an extractor in as many processes as there are workers; the first starts at once.

    Raises UsageError as loading it here would.
    """
    preamble = {
        "spec": spec,
        "parameters": dict(setup.parameters),
        "ontology": None if setup.ontology is None else setup.ontology.schema_text,
    }
    conversations = [
        Conversation(
            [sys.executable, "-m", "goldwire.extractors.serve"],
            {},
            preamble=json.dumps(preamble).encode() + b"\n",
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        for _ in range(setup.workers or 1)
    ]
    try:
        introduction = conversations[0].greet(timeout=SECONDS_TO_START)
    except BaseException:
        conversations[0].close(gently=False)
        raise
    if "refused" in introduction.said:
        conversations[0].close()
        raise UsageError(str(introduction.said["refused"]))
    declared = introduction.said.get("parameters")
    extractor = ProgramExtractor(
        conversations,
        name=introduction.name,
        parameters={
            str(key): str(value)
            for key, value in (declared if isinstance(declared, Mapping) else {}).items()
        },
        sent={},
        timeout=_WITHOUT_LIMIT if setup.timeout is None else setup.timeout,
    )
    extractor.version, extractor.layers = introduction.version, introduction.layers
    return extractor
