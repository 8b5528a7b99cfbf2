"""The configuration: what is shipped works, what is wrong is told with its place, secrets stay hidden."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.alert import TAG
from monitor.errors import ConfigError, MonitorError
from monitor.settings import build, database_of, essentials, find, gather, load, rebuild, shown

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "monitor.yaml"
RULE = "version: 1\nrules:\n  - {id: a, when: {phrase: paix}}\n"


def write(folder: Path, text: str) -> Path:
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "a.yaml").write_text(RULE, "utf-8")
    path = folder / "monitor.yaml"
    path.write_text(text, "utf-8")
    return path


def problems(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return [str(one).replace(f"{path.parent}/", "") for one in caught.value.problems]


def test_the_shipped_configuration_works_as_it_is() -> None:
    settings, rules = load(SHIPPED, {})
    assert [source.name for source in settings.sources] == ["seeds"]
    assert [receiver.name for receiver in settings.receivers] == ["terminal"]
    assert rules.rules
    assert settings.database == f"sqlite:///{ROOT}/var/news-monitor.db"


def test_every_example_in_a_comment_of_the_shipped_configuration_works(tmp_path: Path) -> None:
    lines = SHIPPED.read_text("utf-8").splitlines()
    # An example is a comment that is YAML with its `#` taken out: a key, a list item or its continuation.
    taken = [re.sub(r"^( *)# (?=( *- [{\w])|( *\w+: ?[\w{\[]?)(?!.*[.;]$))", r"\1", line) for line in lines]
    assert sum(before != after for before, after in zip(lines, taken, strict=True)) > 12
    (tmp_path / "config" / "rules").mkdir(parents=True)
    (tmp_path / "config" / "rules" / "a.yaml").write_text(RULE, "utf-8")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "config" / "smtp-password").write_text("secret")
    (tmp_path / "config" / "hook-secret").write_text("whsec_" + "A" * 40)
    (tmp_path / "config" / "chat-url").write_text("ntfys://ntfy.example.org/news")
    (tmp_path / "config" / "dead-man-url").write_text("https://ping.example.org/1")
    path = tmp_path / "config" / "monitor.yaml"
    path.write_text("\n".join(taken), "utf-8")
    settings, _ = load(path, {})
    assert {source.type for source in settings.sources} == {"files", "feed", "opml"}
    kinds = {"console", "email", "webhook", "file", "apprise"}
    assert {receiver.type for receiver in settings.receivers} == kinds
    assert len(settings.route.routes) == 4
    assert [len(some) for some in (settings.time_intervals, settings.silences, settings.inhibit)] == [1, 1, 1]
    assert settings.heartbeat
    assert settings.dead_man_url
    assert settings.timezone == "Europe/Paris"
    assert settings.http.allow_networks


def test_every_example_of_the_guide_works(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", (ROOT / "config" / "README.md").read_text("utf-8"), re.M | re.S)
    examples = [block for block in blocks if re.search(r"^(sources|receivers):", block, re.M)]
    assert len(examples) == 5
    (tmp_path / "dead-man-url").write_text("https://ping.example.org/1")
    sources, operator, receivers, kinds, signs = (load(write(tmp_path, example), {})[0] for example in examples)
    assert signs.heartbeat
    assert {source.type for source in sources.sources} == {"files", "feed", "opml"}
    assert operator.route.routes[0].match.tag == (TAG,)
    assert {receiver.type for receiver in receivers.receivers} == {"console", "email", "webhook"}
    assert {receiver.type for receiver in kinds.receivers} == {"console", "webhook", "file", "apprise"}


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "version: 1\nlanguagse: [fr]\nrules: [rules/*.yaml]\nworkers: 0\nsources:\n  - {type: files, name: s}\n",
    )
    (tmp_path / "rules" / "b.yaml").write_text("version: 1\nrules:\n  - {id: B!, when: {phrase: x}}\n")
    found = problems(path)
    assert found[0].startswith("monitor.yaml:2:1: unknown key 'languagse' (did you mean 'languages'?)")
    assert found[1].startswith("monitor.yaml:4:10: ")
    assert found[2] == "monitor.yaml:6:5: 'path' is missing"
    assert any(one.startswith("rules/b.yaml:3:") for one in found[3:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 2\n", "monitor.yaml:1:10: "),
        ("version: 1\nlanguages: []\n", "monitor.yaml:2:12: "),
        (
            "version: 1\nlanguages: [french]\n",
            "monitor.yaml:2:13: 'french' is not a language (write two letters like fr)",
        ),
        (
            "version: 1\ntimezone: Paris\n",
            "monitor.yaml:2:11: 'Paris' is not a time zone (write one like Europe/Paris)",
        ),
        ("version: 1\nretention: {texts: 1d}\n", "monitor.yaml:2:1: 'retention' is not available yet"),
        ("version: 1\nweb: {edit: true}\n", "monitor.yaml:2:7: 'edit' is not available yet"),
        ("version: 1\nweb: {listen: 8087}\n", "monitor.yaml:2:15: 8087 is no address to listen on (write HOST:PORT "),
        ("version: 1\nrules: [none/*.yaml]\n", "monitor.yaml:2:9: no rule file is named 'none/*.yaml'"),
        (
            "version: 1\nreceivers: [{name: a, type: console}]\nroute: {receiver: b}\n",
            "monitor.yaml:3:19: no receiver is named 'b'",
        ),
        (
            "version: 1\nreceivers: [{name: t, type: console}, {name: t, type: console}]\nroute: {receiver: t}\n",
            "monitor.yaml:2:46: the name 't' is used twice",
        ),
        ("version: 1\nreceivers: [{name: term, type: console}]\n", "monitor.yaml:1:1: 'route' needs a receiver"),
        (
            "version: 1\nsources: [{type: feed, name: f, url: 'https://e.org/f', pol: 5m}]\n",
            "monitor.yaml:2:57: unknown key 'pol' (did you mean 'poll'?)",
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(write(tmp_path, text))[0].startswith(expected)


def test_a_wrong_value_hides_no_wrong_name(tmp_path: Path) -> None:
    twice = "[{name: t, type: console}, {name: t, type: console}]"
    text = f"version: 1\nworkers: 0\nreceivers: {twice}\nroute: {{receiver: u}}\n"
    assert [one.split(" ")[0] for one in problems(write(tmp_path, text))] == [
        "monitor.yaml:2:10:",
        "monitor.yaml:3:46:",
        "monitor.yaml:4:19:",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://x/y",
        "postgresql://u@h/x",
        "sqlite://",
        "sqlite:///",
        "postgresql+psycopg://u:a@b@h/d",
        "sqlite:///a\\0b",
    ],
)
def test_a_database_that_could_never_be_opened_is_a_mistake(tmp_path: Path, url: str) -> None:
    (problem,) = problems(write(tmp_path, f'version: 1\ndatabase: "{url}"\n'))
    assert problem.startswith("monitor.yaml:2:11: ")
    assert "a@b" not in problem
    (problem,) = problems(write(tmp_path, "version: 1\n"), {"NEWS_MONITOR_DATABASE": url.replace("\\0", "\0")})
    assert problem.endswith("(set by $NEWS_MONITOR_DATABASE)")


def test_a_rule_whose_own_test_fails_is_a_mistake_to_who_acts_on_it(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 1\nrules: [rules/*.yaml]\nfoo: 1\n")
    tests = "    tests: [{match: true, text: guerre}]\n"
    (tmp_path / "rules" / "a.yaml").write_text(f"version: 1\nrules:\n  - id: a\n    when: {{phrase: paix}}\n{tests}")
    with pytest.raises(ConfigError) as caught:
        build(gather(path), {}).tested().sound()
    assert ["unknown key" in str(caught.value), "should match but does not" in str(caught.value)] == [True, True]


def test_what_is_gathered_is_equal_when_the_same_is_written_in_the_same_places(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 1\nrules: [rules/*.yaml]\n")
    before = gather(path)
    (tmp_path / "rules" / "a.yaml").write_text(RULE, "utf-8")
    assert gather(path) == before
    for name, text in (("rules/a.yaml", RULE + "#"), ("rules/b.yaml", "rules: []"), ("monitor.yaml", "version: 2")):
        (tmp_path / name).write_text(text, "utf-8")
        assert gather(path) != before
        before = gather(path)
    path.unlink()
    assert gather(path) != before


def test_what_was_gathered_is_built_whatever_becomes_of_the_files(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 1\nrules: [rules/*.yaml]\n")
    found = gather(path)
    (tmp_path / "rules" / "a.yaml").unlink()
    _, rules = build(found, {}).sound()
    texts = {str(one): text for one, text in found.texts.items()}
    again = rebuild(texts, ("fr", "en"))
    assert [(one.id, one.version, one.path) for one in again.rules.values()] == [
        (one.id, one.version, one.path) for one in rules.rules.values()
    ]
    with pytest.raises(ConfigError, match=r"rules/a\.yaml:1:"):
        rebuild(dict.fromkeys(texts, b"rules: [{id: a}]"), ("fr",))


def test_the_database_is_known_whatever_is_wrong_with_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 7\ndatabase: sqlite:///x/d.db\nlangauges: [fr]\n")
    assert database_of(path, {}) == f"sqlite:///{tmp_path}/x/d.db"
    assert database_of(path, {"NEWS_MONITOR_DATABASE": "postgresql+psycopg://h/d"}) == "postgresql+psycopg://h/d"
    for text in ("version: [", "- a", "database: [1]"):
        path.write_text(text)
        assert database_of(path, {"STATE_DIRECTORY": "/state"}) == "sqlite:////state/news-monitor.db"


def test_database_and_zone_are_found_in_a_file_that_is_wrong_elsewhere(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 7\ndatabase: sqlite:///x/d.db\ntimezone: Asia/Tokyo\nlangauges: [fr]\n")
    assert essentials(path, {}) == (f"sqlite:///{tmp_path}/x/d.db", ZoneInfo("Asia/Tokyo"))
    environ = {"NEWS_MONITOR_DATABASE": "postgresql+psycopg://h/d", "NEWS_MONITOR_TIMEZONE": "UTC"}
    assert essentials(path, environ) == ("postgresql+psycopg://h/d", ZoneInfo("UTC"))
    path.write_text("database: sqlite:///x/d.db\ntimezone: Asia/Tokio\n")
    found = essentials(path, {})
    assert found is not None
    assert found[0] == f"sqlite:///{tmp_path}/x/d.db"


@pytest.mark.parametrize("text", ["version: [", "- a", "database: [1]", "version: 1"])
def test_no_database_is_taken_for_the_one_that_is_meant(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "version: 1\n")
    path.write_text(text)
    assert essentials(path, {}) is None
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "news-monitor.db").touch()
    usual = f"sqlite:///{tmp_path}/var/news-monitor.db"
    assert (essentials(path, {}) or (None,))[0] == (usual if text in ("- a", "version: 1") else None)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 1\ndatabase: sqlite:///a.db\n")
    environ = {"NEWS_MONITOR_DATABASE": "postgresql+psycopg://u:pw@h/d", "NEWS_MONITOR_WORKERS": "3"}
    settings, _ = load(path, environ)
    assert (settings.database, settings.workers) == ("postgresql+psycopg://u:pw@h/d", 3)
    assert "pw" not in str(shown(settings))
    assert problems(path, {"NEWS_MONITOR_WORKERS": "many"})[0].endswith("(set by $NEWS_MONITOR_WORKERS)")


def test_the_database_lies_beside_the_file_or_in_the_state_directory(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 1\n")
    assert load(path, {})[0].database == f"sqlite:///{tmp_path}/var/news-monitor.db"
    assert load(path, {"STATE_DIRECTORY": "/var/lib/nm"})[0].database == "sqlite:////var/lib/nm/news-monitor.db"
    path.write_text("version: 1\ndatabase: sqlite:///../x/y.db\n")
    assert load(path, {"STATE_DIRECTORY": "/var/lib/nm"})[0].database == f"sqlite:///{tmp_path.parent}/x/y.db"


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    text = (
        "version: 1\nreceivers:\n"
        "  - {name: m, type: email, to: [a@b.org], from: c@d.org, smtp: {host: h, username: u, password: canary-1}}\n"
        f"  - {{name: h, type: webhook, url: 'https://e.org/h', secret: whsec_{'Y2FuYXJ5' * 5}}}\n"
        "route: {receiver: m}\n"
    )
    settings, _ = load(write(tmp_path, text), {})
    everything = f"{shown(settings)} {settings!r}"
    assert "canary" not in everything
    assert "Y2FuYXJ5" not in everything


def test_the_configuration_is_looked_for_in_its_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MonitorError, match="no configuration found"):
        find(None, {})
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.yaml").touch()
    assert find(None, {}) == Path("config/monitor.yaml")
    assert find(None, {"NEWS_MONITOR_CONFIG": "/x.yaml"}) == Path("/x.yaml")
    assert find(Path("y.yaml"), {"NEWS_MONITOR_CONFIG": "/x.yaml"}) == Path("y.yaml")
