"""Where the daemon listens: addresses as people write them."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from monitor.listening import WebSettings
from monitor.settings import load_settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("127.0.0.1:8087", ("127.0.0.1", 8087)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:8087", ("::1", 8087)),
        ("[::]:0", ("::", 0)),
        ("localhost:65535", ("localhost", 65535)),
        ("monitor.example.org:8087", ("monitor.example.org", 8087)),
    ],
)
def test_an_address_is_host_and_port(written: str, address: tuple[str, int]) -> None:
    assert WebSettings(listen=written).address == address


def test_without_one_it_is_the_usual_port_of_this_machine_only() -> None:
    assert WebSettings().address == ("127.0.0.1", 8087)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "8087",
        ":8087",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:080870",
        "127.0.0.1:-1",
        "127.0.0.1:http",
        "256.0.0.1:80",
        "127.1:80",
        "::1:8087",
        "[::1]",
        "[::g]:8087",
        "[127.0.0.1]:8087",
        "http://127.0.0.1:8087",
        "user@host:80",
        "a b:80",
        "127.0.0.1:8087\n",
        8087,
        None,
        ["127.0.0.1:8087"],
    ],
)
def test_what_is_none_is_refused_with_an_example(written: object) -> None:
    with pytest.raises(ValidationError, match=r"write HOST:PORT like 127.0.0.1:8087 or '\[::1\]:8087'"):
        WebSettings.model_validate({"listen": written})


def test_the_examples_of_the_guide_and_of_the_shipped_file_are_read(tmp_path: Path) -> None:
    section = (ROOT / "config" / "README.md").read_text("utf-8").partition("\n### Web\n")[2]
    (example,) = re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    shipped = (ROOT / "config" / "monitor.yaml").read_text("utf-8")
    path = tmp_path / "monitor.yaml"
    for text in (example, shipped.replace("# web: ", "web: "), "version: 1\nweb: {}\n"):
        path.write_text(text, "utf-8")
        assert load_settings(path, {}).web == WebSettings()
    for text in (shipped, "version: 1\n", "version: 1\nweb:\n"):
        path.write_text(text, "utf-8")
        assert load_settings(path, {}).web is None
