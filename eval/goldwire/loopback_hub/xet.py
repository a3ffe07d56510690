"""Xet storage in a local folder: hf_xet writes shards and xorbs there; this reads them back.

hf_xet takes `local://FOLDER` for a storage server. What a Hub must know beyond that is which Xet
hash a file with a certain SHA-256 has: the shards say so. A shard is a 48-byte header, then a
record of 48-byte entries for every file until an entry of 0xff bytes: the file's hash with flags
and the number of segments, the segments, as many verifications (flag bit 31), and one entry with
the SHA-256 (flag bit 30). Hashes are four 64-bit words, low byte first.
"""

import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

_ENTRY = 48
_END = b"\xff" * 32
_HAS_VERIFICATION, _HAS_SHA256 = 1 << 31, 1 << 30


class XetFolder:
    """A folder that serves as Xet storage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._hashes: dict[str, str] = {}

    @property
    def url(self) -> str:
        """The address under which hf_xet uses this folder."""
        return f"local://{self.folder}"

    def hash_of(self, sha256: str) -> str | None:
        """Give the Xet hash of a file by its SHA-256; None when it was not uploaded here."""
        if sha256 not in self._hashes and self.folder.is_dir():
            for path in sorted(self.folder.rglob("*")):
                if path.is_file() and "shard" in str(path.relative_to(self.folder)):
                    self._hashes.update(files_of_shard(path.read_bytes()))
        return self._hashes.get(sha256)

    def content(self, sha256: str) -> bytes | None:
        """Read a file back by its SHA-256, with hf_xet; None when it was not uploaded here."""
        xet_hash = self.hash_of(sha256)
        if xet_hash is None:
            return None
        import hf_xet

        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "content"
            info = hf_xet.XetFileInfo(xet_hash)
            group = hf_xet.XetSession().new_file_download_group(endpoint=self.url)
            group.start_download_file(info, str(target))
            group.wait_to_finish()
            return target.read_bytes()


def files_of_shard(shard: bytes) -> Iterator[tuple[str, str]]:
    """Walk the files of a shard as (SHA-256, Xet hash), both in hexadecimal."""
    at = _ENTRY
    while at + _ENTRY <= len(shard) and shard[at : at + 32] != _END:
        file_hash = _hexadecimal(shard[at : at + 32])
        flags, n_segments = struct.unpack_from("<II", shard, at + 32)
        at += _ENTRY * (1 + n_segments + (n_segments if flags & _HAS_VERIFICATION else 0))
        if flags & _HAS_SHA256:
            yield _hexadecimal(shard[at : at + 32]), file_hash
            at += _ENTRY


def _hexadecimal(data: bytes) -> str:
    return "".join(f"{word:016x}" for word in struct.unpack("<4Q", data))
