"""Published releases: `hf://org/name@v1.0.0` as a folder on this machine.

A release that was fetched once is read from the cache when the Hub cannot be reached. Which Hub is
meant, and with which token, is what `huggingface_hub` is told: HF_ENDPOINT, HF_TOKEN, HF_HOME.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from goldwire.errors import UsageError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

SCHEME = "hf://"
FORM = "hf://ORG/NAME@vX.Y.Z"
READ_FILES = ("MANIFEST.json", "jsonl/*", "schema/*")
"""What reading a release for scoring needs of it."""

_ADDRESS = re.compile(r"hf://(?:datasets/)?(?P<repo>[\w.-]+/[\w.-]+?)(?:@(?P<revision>[\w./-]+))?")
_REPO = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A dataset repository on a Hub, and which revision of it."""

    repo: str
    revision: str

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address; raises UsageError when it is none or names no revision.

        >>> Address.parse("hf://org/corpus@v1.0.0")
        Address(repo='org/corpus', revision='v1.0.0')
        """
        match = _ADDRESS.fullmatch(text)
        if match is None:
            raise UsageError(f"{text!r} is no address of a release: write {FORM}")
        if match["revision"] is None:
            raise UsageError(
                f"{text} names no version, so its content may change: write {text}@vX.Y.Z"
            )
        return cls(match["repo"], match["revision"])


def check_repo(name: str) -> str:
    """Give the name of a repository back; raises UsageError when it is none."""
    if not _REPO.fullmatch(name):
        raise UsageError(f"{name!r} is no repository on the Hub: write ORG/NAME")
    return name


def client() -> "HfApi":
    """Make a client of the Hub; raises UsageError when its library is not installed."""
    try:
        from huggingface_hub import HfApi, constants
    except ImportError as error:
        raise UsageError(
            "the Hub needs huggingface_hub: python -m pip install 'goldwire[hub]'"
        ) from error
    return HfApi(endpoint=constants.ENDPOINT)


def fetch(address: str) -> Path:
    """Bring the files of a published release that reading needs into the cache; give their folder.

    Raises UsageError when there is no such repository or revision, or when the Hub cannot be
    reached and the release was never fetched.
    """
    wanted = Address.parse(address)
    api = client()
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        folder = api.snapshot_download(
            wanted.repo,
            repo_type="dataset",
            revision=wanted.revision,
            allow_patterns=list(READ_FILES),
        )
    except RevisionNotFoundError as error:
        raise UsageError(f"{wanted.repo} has no {wanted.revision} on {api.endpoint}") from error
    except RepositoryNotFoundError as error:
        raise UsageError(
            f"there is no dataset {wanted.repo} on {api.endpoint}, or it is private: log in with "
            "`hf auth login` or set HF_TOKEN"
        ) from error
    except (HfHubHTTPError, LocalEntryNotFoundError) as error:
        raise UsageError(
            f"{address} is not in the cache, and {api.endpoint} did not give it: "
            f"{str(error).strip().splitlines()[0]}"
        ) from error
    return Path(folder)
