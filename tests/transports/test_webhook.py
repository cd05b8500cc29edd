"""Posts to a webhook, on real servers."""

import json
import logging
import threading
import traceback

import pytest
from servers.certificates import Authority
from servers.https import HttpsServer
from servers.https_calls import Answer, Drop, Garbage, Hang
from servers.proxy import ForwardProxy

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import AlertFailed, FieldErrors
from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.webhook import HttpWebhook

TOKEN = "T0K3N-of-the-hook"
DOCUMENT = {"event": "stopped", "smtp": "Größe", "cause": None}


def posted(server, webhook=None, cancel=None, path=f"/services/{TOKEN}?key={TOKEN}"):
    """Posts the document; returns the failure with its traceback, or ""."""
    try:
        (webhook or HttpWebhook()).post(Secret(f"{server.url}{path}"), DOCUMENT, cancel=cancel or Cancel())
    except AlertFailed as error:
        return "".join(traceback.format_exception(error))
    return ""


@pytest.mark.parametrize("secure", [True, False])
def test_it_posts_json(trusted: Authority, secure):
    with HttpsServer(trusted if secure else None) as server:
        server.answer_next("/services", Answer(status=204))
        assert posted(server) == ""
        (call,) = server.calls
    assert (call.method, call.path, call.query) == ("POST", f"/services/{TOKEN}", {"key": TOKEN})
    assert (call.content_type, json.loads(call.body)) == ("application/json", DOCUMENT)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status=404), "refused the request with HTTP status 404"),
        (Answer(status=500, body=TOKEN.encode()), "refused the request with HTTP status 500"),
        (Answer(status=302, headers={"Location": "https://elsewhere.example/"}), "redirects elsewhere"),
        (Drop(), "can't be reached"),
        (Drop(reset=True), "can't be reached"),
        (Garbage(), "can't be reached"),
    ],
)
def test_it_says_what_went_wrong_and_nothing_of_the_address(trusted: Authority, caplog, answer, words):
    with caplog.at_level(logging.INFO), HttpsServer(trusted) as server:
        server.answer_next("/services", answer)
        failure = posted(server)
        assert words in failure
        assert len(server.calls) == 1
    assert TOKEN not in failure + caplog.text


def test_it_gives_up_in_time_and_at_once_when_it_is_cancelled(trusted: Authority):
    for server in (HttpsServer(trusted), HttpsServer(None)):
        with server:
            server.answer_next("/services", Hang(), Hang())
            assert "did not answer" in posted(server, HttpWebhook(limit_s=0.2))
    with HttpsServer(trusted) as server:
        server.answer_next("/services", Hang())
        cancel = Cancel()
        ended = threading.Thread(target=lambda: server.silent.wait(20) and cancel.request())
        ended.start()
        assert posted(server, cancel=cancel) != ""
        ended.join()


def test_a_certificate_that_nobody_trusts_is_not_enough(authority: Authority):
    with HttpsServer(authority) as server:
        assert "certificate" in posted(server)
        assert server.calls == []


def test_nothing_is_posted_in_clear_but_to_this_computer():
    with pytest.raises(AlertFailed, match="must begin with https"):
        HttpWebhook().post(Secret("http://hooks.example/x"), DOCUMENT, cancel=Cancel())


def test_only_the_host_of_an_address_is_shown():
    webhook = HttpWebhook()
    assert webhook.shown(Secret(f"https://hooks.example:8443/{TOKEN}")) == "https://hooks.example:8443/…"
    with pytest.raises(FieldErrors) as refused:
        webhook.shown(Secret(f"ftp://{TOKEN}.example"))
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("knows", [True, False])
def test_a_company_s_proxy_is_used_and_neither_its_password_nor_the_address_is_said(
    trusted: Authority, monkeypatch, *, knows
):
    with HttpsServer(trusted) as server, ForwardProxy(user="clerk", password="pr0xy") as proxy:
        server.answer_next("/services", Answer())
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//clerk:pr0xy@" if knows else "//clerk:wr0ng@"))
        failure = posted(server)
        assert len(server.calls) == knows
    assert not [secret for secret in (TOKEN, "pr0xy", "wr0ng") if secret in failure]
    assert bool(failure) is not knows
