"""`http:` and `llm:` against a real server process that fails in every way it can."""

import json
import random
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from goldwire.cli import main
from goldwire.errors import UsageError
from goldwire.extractors import Answer, ExtractionError, Extractor, Setup, ask
from goldwire.extractors.loading import load_extractor
from goldwire.extractors.transport import Transport
from goldwire.runs import read_log, read_manifest

SERVER = Path(__file__).parents[1] / "faulty_server.py"
TEXT = "Ann met Bob."


@dataclass(frozen=True)
class Server:
    url: str

    def log(self, path: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/log") as response:  # noqa: S310  (our own server)
            entries: list[dict[str, Any]] = json.load(response)
        return [entry for entry in entries if f"{entry['path']}/".startswith(f"{path}/")]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-S", str(SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        yield Server(f"http://127.0.0.1:{int(process.stdout.readline())}")
        process.stdin.close()
        process.wait(timeout=10)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were slept between tries; nobody sleeps."""
    slept: list[float] = []
    init = Transport.__init__

    def quick(self: Transport, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"sleep": slept.append, "chance": random.Random(7).random}
        init(self, *args, **kwargs)

    monkeypatch.setattr(Transport, "__init__", quick)
    return slept


Ask = Callable[..., Answer]


@pytest.fixture
def served(server: Server, waits: list[float]) -> Ask:
    del waits

    def call(faults: str, *, retries: int = 4, timeout: float = 5.0, **parameters: str) -> Answer:
        setup = Setup(parameters=parameters, retries=retries, timeout=timeout)
        return ask(load_extractor(f"{server.url}/service/{faults}", setup), TEXT, doc_id="d")

    return call


def test_a_good_answer_is_taken_and_the_server_s_introduction_with_it(server: Server) -> None:
    extractor = load_extractor(f"{server.url}/service/good", Setup(parameters={"size": "3"}))
    annotation = ask(extractor, TEXT, doc_id="d", reference_date="2022-01-13").annotation
    assert [(mention.type, mention.spans[0].end) for mention in annotation.mentions or ()] == [
        ("PER", 3)
    ]
    assert (extractor.name, extractor.version) == ("served", "3")
    [entry] = server.log("/service/good")
    assert entry["body"] == {
        "v": 1,
        "id": "d",
        "doc_id": "d",
        "text": TEXT,
        "reference_date": "2022-01-13",
        "parameters": {"size": "3"},
    }


@pytest.mark.parametrize(
    "faults", ["429,500,half,503", "gone,cut", "html,502", "half,half", "silent"]
)
def test_a_server_that_recovers_loses_nothing(faults: str, served: Ask, server: Server) -> None:
    found = served(faults, timeout=1.5 if faults == "silent" else 10.0)
    assert len(found.annotation.mentions or ()) == 1
    assert len(server.log(f"/service/{faults}")) == len(faults.split(",")) + 1


def test_waits_double_and_are_cut_by_chance_by_half_at_most(
    served: Ask, waits: list[float]
) -> None:
    served("500,500,500,500")
    assert len(waits) == 4
    assert all(
        longest / 2 <= wait <= longest for wait, longest in zip(waits, (0.5, 1, 2, 4), strict=True)
    )
    assert len({wait / longest for wait, longest in zip(waits, (0.5, 1, 2, 4), strict=True)}) == 4


def test_the_server_s_own_wish_is_followed(served: Ask, waits: list[float]) -> None:
    served("after7,after0")
    assert [round(wait) for wait in waits if wait > 0.5] == [7, 7]


@pytest.mark.parametrize(
    ("faults", "retries", "n_tries", "message"),
    [
        ("500,500,500", 1, 2, "the server says 500 Internal Server Error"),
        ("429,429", 0, 1, "the server says 429 Too Many Requests"),
        ("400,200", 4, 1, "the server says 400 Bad Request"),
        ("404,404", 4, 1, "the server says 404 Not Found"),
        ("moved,ok", 4, 1, "(it is at /elsewhere)"),
        ("dry,ok", 4, 1, "insufficient_quota"),
        ("after9999,x", 4, 1, "the server says 429 Too Many Requests"),
        ("half,half,half", 2, 3, "the connection broke: IncompleteRead"),
        ("html,html,html", 2, 3, "the answer is no JSON: '<html>It works!</html>'"),
        ("silent,silent", 0, 1, "no answer within 0.3 s"),
    ],
)
def test_what_does_not_pass_is_an_error_with_the_server_s_words(  # noqa: PLR0917
    faults: str, retries: int, n_tries: int, message: str, served: Ask, server: Server
) -> None:
    with pytest.raises(ExtractionError) as raised:
        served(faults, retries=retries, timeout=0.3 if "silent" in faults else 5.0)
    assert message in str(raised.value)
    assert len(server.log(f"/service/{faults}")) == n_tries
    assert raised.value.is_final == (faults in ("404,404", "moved,ok", "dry,ok"))


def test_a_server_that_is_not_there_is_named(waits: list[float]) -> None:
    with pytest.raises(ExtractionError, match=r"127\.0\.0\.1:9 cannot be reached: .* \(3 tries\)"):
        ask(load_extractor("http://127.0.0.1:9/", Setup(retries=2)), TEXT, doc_id="d")
    assert len(waits) == 2


@pytest.mark.parametrize("url", ["http://", "https:///path", "http://user:secret@host/"])
def test_an_address_that_is_none_or_holds_a_password_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_extractor(url)
    assert "secret" not in str(raised.value)


def test_the_key_is_sent_and_never_saved(
    served: Ask, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="the variable TOKEN is not set"):
        served("keyed", authorization_env="TOKEN")
    monkeypatch.setenv("TOKEN", "Basic secret")
    served("keyed", authorization_env="TOKEN")
    [entry] = server.log("/service/keyed")
    assert entry["key"] == "Basic secret"
    assert "parameters" not in entry["body"]


def corpus(root: Path, n: int = 5) -> Path:
    (root / "annotations" / "gold").mkdir(parents=True)
    for at in range(1, n + 1):
        (root / "corpus" / f"d{at}").mkdir(parents=True)
        (root / "corpus" / f"d{at}" / "text.txt").write_text(TEXT, encoding="utf-8")
        record = {
            "doc_id": f"d{at}",
            "mentions": [{"type": "PER", "spans": [{"start": 0, "end": 3}]}],
        }
        path = root / "annotations" / "gold" / f"d{at}.json"
        path.write_text(json.dumps(record), encoding="utf-8")
    return root


@pytest.mark.usefixtures("waits")
def test_requests_run_side_by_side_and_are_saved_in_order(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus(tmp_path))
    url = f"{server.url}/service/together,together,together,together"
    assert main(["run", url, "--out", "run", "--workers", "4"]) == 0
    lines = Path("run/predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["doc_id"] for line in lines] == ["d1", "d2", "d3", "d4", "d5"]
    manifest = read_manifest(Path("run"))
    assert manifest is not None
    assert (manifest.name, manifest.version) == ("served", "3")


@pytest.mark.usefixtures("waits")
def test_a_server_that_is_gone_ends_the_run_soon_with_the_work_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(corpus(tmp_path))
    arguments = ["http://127.0.0.1:9/", "--out", "run", "--workers", "1", "--retries", "0"]
    assert main(["run", *arguments]) == 5
    assert "stopped, because it cannot be reached" in capsys.readouterr().err
    assert len(list(read_log(Path("run")))) == 3


@pytest.fixture
def model(server: Server, waits: list[float]) -> Callable[..., Extractor]:
    del waits

    def load(faults: str, **parameters: str) -> Extractor:
        parameters = {"base_url": f"{server.url}/v1/{faults}", **parameters}
        return load_extractor("llm:small", Setup(parameters=parameters))

    return load


def test_a_model_is_asked_with_the_ontology_s_labels_and_their_definitions(
    model: Callable[..., Extractor], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    extractor = model(
        "asked",
        extra='{"top_p": 0.5}',
        seed="3",
        max_tokens="500",
        layers="mentions,event_mentions",
    )
    ask(extractor, TEXT, doc_id="d", reference_date="2022-01-13")
    [entry] = server.log("/v1/asked")
    body = entry["body"]
    assert entry["path"] == "/v1/asked/chat/completions"
    assert entry["key"] == "Bearer sk-secret"
    assert (body["model"], body["temperature"], body["seed"], body["max_tokens"]) == (
        "small",
        0.0,
        3,
        500,
    )
    assert body["top_p"] == 0.5
    assert body["response_format"] == {"type": "json_object"}
    system, user = (message["content"] for message in body["messages"])
    assert "- PER: A human or a set of individual humans." in system
    assert "- Movement.Withdraw: An armed or official force leaves a territory. Roles: Agent," in (
        system
    )
    assert "QUANT" not in system
    assert user == f"Published 2022-01-13.\n\n{TEXT}"
    assert "sk-secret" not in json.dumps(dict(vars(extractor)["parameters"]))


def test_tokens_and_cost_are_counted(model: Callable[..., Extractor]) -> None:
    answer = ask(model("priced", price_in="2", price_out="10"), TEXT, doc_id="d")
    # 1,000 tokens at 2 and 100 at 10 per million.
    assert (answer.tokens_in, answer.tokens_out) == (1000, 100)
    assert answer.cost == pytest.approx(0.003)
    assert ask(model("free"), TEXT, doc_id="d").cost is None


def test_a_fenced_reply_between_remarks_is_read(model: Callable[..., Extractor]) -> None:
    [mention] = ask(model("fenced"), TEXT, doc_id="d").annotation.mentions or ()
    assert (mention.type, mention.surface, mention.spans) == ("PER", "Ann", ())


def test_what_the_model_was_asked_for_was_attempted_even_when_it_is_missing(
    model: Callable[..., Extractor],
) -> None:
    answer = ask(model("labels"), TEXT, doc_id="d")
    assert answer.annotation.attempted() == ("mentions", "values", "times", "event_mentions")
    assert [mention.surface for mention in answer.annotation.mentions or ()] == ["Ann", "Bob"]
    assert answer.notes == (
        "/values: missing, although it was asked for",
        "/times: missing, although it was asked for",
        "/event_mentions: missing, although it was asked for",
        "/remark: nobody asked for it",
    )


def test_events_refer_to_the_items_with_the_same_words(model: Callable[..., Extractor]) -> None:
    answer = ask(model("events"), TEXT, doc_id="d")
    found = answer.annotation
    mentions, entities = found.mentions or (), found.entities or ()
    assert [mention.entity for mention in mentions] == ["e0", "e0", None]
    assert [(entity.id, entity.type) for entity in entities] == [("e0", "PER")]
    [event] = found.event_mentions or ()
    assert [(argument.role, argument.ref) for argument in event.arguments] == [
        ("Participant", "m0"),
        ("Time", "t0"),
        ("Place", "no item: Oz"),
    ]
    assert answer.notes == (
        "/mentions/2: no object, taken as words without a type",
        "/event_mentions/0/arguments/2: 'Oz' is no item of the reply",
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("length", "the reply was cut short → raise --param max_tokens"),
        ("torn", "the reply holds no JSON object with mentions, values, times"),
        ("prose", "the reply holds no JSON object with mentions, values, times"),
        ("empty", "the model gave no words: finish_reason stop"),
        ("401", "the server says 401 Unauthorized"),
        ("format", 'response_format is not supported"} → --param json=none'),
    ],
)
def test_half_a_reply_is_no_answer(
    fault: str, message: str, model: Callable[..., Extractor]
) -> None:
    with pytest.raises(ExtractionError) as raised:
        ask(model(fault), TEXT, doc_id="d")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"tempreature": "1"}, "has no parameter 'tempreature': it takes base_url"),
        ({"temperature": "hot"}, "--param temperature=hot: write a number"),
        ({"layers": "events"}, "'events' is none of mentions, values"),
        ({"extra": "low"}, "--param extra=low: write a JSON object, e.g. 'extra={"),
        ({"json": "xml"}, "--param json=xml: write one of object, none"),
        ({"prompt": "no.txt"}, "--param prompt=no.txt cannot be read"),
    ],
)
def test_wrong_parameters_are_named(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_extractor("llm:small", Setup(parameters=parameters))
    assert message in str(raised.value)


@pytest.mark.usefixtures("waits")
def test_a_run_stops_at_its_highest_cost_and_sums_tokens(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(corpus(tmp_path))
    prices = ["--param", "price_in=2", "--param", "price_out=10"]
    address = ["--param", f"base_url={server.url}/v1/cost"]
    arguments = ["run", "llm:small", *prices, *address, "--workers", "1", "--out", "run"]
    assert main([*arguments, "--max-cost", "0.005"]) == 5
    assert "the answers have cost 0.006 (--max-cost)" in capsys.readouterr().err
    # What was spent before counts when the run goes on.
    assert main([*arguments, "--max-cost", "0.0085"]) == 5
    assert main(arguments) == 0
    manifest = read_manifest(Path("run"))
    assert manifest is not None
    assert (manifest.tokens_in, manifest.tokens_out) == (5000, 500)
    assert manifest.cost == pytest.approx(0.015)
    assert len(server.log("/v1/cost")) == 5
    # The model gave words alone; they are looked for in the text.
    capsys.readouterr()
    assert main(["score", "run", "--metrics", "mentions/strict", "--json"]) == 0
    [row] = [row for row in json.loads(capsys.readouterr().out)["scores"] if row["label"] is None]
    assert (row["p_num"], row["p_den"], row["r_num"], row["r_den"]) == (5, 5, 5, 5)
