"""What can be wrong: `Problem`, one fault in the data; and the exceptions, each with its exit code.

Bad data is reported completely: readers and checks *return* problems. Bad calls raise at once.

    GoldwireError            anything that goldwire refuses; `exit_code` says what a command returns
    ├── UsageError        2  the call or command line is wrong
    ├── DataError         1  predictions cannot be used; carries every `Problem`
    │   └── GoldError     4  gold, corpus or schema cannot be used
    ├── ExtractorError    5  more extractor errors than allowed
    └── NothingEvaluatedError  6  no gold document was scored, so there is no number to print
"""

from collections.abc import Iterable

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One fault in one place of the data, with what was expected there and what to do next.

    `code` is stable and listed in `docs/problems.md`; `pointer` is a JSON Pointer (RFC 6901) into
    the record, or a line number such as `line 7` where the file could not be parsed.
    """

    code: str
    pointer: str
    message: str
    document: str = ""
    found: str = ""
    expected: str = ""
    fix: str = ""

    def __str__(self) -> str:
        place = f"{self.document} {self.pointer}".strip()
        details = [
            f"{word} {value}"
            for word, value in (("found", self.found), ("expected", self.expected))
            if value
        ]
        text = f"{self.code} {place}".rstrip() + f": {self.message}"
        if details:
            text += f" ({'; '.join(details)})"
        if self.fix:
            text += f" → {self.fix}"
        return text


def not_to_be_counted(problem: Problem) -> Problem:
    """Leave the advice out to count the fault with --on-error, where a call has no such option."""
    return msgspec.structs.replace(problem, fix=problem.fix.partition(", or pass --on-error")[0])


class GoldwireError(Exception):
    """Anything that goldwire refuses to do; `exit_code` is what a command returns for it."""

    exit_code = 1


class UsageError(GoldwireError):
    """The call or the command line is wrong: nothing was read or computed."""

    exit_code = 2


class DataError(GoldwireError):
    """Data cannot be used as it is; `problems` holds every fault that was found."""

    exit_code = 1

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  {problem}" for problem in self.problems)]))


class GoldError(DataError):
    """Gold, a corpus or a schema cannot be used as it is."""

    exit_code = 4


class ExtractorError(GoldwireError):
    """An extractor failed on more documents than was allowed."""

    exit_code = 5


class NothingEvaluatedError(GoldwireError):
    """No gold document was scored: there is no number to print, and zero would be a lie.

    `problems` holds the faults that left nothing to score.
    """

    exit_code = 6

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  {problem}" for problem in self.problems)]))
