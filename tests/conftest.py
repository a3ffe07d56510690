"""What all tests share: property tests without a deadline (machines are shared) or chance."""

from collections.abc import Callable

import pytest
from hypothesis import settings

from goldwire.release.profiles import Profile
from goldwire.released import Release
from releases import ROOT, build_of

settings.register_profile("goldwire", deadline=None, derandomize=True)
settings.load_profile("goldwire")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Release]:
    """Build the repository's corpus, each profile once: `built("standoff")` gives the release."""
    pytest.importorskip("pyarrow")
    known: dict[tuple[Profile, bool], Release] = {}

    def release(profile: Profile = "as-allowed", *, own_use: bool = False) -> Release:
        key = (profile, own_use)
        if key not in known:
            place = tmp_path_factory.mktemp("release") / profile
            known[key] = build_of(ROOT, place, profile=profile, own_use=own_use)
        return known[key]

    return release
