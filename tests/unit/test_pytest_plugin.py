"""The pytest plugin, by running pytest on small test folders, with and without xdist."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from xml.etree import ElementTree as ET

import pytest

import goldwire.pytest_items  # noqa: F401  loaded here, so that no inner run loads it again
import toy_corpus

pytest_plugins = ("pytester",)

TEST = """
    def test_nothing_is_lost(goldwire_run):
        goldwire_run("py:toy:extract").assert_no_lost()


    def test_the_score_is_kept(goldwire_run):
        goldwire_run("py:toy:extract").assert_score("mentions/strict", 0.9)
"""
WORKERS = [
    (),
    pytest.param(
        ("-n", "2"),
        marks=pytest.mark.skipif(find_spec("xdist") is None, reason="pytest-xdist is not there"),
    ),
]


@pytest.fixture
def toy(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    # An extractor that is written twice within a second must not be taken from its bytecode.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delitem(sys.modules, "toy", raising=False)
    toy_corpus.write_corpus(pytester.path)
    write_extractor(pytester)
    return pytester


def write_extractor(
    pytester: pytest.Pytester, *, without: tuple[str, ...] = (), wrong: dict[str, str] | None = None
) -> None:
    (pytester.path / "toy.py").write_text(toy_corpus.extractor_source(without=without, wrong=wrong))


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    # In this process, which has loaded all libraries; the extractor's module is forgotten after it.
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)


def test_a_baseline_is_made_kept_and_defended(toy: pytest.Pytester) -> None:
    toy.makepyfile(TEST)
    run(toy, "--goldwire-update-new").assert_outcomes(passed=2)
    assert [p.name for p in (toy.path / "goldwire_baselines").iterdir()] == [
        "py-toy-extract.jsonl.gz"
    ]
    run(toy).assert_outcomes(passed=2)
    write_extractor(toy, without=("Oslo",))
    broken = run(toy)
    broken.assert_outcomes(failed=2)
    broken.stdout.fnmatch_lines_random(
        [
            "*lost: 3 gold items",
            "*d1 mentions 19:23 GPE  Ann Lee met Bob in [[]Oslo[]].  (mentions/strict)  now MISSED",
            "*if this is meant: pytest --goldwire-update, then commit *py-toy-extract.jsonl.gz",
            # 5 of 5 predicted right, 5 of 8 found: F1 = 10 / 13.
            "*mentions/strict ≥ 0.9: it is 0.7692 (95 % interval *",
        ]
    )
    write_extractor(toy)
    run(toy).assert_outcomes(passed=2)


def test_a_better_extractor_passes(toy: pytest.Pytester) -> None:
    toy.makepyfile(TEST)
    write_extractor(toy, without=("Rome",))
    run(toy, "--goldwire-update")
    write_extractor(toy)
    run(toy).assert_outcomes(passed=2)


def test_a_missing_baseline_is_skipped_at_home_and_fails_in_ci(
    toy: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.makepyfile(TEST)
    at_home = run(toy, "-rs")
    at_home.assert_outcomes(passed=1, skipped=1)
    at_home.stdout.fnmatch_lines(
        ["*there is no baseline at *make one: pytest --goldwire-update-new*"]
    )
    monkeypatch.setenv("CI", "true")
    in_ci = run(toy)
    in_ci.assert_outcomes(passed=1, failed=1)
    in_ci.stdout.fnmatch_lines(["*make one: pytest --goldwire-update-new*"])


def test_update_new_leaves_what_is_there(toy: pytest.Pytester) -> None:
    toy.makepyfile(TEST)
    run(toy, "--goldwire-update")
    write_extractor(toy, without=("Oslo",))
    run(toy, "--goldwire-update-new").assert_outcomes(failed=2)
    run(toy, "--goldwire-update").assert_outcomes(passed=1, failed=1)
    run(toy).assert_outcomes(passed=1, failed=1)


def test_the_first_ten_lost_items_are_shown(toy: pytest.Pytester) -> None:
    text = "Bob. " * 15
    (toy.path / "gold.jsonl").write_text(
        '{"doc_id": "d1", "mentions": ['
        + ", ".join(
            f'{{"type": "PER", "spans": [{{"start": {5 * n}, "end": {5 * n + 3}}}]}}'
            for n in range(15)
        )
        + "]}"
    )
    toy.makeconftest(
        f"""
        import dataclasses, pytest
        from goldwire.inputs import open_gold

        @pytest.fixture(scope="session")
        def goldwire_corpus():
            from goldwire.pairing import GoldDocument
            gold = open_gold("gold.jsonl")
            class WithText(type(gold)):
                def __iter__(self):
                    for one in super().__iter__():
                        yield dataclasses.replace(one, text={text!r})
            return WithText(**{{f.name: getattr(gold, f.name) for f in dataclasses.fields(gold)}})
        """
    )
    toy.makepyfile(TEST)
    run(toy, "--goldwire-update", "-k", "nothing_is").assert_outcomes(passed=1, deselected=1)
    write_extractor(toy, without=("Bob",))
    lost = run(toy, "-k", "nothing_is")
    lost.assert_outcomes(failed=1, deselected=1)
    lost.stdout.fnmatch_lines(["*lost: 15 gold items", "*and 5 more"])
    assert sum("now MISSED" in line for line in lost.outlines) == 10


def test_a_file_that_says_nothing_valid_is_told_without_goldwire_s_own_code(
    toy: pytest.Pytester,
) -> None:
    toy.path.joinpath("odd.goldwire.toml").write_text('extractr = "py:toy:extract"\n')
    collected = run(toy, "odd.goldwire.toml")
    collected.assert_outcomes(errors=1)
    collected.stdout.fnmatch_lines(["*odd.goldwire.toml holds extractr; its keys are extractor,*"])
    collected.stdout.no_fnmatch_line("*/goldwire/*.py:*")


def test_points_where_a_fraction_is_meant_are_refused(toy: pytest.Pytester) -> None:
    toy.makepyfile(
        """
        def test_margin(goldwire_run):
            goldwire_run("py:toy:extract").assert_not_inferior(margin=2)

        def test_floor(goldwire_run):
            goldwire_run("py:toy:extract").assert_score("mentions/strict", 80)
        """
    )
    run(toy, "--goldwire-update", "-k", "margin")
    found = run(toy)
    found.assert_outcomes(failed=2)
    found.stdout.fnmatch_lines(
        ["*UsageError: margin is a fraction*got 2*", "*UsageError: *a floor is a fraction*got 80*"]
    )


def test_a_margin_that_few_documents_cannot_prove_fails_unless_allowed(
    toy: pytest.Pytester,
) -> None:
    toy.makepyfile(
        """
        def test_strictly(goldwire_run):
            goldwire_run("py:toy:extract").assert_not_inferior(margin=0.02)

        def test_leniently(goldwire_run):
            run = goldwire_run("py:toy:extract")
            run.assert_not_inferior(margin=0.02, inconclusive="pass")
        """
    )
    run(toy, "--goldwire-update").assert_outcomes(passed=2)
    write_extractor(toy, without=("Rome",))
    found = run(toy)
    found.assert_outcomes(passed=1, failed=1)
    found.stdout.fnmatch_lines(["*INCONCLUSIVE*neither a loss nor its absence is proven*"])


def test_an_allow_list_and_repeats_and_functions_are_taken(toy: pytest.Pytester) -> None:
    toy.makepyfile(
        """
        import datetime
        import toy

        ALLOW = '[[allow]]\\nitem = "d3 mentions 9:13 GPE"\\nreason = "why"\\nexpires = 2026-06-30'

        def test_it(goldwire_run, tmp_path):
            (tmp_path / "allow.toml").write_text(ALLOW)
            run = goldwire_run(toy.extract, repeats=2, baseline="kept/mine.jsonl")
            run.assert_no_lost(allow=tmp_path / "allow.toml", today=datetime.date(2026, 6, 1))
        """
    )
    run(toy, "--goldwire-update").assert_outcomes(passed=1)
    assert (toy.path / "kept" / "mine.jsonl").is_file()
    write_extractor(toy, without=("Rome",))
    run(toy).assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", WORKERS)
def test_baselines_that_no_test_uses_are_named(
    toy: pytest.Pytester, workers: Sequence[str]
) -> None:
    toy.makepyfile(TEST)
    run(toy, "--goldwire-update")
    (toy.path / "goldwire_baselines" / "old.jsonl.gz").write_bytes(b"")
    run(toy, *workers).stdout.fnmatch_lines(["no test used the baseline *old.jsonl.gz"])
    assert "no test used" not in run(toy, "-k", "nothing_is").stdout.str()


TOML = """
extractor = "py:toy:extract"
baseline = "names.jsonl.gz"

[min]
"mentions/strict" = 0.9
"""


@pytest.mark.parametrize("workers", WORKERS)
def test_a_toml_file_is_a_test_per_document_and_layer(
    toy: pytest.Pytester, workers: Sequence[str]
) -> None:
    (toy.path / "names.goldwire.toml").write_text(TOML)
    run(toy, "--goldwire-update-new", *workers).assert_outcomes(passed=4)
    run(toy).assert_outcomes(passed=4)
    write_extractor(toy, without=("Rome",))
    broken = run(toy, *workers, "--junit-xml", "out.xml")
    broken.assert_outcomes(passed=3, failed=1)
    broken.stdout.fnmatch_lines(["*d3 mentions 9:13 GPE  Bob left [[]Rome[]] for Oslo.*"])
    cases = ET.parse(toy.path / "out.xml").getroot().iter("testcase")  # noqa: S314  our own file
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    assert failed == ["d3/mentions"]


def test_toml_items_can_be_selected_and_the_failed_ones_run_again(toy: pytest.Pytester) -> None:
    (toy.path / "names.goldwire.toml").write_text(TOML)
    toy.runpytest_inprocess("--goldwire-update")
    write_extractor(toy, without=("Rome",))
    run(toy, "-k", "d1").assert_outcomes(passed=1, deselected=3)
    run(toy, "names.goldwire.toml::d3/mentions").assert_outcomes(failed=1)
    toy.runpytest_inprocess().assert_outcomes(passed=3, failed=1)
    toy.runpytest_inprocess("--lf").assert_outcomes(failed=1)


def test_a_toml_file_without_baseline_is_skipped_at_home_and_fails_in_ci(
    toy: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (toy.path / "names.goldwire.toml").write_text(TOML)
    run(toy).assert_outcomes(passed=1, skipped=3)
    monkeypatch.setenv("CI", "1")
    run(toy).assert_outcomes(passed=1, failed=3)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("extracter = 'x'", "holds extracter; its keys are extractor, gold"),
        ("", "has no extractor"),
        ("extractor = ", "is not valid TOML"),
        ("extractor = 'py:toy:extract'\nmetrics = ['entities/strict']", "mentions/strict"),
    ],
)
def test_a_faulty_toml_file_is_an_error_that_says_why(
    toy: pytest.Pytester, text: str, told: str
) -> None:
    (toy.path / "names.goldwire.toml").write_text(text)
    found = run(toy)
    found.assert_outcomes(errors=1)
    assert told in found.stdout.str()


def test_in_ci_no_word_of_a_protected_text_is_shown(
    toy: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy_corpus.write_corpus(toy.path, redistribution="annotations_only")
    toy.makepyfile(TEST)
    run(toy, "--goldwire-update")
    write_extractor(toy, without=("Rome",))
    assert "[Rome]" in run(toy).stdout.str()
    monkeypatch.setenv("CI", "true")
    out = run(toy, "--tb=short").stdout.str()
    assert "d3 mentions 9:13 GPE  (mentions/strict)" in out
    assert "Rome" not in out


def test_the_plugin_loads_pytest_and_the_standard_library_alone() -> None:
    code = (
        "import pytest, sys\n"
        "before = set(sys.modules)\n"
        "import goldwire.pytest_plugin\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - sys.stdlib_module_names), sorted(n for n in sys.modules"
        " if n.startswith('goldwire')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (
        "['goldwire'] "
        "['goldwire', 'goldwire.ci', 'goldwire.pytest_plugin', 'goldwire.pytest_session']"
    )


def test_without_its_fixtures_nothing_of_goldwire_is_loaded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            loaded = {name for name in sys.modules if name.startswith("goldwire.")}
            own = {"goldwire.ci", "goldwire.pytest_plugin", "goldwire.pytest_session"}
            assert loaded <= own
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_help_shows_its_two_options_and_no_others(pytester: pytest.Pytester) -> None:
    out = run(pytester, "--help").stdout.str()
    assert out.count("--goldwire-") == 2
