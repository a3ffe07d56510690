"""Write what every case prints now, when it is meant to change; then read the difference."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def main() -> None:
    from golden_outputs import CASES, FOLDER, prepare, printed

    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for name in CASES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "toy"
            folder.mkdir()
            sys.path.insert(0, str(folder))
            prepare(folder, name)
            (FOLDER / f"{name}.txt").write_text(printed(name, folder), encoding="utf-8")
            sys.path.remove(str(folder))


if __name__ == "__main__":
    main()
