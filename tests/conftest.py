"""What all tests share: property tests without deadline (machines are shared) and without chance."""

from hypothesis import settings

settings.register_profile("goldwire", deadline=None, derandomize=True)
settings.load_profile("goldwire")
