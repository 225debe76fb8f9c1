"""What a table of a target says about the way to it: proxies and certificates, as tables."""

import pytest

from contracts.target.targets import UsageError
from contracts.target.targets_file import named
from tests.selftest.target.conftest import ENVIRONMENT, URL

PASSWORD = "the-way-out"  # noqa: S105 - no one's


@pytest.mark.parametrize(
    ("url", "more", "environment", "expected"),
    [
        ("http://proxy:3128", "", {}, ("proxy", 3128, "", None)),
        ("http://proxy", "", {}, ("proxy", 80, "", None)),
        ("proxy:3128", "", {}, ("proxy", 3128, "", None)),
        ("http://robot@proxy:3128/", "", {}, ("proxy", 3128, "robot", None)),
        ("http://robot@proxy:3128", "", {"TIMP_PROXY_PASSWORD": PASSWORD}, ("proxy", 3128, "robot", PASSWORD)),
        ("http://ro%20bot@proxy", 'proxy_password_env = "OUT"\n', {"OUT": PASSWORD}, ("proxy", 80, "ro bot", PASSWORD)),
        ("http://proxy:3128", "", {"TIMP_PROXY_PASSWORD": PASSWORD}, ("proxy", 3128, "", None)),
        ("environment", "", {"https_proxy": f"http://robot:{PASSWORD}@proxy:1"}, ("proxy", 1, "robot", PASSWORD)),
        ("environment", "", {"HTTPS_PROXY": "proxy:1"}, ("proxy", 1, "", None)),
        ("environment", "", {"all_proxy": "proxy:1"}, ("proxy", 1, "", None)),
        ("environment", "", {"ALL_PROXY": "proxy:1"}, ("proxy", 1, "", None)),
        ("environment", "", {"https_proxy": "one:1", "ALL_PROXY": "two:1"}, ("one", 1, "", None)),
        ("environment", "", {"http_proxy": "proxy:1"}, None),
        ("environment", "", {"https_proxy": "proxy:1", "no_proxy": "api-dev.example.com"}, None),
        ("environment", "", {"https_proxy": "proxy:1", "NO_PROXY": "*"}, None),
        ("environment", "", {}, None),
    ],
)
def test_a_proxy_is_a_host_and_a_port_with_a_user_and_a_password_if_they_are_stated(
    tmp_path, url, more, environment, expected
):
    path = tmp_path / "targets.toml"
    path.write_text(f'[dev]\n{URL}proxy = "{url}"\n{more}', "utf-8")
    proxy = named("dev", path, ENVIRONMENT | environment).proxy
    found = proxy and (proxy.host, proxy.port, proxy.user, proxy.password and proxy.password.reveal())

    assert found == expected


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://proxy:3128", "write it as http://HOST:PORT"),
        ("socks5://proxy", "write it as http://HOST:PORT"),
        ("http://", "write it as http://HOST:PORT"),
        ("http://proxy/path", "write it as http://HOST:PORT"),
        ("http://proxy?a", "write it as http://HOST:PORT"),
        ("http://proxy#a", "write it as http://HOST:PORT"),
        ("http://proxy:x", "Port"),
        (f"http://robot:{PASSWORD}@proxy", "leave out the password, and export it as TIMP_PROXY_PASSWORD"),
    ],
)
def test_another_text_than_a_proxy_is_refused_without_its_password(target, url, said):
    with pytest.raises(UsageError) as caught:
        target(f'proxy = "{url}"\n')

    assert "[dev] proxy" in str(caught.value)
    assert said in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_user_with_a_password_that_is_not_set_is_named(target):
    with pytest.raises(UsageError, match="proxy_password_env: OUT is not set"):
        target('proxy = "http://robot@proxy"\nproxy_password_env = "OUT"\n')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('client_certificate = "none.pem"\n', "none.pem: cannot be read: No such file or directory"),
        ('client_certificate = "targets.toml"\n', "targets.toml: holds no PEM certificate: name one"),
        ('client_key = "none.pem"\n', "client_key: and no client_certificate: name its certificate too"),
        ('client_key_password_env = "OUT"\n', "client_key_password_env: and no client_certificate: name its"),
        ('ca_bundle = "none.pem"\n', "none.pem: No such file or directory: no PEM certificates"),
        ('ca_bundle = "none.pem"\nverify = false\n', "verify: false, and a ca_bundle: leave out one of them"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_named(target, text, said):
    with pytest.raises(UsageError, match=said):
        target(text)


@pytest.mark.parametrize(("name", "refused"), [("Host", True), ("Cookie", False), ("X-Api-Key", False)])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_through_a_proxy_in_plain_http_no_other_host_is_stated(written, scheme, name, refused):
    text = f'[dev]\nbase_url = "{scheme}://127.0.0.1:1"\nproxy = "http://127.0.0.1:2"\nheaders = {{ {name} = "a" }}\n'
    if refused and scheme == "http":
        with pytest.raises(UsageError, match=r"headers.Host: a proxy replaces it by the host of a base_url"):
            named("dev", written(text), ENVIRONMENT)
    else:
        assert named("dev", written(text), ENVIRONMENT).headers == {name: "a"}
