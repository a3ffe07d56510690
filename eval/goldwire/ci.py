"""Whether this runs on a CI server, whose logs others can read. Standard library only."""

import os


def in_ci() -> bool:
    """Claim that this runs on a CI server, as every one of them says in CI."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}
