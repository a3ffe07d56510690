from pathlib import Path

import goldwire

ROOT = Path(__file__).parents[2]


def test_every_public_name_exists_and_they_are_sorted_and_few() -> None:
    assert goldwire.__all__ == sorted(goldwire.__all__)
    assert len(goldwire.__all__) <= 30
    assert [name for name in goldwire.__all__ if getattr(goldwire, name, None) is None] == []


def test_every_public_name_is_documented() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [name for name in goldwire.__all__ if f"`{name}" not in page] == []
    assert [n for n in goldwire.__all__ if not getattr(goldwire, n).__doc__] == []
