"""Other programs read what `goldwire build` wrote, and find in it what the corpus says."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import goldwire
from goldwire.release.logical import parquet_rows
from goldwire.release.views import VIEWS
from goldwire.released import Release, rows_path
from releases import EXAMPLE, ROOT, SEED, build_of, copy_corpus, edit

Built = Callable[..., Release]
pytestmark = pytest.mark.filterwarnings("ignore")  # other programs' warnings are not ours
AUTHORED = [{"source": "AUTHOR", "value": "CT+"}]
CONFIGS = [view.name for view in VIEWS]


def imported(name: str) -> Any:
    """Import a referee, or skip; its own warnings while it loads are not ours."""
    pytest.importorskip("pyarrow")
    return pytest.importorskip(name, reason=f"{name} is in the dependency group `referees`")


# ---------------------------------------------------------------- datasets


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_UPDATE_DOWNLOAD_COUNTS", "0")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = imported("datasets")
    datasets.disable_progress_bars()

    def load_one(release: Release, *config: str, **options: Any) -> Any:
        return datasets.load_dataset(
            str(release.root), *config, cache_dir=str(tmp_path / "cache"), **options
        )

    return load_one


@pytest.mark.parametrize("profile", ["standoff", "as-allowed"])
@pytest.mark.parametrize("config", CONFIGS)
def test_datasets_loads_every_config_with_the_card_s_features(
    built: Built, load: Callable[..., Any], config: str, profile: str
) -> None:
    release = built(profile)
    loaded = load(release, config)
    info = imported("datasets").DatasetDict  # the type that every config must have
    assert isinstance(loaded, info)
    hub = imported("huggingface_hub")
    card = hub.DatasetCard.load(release.root / "README.md").data.to_dict()
    [declared] = [entry for entry in card["dataset_info"] if entry["config_name"] == config]
    expected = imported("datasets").Features._from_yaml_list(declared["features"])
    for split in release.splits:
        assert loaded[split].features == expected
        path = release.root / f"data/{config}/{split}-00000-of-00001.parquet"
        assert loaded[split].to_list() == list(parquet_rows(path))
    counts = {entry["name"]: entry["num_examples"] for entry in declared["splits"]}
    assert counts == {split: len(rows) for split, rows in loaded.items()}


def test_the_default_config_is_the_whole_record(built: Built, load: Callable[..., Any]) -> None:
    [row] = load(built("standoff"), split="test")
    assert row["doc_id"] == SEED
    assert row["mentions"][0]["spans"][0]["start"] == 0


def test_rows_that_datasets_gives_can_be_scored_as_they_are(
    built: Built, load: Callable[..., Any]
) -> None:
    rows = load(built("standoff"), split="test")
    predicted = ROOT / "annotations" / "passes" / "A"
    found, expected = goldwire.score(rows, predicted), goldwire.score(ROOT, predicted)
    assert {name: found.tallies[name].sums.tolist() for name in found} == {
        name: expected.tallies[name].sums.tolist() for name in expected
    }


def test_a_config_without_rows_in_a_split_is_loaded_without_that_split(
    load: Callable[..., Any], tmp_path: Path
) -> None:
    root = copy_corpus(tmp_path / "corpus")
    for doc_id in (SEED, EXAMPLE):
        edit(root, f"annotations/gold/{doc_id}.json", lambda record: record.update(relations=[]))
    edit(
        root,
        f"annotations/gold/{EXAMPLE}.json",
        lambda record: [
            record.update(attributions=[]),
            *(item.update(factuality=AUTHORED) for item in record["event_mentions"]),
        ],
    )
    release = build_of(root, tmp_path / "release")
    assert set(load(release, "attributions")) == {"test"}
    with pytest.raises(ValueError, match="relations"):
        load(release, "relations")


def test_datasets_streams_a_config(built: Built, load: Callable[..., Any]) -> None:
    stream = load(built("standoff"), "mentions", split="test", streaming=True)
    # Counted in the gold file itself.
    gold = json.loads((ROOT / f"annotations/gold/{SEED}.json").read_text(encoding="utf-8"))
    assert [row["mention"] for row in stream] == [found["id"] for found in gold["mentions"]]


def test_tags_are_class_labels_with_names(built: Built, load: Callable[..., Any]) -> None:
    rows = load(built("as-allowed"), "tokens", split="example")
    labels = rows.features["ner_tags"].feature
    tagged = [
        (token, labels.int2str(tag))
        for row in rows
        for token, tag in zip(row["tokens"], row["ner_tags"], strict=True)
        if labels.int2str(tag) != "O"
    ]
    # Read off the invented article by hand: the heads of its names, of nested ones the outermost.
    assert tagged[:8] == [
        ("BERGEN", "B-GPE"),
        ("Norway", "B-GPE"),
        ("Iceland", "B-GPE"),
        ("Bergen", "B-GPE"),
        ("Norwegian", "B-ORG"),
        ("Fisheries", "I-ORG"),
        ("Ministry", "I-ORG"),
        ("Norway", "B-GPE"),
    ]


# ---------------------------------------------------------------- the card


def test_the_hub_client_reads_the_card(built: Built) -> None:
    hub = imported("huggingface_hub")
    for profile, licence in (("standoff", "cc-by-4.0"), ("as-allowed", "other")):
        card = hub.DatasetCard.load(built(profile).root / "README.md")
        assert card.data.license == licence
        assert card.data.language == ["en"]
        assert card.data.task_ids == ["named-entity-recognition", "coreference-resolution"]
        assert [config["config_name"] for config in card.data.configs] == CONFIGS
        again = hub.DatasetCard(f"---\n{card.data.to_yaml()}\n---\n")
        assert again.data.to_dict() == card.data.to_dict()


def test_small_yaml_files_are_what_a_yaml_reader_reads(built: Built) -> None:
    yaml = imported("yaml")
    root = built("as-allowed").root
    tasks = yaml.safe_load((root / "eval.yaml").read_text(encoding="utf-8"))
    ids = [task["id"] for task in tasks["tasks"]]
    assert len(ids) == len(set(ids)) == len(goldwire.score(ROOT, ROOT / "annotations/passes/A"))
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["type"] == "dataset"
    assert citation["version"] == "0.1.0"


# ---------------------------------------------------------------- Croissant


@pytest.fixture(scope="module")
def described(built: Built) -> Any:
    mlcroissant = imported("mlcroissant")
    return mlcroissant.Dataset(jsonld=str(built("as-allowed").root / "croissant.json"))


def test_mlcroissant_finds_no_fault(described: Any) -> None:
    issues = described.metadata.ctx.issues
    assert sorted(issues.errors) == []
    assert sorted(issues.warnings) == []


@pytest.mark.parametrize("split", ["test", "example"])
@pytest.mark.parametrize("config", CONFIGS)
def test_mlcroissant_loads_what_the_tables_hold(
    described: Any, built: Built, config: str, split: str
) -> None:
    name = f"{config}/{split}"
    path = built("as-allowed").root / f"data/{name}-00000-of-00001.parquet"
    expected = list(parquet_rows(path))
    found = list(described.records(name))
    assert len(found) == len(expected)
    for record, row in zip(found, expected, strict=True):
        for key, value in record.items():
            steps = key.removeprefix(f"{name}/").split("/")
            assert plain(value, key) == member(row, steps, value), key


def plain(value: Any, key: str) -> Any:
    """Undo what mlcroissant does to values: text as bytes, members under their full names."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, dict):
        return {name.removeprefix(f"{key}/"): plain(item, name) for name, item in value.items()}
    return [plain(item, key) for item in value] if isinstance(value, list) else value


def member(row: Any, steps: list[str], shape: Any) -> Any:
    """Give the part of a row that a Croissant field describes: members, without lists in lists."""
    for step in steps:
        row = None if row is None else row[step]
    if isinstance(shape, list) and shape and isinstance(shape[0], dict):
        # An absent list comes as one record of nothing.
        if row is None:
            return [dict.fromkeys(name.split("/")[-1] for name in shape[0])]
        return [described_members(item, steps, shape[0]) for item in row]
    if isinstance(shape, dict):
        return described_members(row, steps, shape)
    return row


def described_members(item: Any, steps: list[str], shape: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for name in shape:
        inner = name.split("/")[2 + len(steps) :]
        value = item
        for step in inner:
            value = None if value is None else value[step]
        found["/".join(inner)] = value
    return found


# ---------------------------------------------------------------- frictionless, JSON Schema


@pytest.mark.parametrize("profile", ["standoff", "as-allowed"])
def test_frictionless_finds_the_tables_valid(built: Built, profile: str) -> None:
    frictionless = imported("frictionless")
    report = frictionless.validate(str(built(profile).root / "datapackage.json"))
    assert report.flatten(["title", "message"]) == []
    assert len(report.tasks) == 2 * (len(CONFIGS) - 1)


def test_every_json_line_is_valid_by_the_release_s_own_schema(built: Built) -> None:
    jsonschema = importlib.import_module("jsonschema")
    for profile in ("standoff", "masked", "as-allowed"):
        root = built(profile).root
        schema = json.loads((root / "schema/release.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for split in built(profile).splits:
            for line in (root / rows_path(split)).read_text(encoding="utf-8").splitlines():
                assert list(validator.iter_errors(json.loads(line))) == []
