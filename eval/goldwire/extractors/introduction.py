"""How a foreign program or server introduces itself, and how it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goldwire.errors import UsageError
from goldwire.extractors import ExtractionError
from goldwire.extractors.answers import EXACT, read_convention
from goldwire.offsets import Convention

PROTOCOL = 1
OFFSETS = "offsets"
"""The parameter by which a user declares offsets for a program that does not do so itself."""


def request_for(
    text: str, *, doc_id: str, reference_date: str | None, parameters: Mapping[str, str]
) -> dict[str, object]:
    """Make the request for one document."""
    request: dict[str, object] = {"v": PROTOCOL, "id": doc_id, "doc_id": doc_id, "text": text}
    if reference_date is not None:
        request["reference_date"] = reference_date
    if parameters:
        request["parameters"] = dict(parameters)
    return request


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a system says of itself; empty where it says nothing. `said` is all of it."""

    name: str = ""
    version: str = ""
    layers: tuple[str, ...] = ()
    convention: Convention = EXACT
    said: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Introduction":
        """Begin with what the user declares; raises UsageError for offsets that are none."""
        declared = parameters.get(OFFSETS)
        return cls(convention=EXACT if declared is None else read_convention(declared))

    def after(self, value: object) -> "Introduction":
        """Give what is known after a JSON value that may hold a `hello`.

        Raises ExtractionError for one that cannot be understood: every answer would be misread.
        """
        if not isinstance(value, Mapping) or "hello" not in value:
            return self
        said = value["hello"] if isinstance(value["hello"], Mapping) else {"name": value["hello"]}
        said = {**{key: value[key] for key in ("offsets", "layers") if key in value}, **said}
        try:
            declared = said.get("offsets")
            convention = self.convention if declared is None else read_convention(declared)
        except UsageError as error:
            raise ExtractionError("hello", str(error), is_final=True) from error
        layers = said.get("layers")
        return Introduction(
            name=str(said.get("name") or self.name),
            version=str(said.get("version") or self.version),
            layers=tuple(map(str, layers)) if isinstance(layers, list) else self.layers,
            convention=convention,
            said=said,
        )
