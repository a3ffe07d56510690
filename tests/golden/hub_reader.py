"""A reader's process: loads every config of a published release, and fetches it whole.

Prints the folder of the release, and the number of rows by config and split.
"""

import json
import sys


def main(repo: str, revision: str) -> dict[str, object]:
    import datasets
    from huggingface_hub import snapshot_download

    folder = snapshot_download(repo, repo_type="dataset", revision=revision)
    rows = {}
    for config in datasets.get_dataset_config_names(repo, revision=revision):
        loaded = datasets.load_dataset(repo, config, revision=revision)
        rows[config] = {split: len(table) for split, table in loaded.items()}
    return {"folder": folder, "rows": rows}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2])))
