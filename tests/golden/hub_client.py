"""A client process: what a user of the Hub's own libraries does, against HF_ENDPOINT.

Prints one JSON object of what it saw. Run by tests with the environment of a loopback Hub, because
those libraries read the address of the Hub once, when they are imported.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

REPO = "org/corpus"
CARD = """---
configs:
- config_name: documents
  default: true
  data_files:
  - split: test
    path: data/documents/test-*.parquet
---
"""


def status_of(call: Callable[[], object]) -> int:
    from huggingface_hub.errors import HfHubHTTPError

    try:
        call()
    except HfHubHTTPError as error:
        return int(error.response.status_code)
    return 0


def main(folder: Path, *, push: bool) -> dict[str, object]:
    import datasets
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq
    from huggingface_hub import CommitOperationAdd, HfApi, hf_hub_download, snapshot_download

    api = HfApi()
    place = folder / "data" / "documents" / "test-00000-of-00001.parquet"
    place.parent.mkdir(parents=True)
    pq.write_table(pa.table({"n": [1, 2, 3], "text": ["x", "é", "😀"]}), place)
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    api.create_repo(REPO, repo_type="dataset")
    first = api.dataset_info(REPO).sha
    additions = [
        CommitOperationAdd(path.relative_to(folder).as_posix(), str(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    commit = api.create_commit(
        REPO, additions, commit_message="v1", repo_type="dataset", parent_commit=first
    )
    api.create_tag(REPO, tag="v1.0.0", repo_type="dataset")
    late = [CommitOperationAdd("late.txt", b"late")]
    address = f"hf://datasets/{REPO}@v1.0.0/{place.relative_to(folder).as_posix()}"
    found: dict[str, object] = {
        "tags": {
            ref.name: ref.target_commit == commit.oid
            for ref in api.list_repo_refs(REPO, repo_type="dataset").tags
        },
        "files": sorted(api.list_repo_files(REPO, repo_type="dataset", revision="v1.0.0")),
        "loaded": datasets.load_dataset(REPO, "documents", revision="v1.0.0", split="test")["text"][
            :
        ],
        "streamed": [
            row["n"]
            for row in datasets.load_dataset(
                REPO, "documents", revision="v1.0.0", split="test", streaming=True
            )
        ],
        "pandas": pd.read_parquet(address)["n"].tolist(),
        "snapshot": Path(
            snapshot_download(REPO, repo_type="dataset", revision="v1.0.0"),
            place.relative_to(folder),
        ).read_bytes()
        == place.read_bytes(),
        "statuses": {
            "no such repository": status_of(lambda: api.dataset_info("no/where")),
            "no such revision": status_of(lambda: api.dataset_info(REPO, revision="v9")),
            "no such file": status_of(lambda: hf_hub_download(REPO, "no", repo_type="dataset")),
            "repository exists": status_of(lambda: api.create_repo(REPO, repo_type="dataset")),
            "tag exists": status_of(
                lambda: api.create_tag(REPO, tag="v1.0.0", repo_type="dataset")
            ),
            "parent moved": status_of(
                lambda: api.create_commit(
                    REPO, late, commit_message="m", repo_type="dataset", parent_commit=first
                )
            ),
        },
    }
    if push:
        datasets.Dataset.from_dict({"n": [4, 5]}).push_to_hub("org/pushed")
        found["pushed"] = datasets.load_dataset("org/pushed", split="train")["n"][:]
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), push=sys.argv[2] == "push")))
