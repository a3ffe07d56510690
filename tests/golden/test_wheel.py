"""The built wheel and sdist: all data folders are there, and no protected word is."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOC_ID = "ip-20220113-kz-withdrawal"


def run(*command: object, cwd: Path, **env: str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    [path] = built.glob("*.whl")
    return path


def test_the_wheel_in_a_fresh_environment_reads_all_three_folders(
    wheel: Path, tmp_path: Path
) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "env", cwd=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    site = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path
    ).strip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # noqa: S202  # our own wheel
    # Dependencies come from the environment of the tests; goldwire itself must not.
    libraries = sysconfig.get_path("purelib")
    script = (
        "import goldwire\n"
        "from goldwire.resources import data_root\n"
        f"assert goldwire.__file__.startswith({site!r}), goldwire.__file__\n"
        "gold = goldwire.load_corpus(data_root())\n"
        "records = [item.annotation for item in gold]\n"
        "assert [record.doc_id for record in records] == ['ip-20220113-kz-withdrawal']\n"
        "scores = goldwire.score(gold, records)\n"
        "assert scores['mentions/strict'].f1 == 1.0\n"
        "print((data_root() / 'schema' / 'annotation.schema.json').is_file(), gold.name)\n"
    )
    site_first = os.pathsep.join([site, libraries])
    out = run(python, "-c", script, cwd=tmp_path, PYTHONPATH=site_first)
    assert out == "True kz-withdrawal\n"
    # The seed article's text may not leave, so the demo runs on the example that may.
    demo = run(python, "-m", "goldwire", "demo", cwd=tmp_path, PYTHONPATH=site_first)
    assert demo.startswith("gold    kz-withdrawal@")
    assert "split example" in demo


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def files_in(archive: Path) -> dict[str, str]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {name: wheel.read(name).decode("utf-8") for name in wheel.namelist()}
    found = {}
    with tarfile.open(archive) as sdist:
        for member in sdist.getmembers():
            file = sdist.extractfile(member)
            if file is not None:
                found[member.name] = file.read().decode("utf-8")
    return found


@pytest.mark.parametrize("suffix", [".whl", ".tar.gz"])
def test_no_four_words_of_the_article_s_body_leave(built: Path, suffix: str) -> None:
    [archive] = built.glob(f"*{suffix}")
    text = (ROOT / "corpus" / DOC_ID / "text.txt").read_bytes().decode("utf-8")
    # The body: everything after the headline and the navigation line, up to the social links.
    body = words(text[text.index("The withdrawal") : text.index("SOURCE:")])
    runs = {tuple(body[at : at + 4]) for at in range(len(body) - 3)}
    leaks = {
        (name, " ".join(found))
        for name, content in files_in(archive).items()
        for listed in [words(content)]
        for found in zip(listed, listed[1:], listed[2:], listed[3:], strict=False)
        if found in runs
    }
    assert leaks == set()


def test_the_wheel_has_no_text_and_no_quotation_of_a_protected_document(wheel: Path) -> None:
    names = files_in(wheel)
    assert not any(name.endswith(f"{DOC_ID}/text.txt") for name in names)
    gold = names[f"goldwire/_data/annotations/gold/{DOC_ID}.json"]
    assert '"text"' not in gold
    assert '"canonical_name"' not in gold
    assert any(name.endswith("gw-20260105-fisheries-talks/text.txt") for name in names)
    assert not any("passes" in name or "adjudication" in name for name in names)
