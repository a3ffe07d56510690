"""`http://…` and `https://…`: any server that takes a document as JSON and answers with JSON.

It gets `POST {"v": 1, "id": …, "doc_id": …, "text": …}` and answers as a program does (see
`command`); an introduction (`hello`) may stand in any answer.
"""

import os
from urllib.parse import urlsplit

from goldwire.errors import UsageError
from goldwire.extractors import Answer, Extractor, Setup
from goldwire.extractors.answers import read_answer
from goldwire.extractors.introduction import Introduction, request_for
from goldwire.extractors.transport import Transport

CONCURRENCY = 4
TIMEOUT = 60.0
AUTHORIZATION = "authorization_env"


class ServiceExtractor:
    """A server; as many requests are under way as there are workers."""

    def __init__(self, url: str, setup: Setup) -> None:
        self._transport = Transport(
            url,
            headers=authorization(setup),
            timeout=TIMEOUT if setup.timeout is None else setup.timeout,
            retries=setup.retries,
        )
        self._setup = setup
        self._introduction = Introduction.of(setup.parameters)
        self.name = urlsplit(url).netloc
        self.version = "unknown"
        self.layers: tuple[str, ...] = ()
        self.concurrency = setup.workers or CONCURRENCY
        self.parameters = dict(setup.parameters)

    def extract(self, text: str, *, doc_id: str, reference_date: str | None = None) -> Answer:
        """Ask the server; raises ExtractionError when no good answer came."""
        parameters = {
            key: value for key, value in self._setup.parameters.items() if key != AUTHORIZATION
        }
        request = request_for(
            text, doc_id=doc_id, reference_date=reference_date, parameters=parameters
        )
        value = self._transport.post(request)
        self._introduction = self._introduction.after(value)
        self.name = self._introduction.name or self.name
        self.version = self._introduction.version or self.version
        self.layers = self._introduction.layers
        return read_answer(
            value, doc_id=doc_id, text=text, convention=self._introduction.convention
        )


def authorization(setup: Setup, *, default: str | None = None) -> dict[str, str]:
    """Give the Authorization header that `authorization_env` names a variable for.

    `default` is a variable with a bare key that is used where it is set. Nothing of it is saved.
    Raises UsageError when the variable that was asked for is not set.
    """
    name = setup.parameters.get(AUTHORIZATION)
    if name is not None:
        if not os.environ.get(name):
            raise UsageError(f"the variable {name} is not set → export it, with the whole header")
        return {"Authorization": os.environ[name]}
    key = os.environ.get(default) if default else None
    return {"Authorization": f"Bearer {key}"} if key else {}


def load_service(spec: str, setup: Setup) -> Extractor:
    """Load `http://…` or `https://…`; nothing is sent yet."""
    return ServiceExtractor(spec, setup)
