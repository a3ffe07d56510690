"""What all tests share: property tests without a deadline (machines are shared) or chance."""

from hypothesis import settings

settings.register_profile("goldwire", deadline=None, derandomize=True)
settings.load_profile("goldwire")
