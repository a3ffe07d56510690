"""Rehydration: the exact text comes back, or a report says what survives; nothing is moved."""

import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import goldwire
from goldwire.cli import main
from goldwire.corpus import Corpus
from goldwire.errors import GoldError, UsageError
from goldwire.extractors.baseline import BaselineExtractor
from goldwire.metrics import registry
from goldwire.release.anchoring import anchor
from goldwire.release.blocks import MIN_CODE_POINTS, cut_blocks, fold
from goldwire.release.copies import Copy, read_copies
from goldwire.release.profiles import released_as, restored
from goldwire.release.rehydrate import Found, find_texts, rehydrate
from goldwire.release.seals import SealError, seal, unseal
from goldwire.released import Release
from goldwire.standoff import check_of
from releases import EXAMPLE, ROOT, SEED, contents

Built = Callable[..., Release]
CORPUS = Corpus.open(ROOT)
TEXTS = {doc_id: CORPUS.text(doc_id) or "" for doc_id in (SEED, EXAMPLE)}


def found_in(release: Release, *copies: Copy) -> Found:
    return find_texts(release, copies)


def copy_of(doc_id: str, text: str | None = None, name: str = "") -> Copy:
    return Copy(name or doc_id, (text or TEXTS[doc_id]).encode("utf-8"), hint=doc_id)


def outcome(found: Found, doc_id: str = SEED) -> tuple[str, tuple[str, ...]]:
    [one] = [one for one in found.documents if one.doc_id == doc_id]
    return one.outcome, one.steps


@pytest.mark.parametrize("profile", ["standoff", "masked", "as-allowed"])
def test_what_is_rehydrated_is_the_full_build_byte_for_byte(
    built: Built, tmp_path: Path, profile: str
) -> None:
    release = built(profile)
    found = find_texts(release, read_copies([str(ROOT / "corpus")]))
    again = rehydrate(release, found, tmp_path / "again")
    assert contents(again.root) == contents(built("full", own_use=True).root)
    for doc_id, text in TEXTS.items():
        stored = (ROOT / "corpus" / doc_id / "text.txt").read_bytes()
        assert (again.text(doc_id) or "").encode("utf-8") == stored == text.encode("utf-8")


def test_an_extractor_scores_on_the_rehydrated_release_as_on_the_corpus(
    built: Built, tmp_path: Path
) -> None:
    release = built("standoff")
    found = found_in(release, *(copy_of(doc_id) for doc_id in TEXTS))
    again = rehydrate(release, found, tmp_path / "again")
    runs = []
    for gold in (goldwire.load_corpus(ROOT), goldwire.load_corpus(again.root)):
        predicted = [
            BaselineExtractor().extract(item.text or "", doc_id=item.doc_id) for item in gold
        ]
        runs.append(goldwire.score(gold, predicted, metrics=tuple(registry())))
    assert runs[0].shared_signature() == runs[1].shared_signature()
    assert {name: runs[0].tallies[name].sums.tolist() for name in runs[0]} == {
        name: runs[1].tallies[name].sums.tolist() for name in runs[1]
    }


@pytest.mark.parametrize(
    ("data", "step"),
    [
        (TEXTS[SEED].replace("\n", "\r\n").encode(), "CRLF and CR to LF"),
        (b"\xef\xbb\xbf" + TEXTS[SEED].encode(), "strip byte order mark"),
        ((TEXTS[SEED] + "\n").encode(), "strip final line ends"),
        ((TEXTS[SEED] + "\r\n\r\n").encode(), "strip final line ends"),
        (f" \n{TEXTS[SEED]}\n".encode(), "strip outer white space"),
    ],
)
def test_what_editors_do_to_files_is_undone_by_a_named_step(
    built: Built, data: bytes, step: str
) -> None:
    found = found_in(built("standoff"), Copy("mine.txt", data))
    assert outcome(found)[0] == "restored"
    assert step in outcome(found)[1]
    assert found.texts[SEED] == TEXTS[SEED]


def test_a_decomposed_copy_is_composed(built: Built, tmp_path: Path) -> None:
    gold = CORPUS.gold_document(EXAMPLE)
    del built, tmp_path
    text = (gold.text or "") + "Zoë"
    from goldwire.release.recipes import candidates

    made = candidates(unicodedata.normalize("NFD", text).encode())
    assert made[0].text == text
    assert made[0].steps == ("decode UTF-8", "NFC")


def test_a_text_inside_a_longer_file_is_cut_out(built: Built) -> None:
    found = found_in(built("standoff"), copy_of(SEED, f"MENU\n\n{TEXTS[SEED]}\n\nFOOTER"))
    assert outcome(found)[0] == "restored"
    assert outcome(found)[1][-1] == "cut out 6:2459"
    assert found.texts[SEED] == TEXTS[SEED]


def html_of(text: str) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text.strip("\n").split("\n\n"))
    return f"<html><head><title>x</title></head><body><script>menu()</script>{body}</body></html>"


def test_a_web_page_is_read_as_its_text(built: Built, tmp_path: Path) -> None:
    page = tmp_path / f"{EXAMPLE}.html"
    page.write_text(html_of(TEXTS[EXAMPLE]), encoding="utf-8")
    found = find_texts(built("standoff"), read_copies([str(page)]))
    status, steps = outcome(found, EXAMPLE)
    assert status == "restored"
    # The invented text ends with a line feed, which no page has.
    assert steps[1:] == ("text of HTML", "add a final line end")


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, bytes]]]:
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", "file:///etc/passwd")
                self.end_headers()
                return
            known = pages.get(self.path)
            self.send_response(404 if known is None else 200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(known or b"")

        def log_message(self, *_: object) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}", pages
    http.shutdown()
    http.server_close()


def test_a_text_is_fetched_from_an_address(
    built: Built, server: tuple[str, dict[str, bytes]]
) -> None:
    base, pages = server
    pages["/article"] = TEXTS[SEED].encode()
    found = find_texts(built("standoff"), read_copies([f"{base}/article"]))
    assert outcome(found)[0] == "restored"
    with pytest.raises(UsageError, match="404"):
        list(read_copies([f"{base}/nowhere"]))


def test_only_the_web_is_fetched_from(server: tuple[str, dict[str, bytes]]) -> None:
    with pytest.raises(UsageError, match="http and https only"):
        list(read_copies(["file:///etc/passwd"]))
    with pytest.raises(UsageError, match="cannot be fetched"):
        list(read_copies([f"{server[0]}/away"]))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # warcio's writer
def test_a_text_is_found_in_a_web_archive(built: Built, tmp_path: Path) -> None:
    pytest.importorskip("warcio")
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    archive = tmp_path / "crawl.warc.gz"
    with archive.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, kind, body in (
            ("http://example.org/picture", "image/png", b"\x89PNG"),
            ("http://example.org/a", "text/plain; charset=utf-8", TEXTS[SEED].encode()),
        ):
            headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=headers
                )
            )
    copies = list(read_copies([str(archive)]))
    assert [copy.url for copy in copies] == ["http://example.org/a"]
    assert outcome(find_texts(built("standoff"), copies))[0] == "restored"


CHANGED = TEXTS[SEED].replace("peacekeeping forces from Russia", "allied soldiers from Russia", 1)


def test_of_a_changed_copy_every_annotation_survives_but_those_in_the_changed_sentence(
    built: Built,
) -> None:
    assert TEXTS[SEED] != CHANGED
    found = found_in(built("standoff"), copy_of(SEED, CHANGED))
    assert found.texts == {}
    [one] = [one for one in found.documents if one.doc_id == SEED]
    assert one.outcome == "mismatch"
    assert one.anchoring is not None
    # The second paragraph, 190:440, holds the changed words; short lines have no block.
    for item in one.anchoring.anchored:
        if item.survives:
            assert item.found_start is not None
            assert item.found_end is not None
            words = TEXTS[SEED][item.start : item.end]
            assert CHANGED[item.found_start : item.found_end] == words
        else:
            in_changed = item.end > 190 and item.start < 440
            in_short_line = item.end <= 85 or item.start >= 2038
            assert in_changed or in_short_line, item
    lost = {item.id for item in one.anchoring.anchored if not item.survives}
    assert 0 < len(lost) < len(one.anchoring.anchored)
    shift = len(CHANGED) - len(TEXTS[SEED])
    moved = [item for item in one.anchoring.anchored if item.survives and item.start > 440]
    assert {(item.found_start or 0) - item.start for item in moved} == {shift}


def test_typography_does_not_lose_an_annotation(built: Built) -> None:
    plain = TEXTS[SEED].translate(str.maketrans("“”’\u00a0", '""\' '))
    assert plain != TEXTS[SEED]
    found = found_in(built("standoff"), copy_of(SEED, plain))
    [one] = [one for one in found.documents if one.doc_id == SEED]
    assert one.outcome == "mismatch", "another text, though it says the same"
    assert one.anchoring is not None
    assert one.anchoring.n_blocks_found == one.anchoring.n_blocks


@settings(max_examples=60)
@given(
    at=st.integers(0, len(TEXTS[SEED])),
    n_removed=st.integers(0, 40),
    inserted=st.text("abc \n", max_size=12),
)
def test_what_survives_stands_in_the_copy_with_the_same_words(
    at: int, n_removed: int, inserted: str
) -> None:
    text = TEXTS[SEED]
    row = released_as(CORPUS.gold_document(SEED), "standoff")
    copy = text[:at] + inserted + text[at + n_removed :]
    for item in anchor(row, copy).anchored:
        if item.survives:
            assert copy[item.found_start : item.found_end] == text[item.start : item.end]


def test_nothing_is_written_while_a_text_is_not_the_right_one(
    built: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / f"{SEED}.txt").write_text(CHANGED, encoding="utf-8", newline="")
    call = ["rehydrate", str(built("as-allowed").root), "--texts", str(mine)]
    assert main([*call, "--output", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    assert "is not its text" in captured.out
    assert "none was moved" in captured.out
    assert "the words of 190:440 are not in the copy" in captured.out
    assert "nothing was written" in captured.err
    assert not (tmp_path / "out").exists()
    assert main([*call, "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert [one["outcome"] for one in record["documents"]] == ["mismatch", "present"]


def test_a_partial_release_keeps_the_other_documents_as_they_are(
    built: Built, tmp_path: Path
) -> None:
    release = built("standoff")
    found = found_in(release, copy_of(EXAMPLE))
    with pytest.raises(UsageError, match="nothing was written"):
        rehydrate(release, found, tmp_path / "out")
    partial = rehydrate(release, found, tmp_path / "out", partial=True)
    assert partial.text(EXAMPLE) == TEXTS[EXAMPLE]
    assert partial.row(SEED) == release.row(SEED)
    complete = rehydrate(partial, found_in(partial, copy_of(SEED)), tmp_path / "all")
    assert contents(complete.root) == contents(built("full", own_use=True).root)


def test_a_copy_that_no_document_asks_for_is_named(built: Built) -> None:
    found = found_in(built("as-allowed"), copy_of(SEED), Copy("other.txt", b"something else"))
    assert found.unused == ["other.txt"]


def test_a_copy_that_is_not_text_is_no_crash(built: Built) -> None:
    found = found_in(built("as-allowed"), Copy(SEED, b"\xff\xfe\x00bad", hint=SEED))
    assert outcome(found) == ("mismatch", ("cannot be decoded",))


def test_offsets_changed_after_the_build_are_found_out() -> None:
    gold = CORPUS.gold_document(SEED)
    row = released_as(gold, "standoff")
    raw = json.loads(json.dumps(goldwire_builtins(row.annotation)))
    span = raw["mentions"][3]["spans"][0]
    span["start"], span["end"] = span["start"] + 1, span["end"] + 1
    changed = type(row)(
        row.document, annotation_of(raw), row.text, row.text_status, row.blocks, row.sealed
    )
    with pytest.raises(GoldError, match=r"GW102 .*mentions/3/spans/0"):
        restored(changed, TEXTS[SEED])


def goldwire_builtins(record: goldwire.Annotation) -> object:
    import msgspec

    return msgspec.to_builtins(record)


def annotation_of(raw: object) -> goldwire.Annotation:
    import msgspec

    return msgspec.convert(raw, goldwire.Annotation)


# ---------------------------------------------------------------- seals, checks, blocks


@given(st.binary(max_size=200), st.text(min_size=1), st.text(min_size=1))
def test_a_seal_opens_with_its_text_and_no_other(words: bytes, text: str, other: str) -> None:
    sealed = seal(words, text=text)
    assert unseal(sealed, text=text) == words
    if other != text:
        with pytest.raises(SealError):
            unseal(sealed, text=other)


def test_equal_words_have_different_checks_and_a_check_needs_the_whole_text() -> None:
    text = "Ann met Ann."
    assert check_of(text, 0, 3) != check_of(text, 8, 11)
    assert check_of(text, 0, 3) != check_of(text + " ", 0, 3)


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_blocks_are_long_apart_and_inside_their_zones() -> None:
    for doc_id, text in TEXTS.items():
        document = CORPUS.document(doc_id)
        assert document is not None
        blocks = cut_blocks(text, document.zones)
        assert all(block.end - block.start >= MIN_CODE_POINTS for block in blocks)
        assert all(a.end <= b.start for a, b in pairwise(blocks))
        assert all(
            any(zone.start <= block.start and block.end <= zone.end for zone in document.zones)
            for block in blocks
        )


def test_a_long_paragraph_is_cut_at_its_sentences() -> None:
    first, second = "a" * 70 + ".", "b" * 80 + "."
    [one, two] = cut_blocks(f"{first} {second}")
    assert (one.start, one.end, two.start, two.end) == (0, 71, 72, 153)


def test_a_headline_is_public_so_it_can_be_checked_however_short() -> None:
    row = released_as(CORPUS.gold_document(SEED), "standoff")
    assert (row.blocks[0].start, row.blocks[0].end) == (0, 51)
    kept = [item for item in anchor(row, f"NEWS\n{TEXTS[SEED]}").anchored if item.end <= 51]
    assert kept
    assert {(item.found_start or 0) - item.start for item in kept} == {5}


def test_a_copy_of_a_document_that_has_its_text_is_not_called_a_stranger(built: Built) -> None:
    copies = [copy_of(SEED), copy_of(EXAMPLE), copy_of("other", "Other words.\n")]
    found = found_in(built("as-allowed"), *copies)
    assert outcome(found, EXAMPLE) == ("present", ())
    assert found.unused == ["other"]
