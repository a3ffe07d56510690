"""The version of the code, which is one of three: code, corpus and schema change apart."""

from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version


@cache
def version() -> str:
    """Give the installed version, or `0+unknown` for a source tree that was never installed."""
    try:
        return installed_version("goldwire")
    except PackageNotFoundError:
        return "0+unknown"
